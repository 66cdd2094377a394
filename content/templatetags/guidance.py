"""Statutory guidance on a page that rests on it, as the loaded edition has it."""

from typing import Any

from django import template

from content.models import Paragraph

register = template.Library()


@register.inclusion_tag("content/paragraphs.html")
def guidance(*numbers: str) -> dict[str, Any]:
    """What these paragraphs say, a tap away; nothing where they are not loaded. One query."""
    found = Paragraph.objects.current().filter(number__in=numbers, guidance__retired=False)
    return {"paragraphs": found.select_related("guidance")}
