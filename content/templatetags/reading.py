"""What templates ask about reading."""

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString

from content.markdown import to_html
from content.models import Programme, StudySection, is_practice
from content.permissions import RULES
from content.reading import place_to_go_on, programme_of, studies_done
from content.years import programme_year
from people.models import Induction
from people.permissions import Role, allowed

register = template.Library()
register.filter(is_practice)


@register.filter
def markdown(text: str, top: int = 2) -> SafeString:
    """The text of a pack as HTML; its highest headings become those of level `top`."""
    return to_html(text, int(top))


@register.inclusion_tag("content/induction.html", takes_context=True)
def programme_and_reading(context: Context, induction: Induction) -> dict[str, Any]:
    """On an induction's page: programme, year and phase, and for the school which studies are done."""
    roles = context["user"].places.roles_in(induction)
    return {
        "induction": induction,
        "programme": programme_of(induction, list(Programme.objects.current())),
        "year": programme_year(induction, timezone.localdate()),
        "studies": studies_done(induction) if allowed(roles, RULES["see_outcome"], "") else None,
        "may_follow": allowed(roles, RULES["follow"], ""),
        "reads": allowed(roles, RULES["tick"], ""),
    }


@register.simple_tag(takes_context=True)
def to_read_next(context: Context) -> StudySection | None:
    """On an ECT's home page, where they stopped reading."""
    user = context["user"]
    return place_to_go_on(user) if Role.ECT in user.places.roles() else None
