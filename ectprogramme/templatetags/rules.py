"""Who sees what of an induction, for its page; read from the tables."""

from django import template

from ectprogramme.rules import who_sees

register = template.Library()
register.simple_tag(who_sees)
