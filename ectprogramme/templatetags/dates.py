"""Times as people in this country write them, for every template."""

from django import template

from ectprogramme.clock import clock, moment

register = template.Library()
register.filter(clock)
register.filter(moment)
