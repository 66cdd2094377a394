"""From a bound field to the design system's markup.

A field is one rendering of one flat template, gov/field.html; all that takes thought is found here, once. Every name
that the template asks for is always given: a missing one costs Django as much as the rest of the field.
"""

import datetime
import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, singledispatch
from typing import Any

from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import ChoiceWidget
from django.template import Context
from django.template.base import Template
from django.template.loader import get_template
from django.utils.safestring import SafeString

from ectprogramme.gov.errors import layout_of, messages, parts_at_fault
from ectprogramme.gov.fields import PARTS, DateBoxes
from ectprogramme.gov.rows import BoundRows


def render_form(form: forms.BaseForm, context: Context, layout: Layout, **looks: Any) -> SafeString:
    """The fields of a form as they are laid out, and the hidden ones wherever they are."""
    fields = render_items(layout.fields, form, context, **looks)
    hidden = [name for name, field in form.fields.items() if field.widget.is_hidden]
    if hidden:
        laid_out = {pointer.name for pointer in layout.get_field_names()}
        fields += render_items([name for name in hidden if name not in laid_out], form, context)
    return fields


def render_items(
    items: Iterable[str | LayoutObject],
    form: forms.BaseForm,
    context: Context,
    *,
    autofocus: bool = False,
    **looks: Any,
) -> SafeString:
    """Names of fields and layout objects, one after the other; `autofocus` goes to the first."""
    pieces = []
    for item in items:
        if isinstance(item, str):
            pieces.append(render_field(form[item], context, autofocus=autofocus, **looks))
        else:
            pieces.append(item.render(form, context, autofocus=autofocus, **looks))
        autofocus = False
    return SafeString("".join(pieces))


def render_field(
    bound: BoundField,
    context: Context,
    *,
    label_size: str = "s",
    label_hidden: bool = False,
    heading: bool = False,
    classes: str = "",
    hints: Mapping[str, str] = {},
    reveals: Mapping[str, SafeString] = {},
    mark_optional: bool = True,
    autofocus: bool = False,
) -> SafeString:
    """One field in the design system's markup."""
    field = bound.field
    widget = field.widget
    if widget.is_hidden:
        value = widget.format_value(bound.value())
        return SafeString(f"<input{attributes(type='hidden', name=bound.html_name, id=bound.auto_id, value=value)}>")
    id, label, hint = bound.auto_id, bound.label, bound.help_text
    if mark_optional and not field.required and not isinstance(widget, forms.CheckboxInput):
        label = f"{label} (optional)"
    errors = messages(bound) if bound.form.errors else ()
    described_by = (
        f"{id}-hint {id}-error" if hint and errors else f"{id}-hint" if hint else f"{id}-error" if errors else ""
    )
    if "class" in widget.attrs:
        classes = f"{classes} {widget.attrs['class']}".lstrip()
    values = {
        "id": escaped(id),
        "label": escaped(label),
        "label_class": _sized("govuk-label", label_size, label_hidden),
        "legend_class": _sized("govuk-fieldset__legend", label_size, label_hidden),
        "heading": heading,
        "hint": hint and escaped(hint),
        "error": SafeString("<br>".join(map(escaped, errors))),
    }
    if isinstance(bound, BoundRows):
        looks = {"label_size": label_size, "mark_optional": mark_optional, "autofocus": autofocus}
        values["fieldset"] = attributes(**{"class": "govuk-fieldset", "aria-describedby": described_by})
        return render("gov/rows.html", values | _rows(bound, context, looks))
    question = Question(
        bound, id, bound.html_name, label, classes, described_by, bool(errors), hints, reveals, autofocus
    )
    template, more = control(widget, question)
    return render(template, values | more)


def _sized(name: str, size: str, hidden: bool) -> SafeString:
    """The classes of a label or legend."""
    return SafeString(f"{name} govuk-visually-hidden" if hidden else f"{name} {name}--{size}" if size else name)


Values = dict[str, Any]


@dataclass(slots=True)
class Question:
    """What the kinds of control need to know of a field besides their widget."""

    bound: BoundField
    id: str
    name: str
    label: Any
    classes: str
    described_by: str
    faulty: bool
    hints: Mapping[str, str]
    reveals: Mapping[str, SafeString]
    autofocus: bool

    def group(self, module: str = "", **extra: Any) -> SafeString:
        """The attributes of the form group; `module` is a component with a script."""
        if not (module or self.faulty):
            return PLAIN_GROUP
        classes = [
            name for name in ("govuk-form-group", "govuk-form-group--error" if self.faulty else "", module) if name
        ]
        return attributes(**{"class": " ".join(classes), "data-module": module, **extra})

    def control(self, classes: str, **extra: Any) -> SafeString:
        """The attributes of a single control; the first of the classes is the component's."""
        if self.classes:
            classes = f"{classes} {self.classes}"
        if self.faulty:
            classes = f"{classes} {classes.partition(' ')[0]}--error"
        field = self.bound.field
        own = {name: value for name, value in field.widget.attrs.items() if name not in SAID_OTHERWISE}
        return attributes(
            **{"class": classes, "id": self.id, "name": self.name} | extra | own,
            **{"disabled": field.disabled, "autofocus": self.autofocus, "aria-describedby": self.described_by},
        )


FIELD = "gov/field.html"  # one control with its label
GROUP = "gov/group.html"  # several controls under one legend, and the single checkbox
PLAIN_GROUP = SafeString(' class="govuk-form-group"')

# Attributes of widgets that the markup has elsewhere, or that the design system leaves out: a browser that stops typing
# at a limit hides that there was more to say.
SAID_OTHERWISE = {"class", "maxlength", "minlength", "min", "max", "step", "cols"}


@singledispatch
def control(widget: Any, question: Question) -> tuple[str, Values]:
    """A field's template and what that needs to know of the control, by the kind of widget; here a box for one line."""
    extra = {"type": widget.input_type, "value": widget.format_value(question.bound.value())}
    if widget.input_type == "number":  # browsers change a number box at the turn of a wheel
        extra |= {"type": "text", "inputmode": "numeric"}
    elif widget.input_type == "email":
        extra["spellcheck"] = "false"
    return FIELD, {"kind": "input", "group": question.group(), "control": question.control("govuk-input", **extra)}


@control.register
def _password(widget: forms.PasswordInput, question: Question) -> tuple[str, Values]:
    extra = {"type": "password", "spellcheck": "false", "autocapitalize": "none", "autocomplete": "current-password"}
    classes = "govuk-input govuk-password-input__input govuk-js-password-input-input"
    return FIELD, {
        "kind": "password",
        "group": question.group("govuk-password-input"),
        "control": question.control(classes, **extra),
    }


@control.register
def _textarea(widget: forms.Textarea, question: Question) -> tuple[str, Values]:
    value = widget.format_value(question.bound.value()) or ""
    if value.startswith(("\n", "\r")):
        value = f"\n{value}"  # a browser drops the first end of a line
    count = getattr(question.bound.field, "max_length", None)
    values = {"kind": "textarea", "value": escaped(value), "count": escaped(count or "")}
    if count:
        question.described_by = f"{question.id}-info {question.described_by}".rstrip()
        values["group"] = question.group("govuk-character-count", **{"data-maxlength": count})
        values["control"] = question.control("govuk-textarea govuk-js-character-count")
    else:
        values["group"] = question.group()
        values["control"] = question.control("govuk-textarea")
    return FIELD, values


@control.register
def _select(widget: forms.Select, question: Question) -> tuple[str, Values]:
    options = [
        # always with its value, even an empty one: a browser would send the label in its place
        (label, SafeString(f' value="{html.escape(value)}"{attributes(selected=chosen)}'))
        for value, label, chosen in _choices(widget, question)
    ]
    select = question.control("govuk-select")
    return FIELD, {"kind": "select", "group": question.group(), "control": select, "options": options}


@control.register
def _file(widget: forms.FileInput, question: Question) -> tuple[str, Values]:
    box = question.control("govuk-file-upload", type="file")
    return FIELD, {"kind": "input", "group": question.group(), "control": box}


@control.register
def _radios(widget: forms.RadioSelect, question: Question) -> tuple[str, Values]:
    component = "govuk-checkboxes" if widget.allow_multiple_selected else "govuk-radios"
    fieldset = attributes(**{"class": "govuk-fieldset", "aria-describedby": question.described_by})
    question.described_by = ""
    return GROUP, _options(component, question, _choices(widget, question)) | {"fieldset": fieldset}


@control.register
def _checkbox(widget: forms.CheckboxInput, question: Question) -> tuple[str, Values]:
    choice = ("on", escaped(question.label), widget.check_test(question.bound.value()))
    return GROUP, _options("govuk-checkboxes", question, [choice]) | {"fieldset": ""}


@control.register
def _date(widget: DateBoxes, question: Question) -> tuple[str, Values]:
    value = question.bound.value()
    if isinstance(value, datetime.date):
        value = (value.day, value.month, value.year)
    at_fault = parts_at_fault(question.bound) if question.faulty else ()
    boxes = []
    for part, typed, width in zip(PARTS, value or ("", "", ""), (2, 2, 4), strict=True):
        error = " govuk-input--error" if part in at_fault else ""
        extra = {
            "class": f"govuk-input govuk-date-input__input govuk-input--width-{width}{error}",
            "id": f"{question.id}-{part}",
            "name": f"{question.name}-{part}",
            "type": "text",
            "inputmode": "numeric",
            "value": typed,
            "autofocus": question.autofocus and part == "day",
        }
        boxes.append((SafeString(part), SafeString(part.capitalize()), attributes(**extra)))
    described = {"class": "govuk-fieldset", "role": "group", "aria-describedby": question.described_by}
    return GROUP, {
        "boxes": boxes,
        "group": question.group(),
        "fieldset": attributes(**described),
        "control": attributes(**{"class": f"govuk-date-input {question.classes}".rstrip(), "id": question.id}),
    }


def _choices(widget: ChoiceWidget, question: Question) -> list[tuple[str, SafeString, bool]]:
    """The options as (value, label, chosen)."""
    chosen = widget.format_value(question.bound.value())
    return [(str(value), escaped(label), str(value) in chosen) for value, label in widget.choices]


def _options(component: str, question: Question, choices: Iterable[tuple[str, SafeString, bool]]) -> Values:
    options = []
    id = question.id  # the first option has the field's own id: the error summary leads there
    for number, (value, label, chosen) in enumerate(choices, start=1):
        if number > 1:
            id = f"{question.id}-{number}"
        hint, reveal = question.hints.get(value, ""), question.reveals.get(value, "")
        extra = {
            "class": f"{component}__input",
            "id": id,
            "name": question.name,
            "type": "radio" if component == "govuk-radios" else "checkbox",
            "value": value,
            "checked": chosen,
            "data-aria-controls": reveal and f"conditional-{id}",
            "aria-describedby": f"{question.described_by} {id}-item-hint".lstrip() if hint else question.described_by,
            "autofocus": question.autofocus and number == 1,
        }
        options.append((escaped(id), label, hint, reveal, chosen, attributes(**extra)))
    return {
        "boxes": (),
        "options": options,
        "group": question.group(),
        "component": SafeString(component),
        "control": attributes(**{"class": f"{component} {question.classes}".rstrip(), "data-module": component}),
    }


def _rows(bound: BoundRows, context: Context, looks: Values) -> Values:
    adding = bound.adds and len(bound.shown) > len(bound.rows)
    helper = getattr(bound.shown[0].form, "helper", None)
    looks["mark_optional"] = looks["mark_optional"] and getattr(helper, "mark_optional", True)
    rows = []
    for row in bound.shown:
        looks["autofocus"] = looks["autofocus"] or (adding and row is bound.shown[-1])
        rows.append(
            {
                "number": row.number,
                "errors": row.form.non_field_errors() if row in bound.rows and row.form.has_changed() else (),
                "fields": render_items(layout_of(row.form).fields, row.form, context, **looks),
            }
        )
        looks["autofocus"] = False
    return {
        "name": bound.html_name,
        "row_label": bound.field.row_label,
        "rows": rows,
        "removable": len(rows) > max(bound.field.minimum, 1),
        "add_label": bound.field.add_label if len(rows) < bound.field.maximum else "",
        "removed": bound.removes,
    }


def attributes(**values: Any) -> SafeString:
    """HTML attributes, each with a space before it. None, False and "" are left out, True is the name alone."""
    return SafeString(
        "".join(
            f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'
            for name, value in values.items()
            if value or (value == 0 and value is not False)
        )
    )


def escaped(text: Any) -> SafeString:
    """Django's `conditional_escape`, without the cost of its being lazy."""
    text = str(text)
    return text if isinstance(text, SafeString) else SafeString(html.escape(text))


@lru_cache
def _template(name: str) -> Template:
    return get_template(name).template  # type: ignore[attr-defined]


def render(name: str, values: Values) -> SafeString:
    return _template(name).render(Context(values))
