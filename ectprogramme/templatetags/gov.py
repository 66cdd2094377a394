"""What templates ask of the form pack: see ectprogramme/gov/."""

from typing import Any

from django import forms, template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ectprogramme import gov, typists

register = template.Library()
register.filter(gov.error_links)


@register.filter
def has_errors(form: Any) -> bool:
    """Whether a page's form came back with errors; false for a page without a form."""
    return bool(form and form.errors)


@register.filter
def has_rows(form: forms.BaseForm) -> bool:
    return any(isinstance(field, gov.RowsField) for field in form.fields.values())


@register.filter
def sent_as_typed(form: forms.BaseForm) -> str:
    """What htmx sends while a form is typed: everything but files, which would travel again at each pause."""
    files = [form.add_prefix(name) for name, field in form.fields.items() if field.widget.needs_multipart_form]
    return f"not {','.join(files)}" if files else "*"


@register.simple_tag(takes_context=True)
def opened_by(context: Context) -> str:
    """The hidden field that says who has opened this form, where somebody is signed in."""
    user = getattr(context.get("request"), "user", None)
    if not (user and user.is_authenticated):
        return ""
    return format_html('<input type="hidden" name="{}" value="{}">', typists.FIELD, typists.mark_of(user))


@register.simple_tag(takes_context=True)
def fields(context: Context, form: forms.BaseForm) -> SafeString:
    """The fields of a form, without the form element and its buttons; within crispy's tag with the helper's looks."""
    looks = {name: context[name] for name in ("label_size", "mark_optional") if name in context}
    return gov.render_form(form, context, gov.layout_of(form), **looks)
