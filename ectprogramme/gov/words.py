"""What a field holds, to be read: typed, cleaned, or stored as plain JSON."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, time
from typing import Any, cast

from django import forms
from django.utils.formats import date_format

from ectprogramme.gov.errors import layout_of
from ectprogramme.gov.fields import DateField, TimeField
from ectprogramme.gov.rows import BoundRows, RowsField


def in_words(field: forms.Field, value: Any) -> str:
    """A value of this field as the page shows it: days and times as people write them, choices by their labels, and of rows
    one to a line, in the order of their columns. What is no value of the field stays as it was typed."""
    if value in (None, "", [], ()):
        return ""
    if isinstance(field, RowsField):
        rows = (_row(cast(Any, field.row_form).base_fields, row) for row in value)
        return "\n".join(filter(None, rows))
    if isinstance(field, DateField):
        day = date.fromisoformat(value) if isinstance(value, str) else value
        return date_format(day, "j F Y") if isinstance(day, date) else " ".join(filter(None, day))  # typed in its boxes
    if isinstance(field, TimeField):
        with suppress(TypeError, ValueError):  # a time already, or none at all
            value = time.fromisoformat(value)
        return field.prepare_value(value)
    if choices := getattr(field, "choices", ()):
        labels = {str(key): str(label) for key, label in choices}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(str(field.prepare_value(one)), str(one)) for one in chosen)
    if isinstance(value, bool):
        return "Yes" if value else ""  # ticked, or left as it was
    return str(value).replace("\r\n", "\n")


def _row(columns: Mapping[str, forms.Field], row: Mapping[str, Any]) -> str:
    return ": ".join(filter(None, (in_words(field, row.get(name)) for name, field in columns.items())))


def typed(form: forms.BaseForm, stored: Mapping[str, Any] = {}) -> list[tuple[str, str]]:
    """What was sent in a form, right or wrong, by label in the order of the page, where it is not what is stored; a blank is
    no loss. A row of a field stands by itself, with a line for each of its columns."""
    found: list[tuple[str, str]] = []
    for pointer in layout_of(form).get_field_names():
        bound = form[pointer.name]
        if isinstance(bound, BoundRows):
            found += _typed_rows(bound, stored.get(bound.name) or [])
        elif not bound.is_hidden:
            words = in_words(bound.field, given(form, bound.name))
            if words and words != in_words(bound.field, stored.get(bound.name)):
                found.append((str(bound.label), words))
    return found


def _typed_rows(bound: BoundRows, stored: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for at, row in enumerate(bound.rows):
        if lines := [f"{label}: {words}" for label, words in typed(row.form, stored[at] if at < len(stored) else {})]:
            yield f"{bound.label}, {bound.field.row_label.lower()} {at + 1}", "\n".join(lines)


def given(form: forms.BaseForm, name: str) -> Any:
    """What was sent for a field, right or wrong: as the field understands it, or as it came."""
    bound = form[name]
    if isinstance(bound, BoundRows):
        return [{each.name: each.value() for each in row.form} for row in bound.rows]
    raw = bound.data if form.is_bound else bound.value()  # rows that are added to or removed have no data of their own
    with suppress(forms.ValidationError):
        return bound.field.clean(raw)
    return raw
