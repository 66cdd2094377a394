"""What stands where on a form, and its buttons: crispy layout objects that write the design system's markup."""

from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms import helper as crispy
from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.conf import settings
from django.shortcuts import resolve_url
from django.template import Context
from django.utils.safestring import SafeString

from ectprogramme.gov.markup import render, render_field, render_form, render_items


class Field(LayoutObject):
    """A field with something particular about its looks.

    `label_size` is s, m, l or xl; `label_hidden` leaves the label to those who hear the page, where what stands above it says
    the same; `heading` makes the label the page's h1; `classes` are the design system's modifiers of the control
    ("govuk-radios--inline", "govuk-input--width-10"); `hints` are hints of options, by their values.
    """

    def __init__(self, name: str, **looks: Any) -> None:
        self.fields = [name]
        self.looks = looks

    def render(self, form: forms.BaseForm, context: Context, template_pack: str = "gov", **looks: Any) -> SafeString:
        return render_field(form[self.fields[0]], context, **looks | self.looks)


class Reveal(Field):
    """Radios or checkboxes with fields shown under the option that they belong to: `Reveal("how", call=["number"])`.

    The first argument may be a `Field` with its looks; the option of a single checkbox is "on"; a value that is no
    Python name goes as `**{"by-post": [...]}`. Without JavaScript the fields always show. That they are required where
    the option is chosen is for the form's `clean` to say; they are never marked optional.
    """

    def __init__(self, field: str | Field, /, **revealed: Sequence[str | LayoutObject]) -> None:
        if isinstance(field, Field):
            super().__init__(field.fields[0], **field.looks)
        else:
            super().__init__(field)
        self.fields += [item for items in revealed.values() for item in items]
        self.revealed = revealed

    def render(self, form: forms.BaseForm, context: Context, template_pack: str = "gov", **looks: Any) -> SafeString:
        inner = looks | {"mark_optional": False, "autofocus": False}
        reveals = {value: render_items(items, form, context, **inner) for value, items in self.revealed.items()}
        return super().render(form, context, **looks, reveals=reveals)


class Fieldset(LayoutObject):
    """Several fields under one heading of the page (an h2)."""

    def __init__(self, legend: str, *fields: str | LayoutObject, size: str = "m") -> None:
        self.legend, self.fields, self.size = legend, list(fields), size

    def render(self, form: forms.BaseForm, context: Context, template_pack: str = "gov", **looks: Any) -> SafeString:
        fields = render_items(self.fields, form, context, **looks)
        return render("gov/fieldset.html", {"legend": self.legend, "size": self.size, "fields": fields})


class Button:
    """A submit button, guarded against a double click. `kind` is "" (primary), "secondary" or "warning"."""

    def __init__(self, text: str, *, kind: str = "", name: str = "", value: str = "") -> None:
        self.text, self.kind, self.name, self.value = text, kind, name, value

    def render(self, form: forms.BaseForm, context: Context, template_pack: str = "gov", **looks: Any) -> SafeString:
        return self.html

    @property
    def html(self) -> SafeString:
        return render("gov/button.html", {"button": self})


class FormHelper(crispy.FormHelper):
    """What a form looks like: its layout, its buttons, where it is sent.

    `action` is an address; `autosave` is the address that the form is sent to while it is typed. Labels are bold
    (`label_size` "s"; "" for plain). `mark_optional=False` leaves "(optional)" out, for drafts in which every answer
    may still be missing.
    """

    template_pack = "gov"
    form_action = ""  # an address as it is: crispy would look each up as a name first

    def __init__(
        self,
        *layout: str | LayoutObject,
        buttons: Iterable[Button] = (),
        action: str = "",
        autosave: str = "",
        label_size: str = "s",
        mark_optional: bool = True,
    ) -> None:
        super().__init__()
        if layout:
            self.layout = Layout(*layout)
        self.inputs = list(buttons)
        self.form_action = action
        self.autosave = autosave
        self.label_size = label_size
        self.mark_optional = mark_optional

    def get_attributes(self, template_pack: str = "gov") -> dict[str, Any]:
        attributes = super().get_attributes(template_pack=template_pack)
        if self.autosave:
            attributes["sign_in"] = resolve_url(settings.LOGIN_URL)
        return attributes

    def render_layout(self, form: forms.BaseForm, context: Context, template_pack: str = "gov") -> SafeString:
        return render_form(form, context, self.layout, label_size=self.label_size, mark_optional=self.mark_optional)
