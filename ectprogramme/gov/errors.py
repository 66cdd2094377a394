"""Errors in words, in the order of the page, and where each leads."""

from collections.abc import Iterator, Sequence

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.widgets import ChoiceWidget

from ectprogramme.gov.fields import PARTS, DateBoxes
from ectprogramme.gov.rows import BoundRows

NOTHING_SAID = forms.Field.default_error_messages["required"]
ASKING = {
    forms.CheckboxInput: "Tick “{}”",
    ChoiceWidget: "Select an answer for “{}”",
    forms.FileInput: "Choose a file for “{}”",
    DateBoxes: "Enter a date for “{}”",
    forms.Widget: "Enter an answer for “{}”",
}


# Django's own sentences do not say which box they are about, and on a long page one has to know.
NAMING = {
    "min_value": "“{label}” must be {limit_value} or more",
    "max_value": "“{label}” must be {limit_value} or less",
    "max_length": "Shorten “{label}” to {limit_value} characters or fewer: it has {show_value}",
    "max_digits": "“{label}” has too many figures",
    "max_decimal_places": "“{label}” can have {max} decimal places at most",
    "max_whole_digits": "“{label}” has too many figures",
    "invalid": "Enter “{label}” as a number",
    "null_characters_not_allowed": "Remove the invisible characters from “{label}”",
}
DJANGOS_OWN = ("Ensure ", "Enter a number", "Enter a whole number", "Null characters")


def messages(bound: BoundField) -> list[str]:
    """A field's errors in words that say which field they are about, where Django's own do not."""
    errors = bound.own_errors() if isinstance(bound, BoundRows) else bound.errors.as_data()
    return [_in_words(bound, error) for error in errors]


def _in_words(bound: BoundField, error: ValidationError) -> str:
    if error.message == NOTHING_SAID:
        return _missing(bound)
    message = error.messages[0]
    if error.code in NAMING and message.startswith(DJANGOS_OWN):
        return NAMING[error.code].format(label=bound.label, **error.params or {})
    return message


def _missing(bound: BoundField) -> str:
    asking = next(sentence for kind, sentence in ASKING.items() if isinstance(bound.field.widget, kind))
    return asking.format(bound.label)


def error_links(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    """The errors of a form as (id of the control at fault, message), in the order of the page, rows among them.

    What is about the form as a whole comes first; it and what has no control on the page go without an id.
    """
    for message in form.non_field_errors():
        yield "", str(message)
    laid_out = _laid_out(form)
    for name in laid_out + [name for name in form.fields if name not in laid_out]:
        bound = form[name]
        for message in messages(bound):
            yield _target(bound) if name in laid_out else "", message
        if isinstance(bound, BoundRows):
            for row in bound.rows:
                if row.form.has_changed():
                    for target, message in error_links(row.form):
                        yield target or _first_target(row.form), message


def _laid_out(form: forms.BaseForm) -> list[str]:
    return [pointer.name for pointer in layout_of(form).get_field_names()]


def layout_of(form: forms.BaseForm) -> Layout:
    """The layout of the form's own helper, or else all its fields in order."""
    return getattr(getattr(form, "helper", None), "layout", None) or Layout(*form.fields)


def _target(bound: BoundField) -> str:
    """The id of the control that an error is about: of a date the box at fault, of rows their first control."""
    if bound.is_hidden:
        return ""
    if isinstance(bound, BoundRows):
        return _first_target(bound.shown[0].form)
    if isinstance(bound.field.widget, DateBoxes):
        return f"{bound.auto_id}-{parts_at_fault(bound)[0]}"
    return bound.auto_id


def _first_target(form: forms.BaseForm) -> str:
    return next(target for name in _laid_out(form) if (target := _target(form[name])))


def parts_at_fault(bound: BoundField) -> Sequence[str]:
    """The boxes of a date that its first error is about; all of them when it does not say."""
    error = next(iter(bound.errors.as_data()), None)
    return ((error and error.params) or {}).get("parts", PARTS)
