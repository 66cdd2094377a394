"""What templates ask about a school's own versions of templates."""

from django import template

from content.adapting.permissions import RULES
from people.models import School, User

register = template.Library()


@register.filter
def sees_templates_of(user: User, school: School) -> bool:
    return not RULES["see"].keys().isdisjoint(user.places.roles_at(school.pk))
