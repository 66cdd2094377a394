"""What templates ask about a school's own examples."""

from django import template
from django.template import Context

from content.examples.permissions import RULES
from people.models import School

register = template.Library()


@register.simple_tag(takes_context=True)
def schools_to_add_for(context: Context) -> list[School]:
    """The schools for which this person may add an example."""
    return list(School.objects.where(context["user"], RULES["keep"]).order_by("name"))
