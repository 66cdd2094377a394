"""The forms of `bench.forms` without a form pack: every field written out, one after the other, in one flat template."""

from pathlib import Path

from django.template import engines

from bench.forms import SIZES

TEN_FIELDS = Path(__file__).with_name("ten_fields.html").read_text().split("<!-- next -->\n")  # "@" is a field's number
START = """{% extends "base.html" %}{% load gov %}
{% block title %}Form{% endblock %}
{% block content %}
<h1 class="govuk-heading-l">Form</h1>
<form method="post" novalidate>
{% csrf_token %}{% opened_by %}
"""
END = """<div class="govuk-button-group">
<button type="submit" class="govuk-button" data-module="govuk-button" data-prevent-double-click="true">Save</button>
</div>
</form>
{% endblock %}
"""


def page(size: int) -> str:
    return START + "".join(TEN_FIELDS[n % 10].replace("@", str(n + 1)) for n in range(size)) + END


FORM_PAGES = {size: engines["django"].from_string(page(size)) for size in SIZES}
