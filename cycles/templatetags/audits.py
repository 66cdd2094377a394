"""What templates ask about module audits."""

from typing import Any

from django import template
from django.template import Context

from content.models import Session
from cycles.audits.actions import modules_of
from cycles.audits.models import Audit
from cycles.audits.permissions import RULES
from cycles.audits.workflow import State
from people.models import Induction

register = template.Library()


@register.inclusion_tag("audits/of_session.html", takes_context=True)
def audits_of(context: Context, session: Session) -> dict[str, Any]:
    """Where the audit of a module is rated, on the page of the session that asks for it: the ECT's way there, the mentor's too.

    In the first session of a module nobody is led to rate its end.
    """
    user, module = context["user"], session.module
    audits = Audit.objects.visible_to(user).filter(module=module).select_related("induction__ect")
    own = Induction.objects.in_reach(user, RULES["begin"]).exclude(audits__module=module).first()
    offered = modules_of(own).filter(audit__retired=False) if own else None
    return {
        "audits": [
            (audit, audit.may(user, "rate") and audit.state in (State.START, session.audit), audit.could(user, "rate"))
            for audit in audits.order_by("induction__ect__name", "pk")
        ],
        "to_begin": own if offered is not None and offered.contains(module) else None,
    }
