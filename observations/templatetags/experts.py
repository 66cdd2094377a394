"""What templates ask about visits to experts, and about what else there is to talk about."""

from typing import Any

from django import template
from django.db.models import F, IntegerField, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse

from content.models import Reflection
from content.workflow import State as ReflectionState
from cycles.models import Audit, Meeting
from observations.models import Proforma
from observations.workflow import State

register = template.Library()

# What there may be to talk about, by its title, and its page.
KINDS = [
    ("Learnt from an expert: {}", "observations:proforma"),
    ("{}", "audits:audit"),  # the title of an audit says what it is
    ("Shared reflection: {}", "content:reflection"),
]


@register.inclusion_tag("observations/since_you_met.html")
def since_you_met(meeting: Meeting) -> dict[str, Any]:
    """What the ECT has completed or shared and the two have not talked about yet, on the page of the meeting to come: for
    either of them, since all of it is open to both. Asked for at once, for a page that asks much else."""
    its = {"induction": meeting.induction_id}
    proformas = Proforma.objects.filter(**its, state=State.COMPLETED)
    audits = Audit.objects.filter(**its).to_discuss()
    reflections = Reflection.objects.filter(**its, state=ReflectionState.SHARED)
    rows = _rows(0, proformas, "title", F("happened_on")).union(
        _rows(1, audits, "title", Coalesce("end_on", "start_on")),
        _rows(2, reflections, "section__title", TruncDate("shared_at")),
        all=True,
    )
    found = sorted((day, kind, pk, title) for kind, pk, title, day in rows)
    return {
        "things": [
            (KINDS[kind][0].format(title), reverse(KINDS[kind][1], args=[pk]), day) for day, kind, pk, title in found
        ]
    }


def _rows(kind: int, things: QuerySet[Any], title: str, day: Any) -> QuerySet[Any, Any]:
    return things.order_by().values_list(Value(kind, output_field=IntegerField()), "pk", title, day)
