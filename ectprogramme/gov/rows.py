"""Forms that may be sent in part, and rows of a small form inside a form, added and removed without JavaScript."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: whatever was sent, be it nothing at all; None where the page is only asked for."""
    return request.POST if request.method == "POST" else None


def show_again(form: forms.BaseForm, **hidden: object) -> None:
    """Shows a form that was sent once more: with what was typed, on another revision or whatever else its hidden fields tell.

    Whoever has read what the page says of that, and sends the form again, means what they typed.
    """
    data = cast(QueryDict, form.data).copy()
    for name, value in hidden.items():
        data[name] = str(value)
    form.data = data


def touched(request: HttpRequest) -> Collection[str] | None:
    """The names of the fields that were sent while somebody typed; None when a form is sent whole, or not at all.

    The boxes of a date and the controls of rows are named after their field, with a hyphen. The nameless box of a row says
    nothing: it is hidden, and so always sent.
    """
    pressed = any(name.endswith(("-add", "-remove")) for name in request.POST)  # these buttons show the whole page
    if pressed or not request.htmx:  # type: ignore[attr-defined]
        return None
    return {name.partition("-")[0] for name in request.POST if not name.endswith("-")}


class Row(NamedTuple):
    """A row of the page: its number in the names of its controls, and its form."""

    number: int
    form: forms.Form


class RowsWidget(forms.Widget):
    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}-") for key in data)


class RowsField(forms.Field):
    """Rows of a small form, added and removed without JavaScript; the value is the list of the rows' cleaned dicts.

    The controls are named `<name>-<number>-<field>`; numbers may have gaps. Wholly blank rows are dropped. Fewer filled
    rows than `minimum`, or more than `maximum`, are refused. The initial value is a list of dicts. The form must be a
    `gov.Form` or `gov.ModelForm`, which know `changes_rows`.
    """

    widget = RowsWidget
    default_error_messages = {
        "few": "Fill in at least %(minimum)d of these",
        "many": "Fill in no more than %(maximum)d of these",
    }

    def __init__(
        self,
        row_form: type[forms.Form],
        *,
        minimum: int = 0,
        maximum: int = 20,
        add_label: str = "Add another row",
        row_label: str = "Row",
        **kwargs: Any,
    ) -> None:
        self.row_form = row_form  # a form may give it more, by functools.partial
        self.minimum, self.maximum = minimum, maximum
        self.add_label, self.row_label = add_label, row_label
        super().__init__(required=minimum > 0, **kwargs)
        self.widget.needs_multipart_form = any(
            field.widget.needs_multipart_form for field in row_form.base_fields.values()
        )

    def get_bound_field(self, form: Any, field_name: str) -> "BoundRows":
        if not isinstance(form, _KnowsRows):
            raise TypeError(f"{type(form).__name__} has rows, so it must be a gov.Form or a gov.ModelForm.")
        return BoundRows(form, self, field_name)

    def clean(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        filled = [row.form for row in rows if row.form.has_changed()]
        if broken := [error for form in filled for errors in form.errors.values() for error in errors]:
            raise ValidationError([ValidationError(message, code="row") for message in broken])
        if len(filled) < self.minimum:
            raise ValidationError(self.error_messages["few"], code="few", params={"minimum": self.minimum})
        if len(filled) > self.maximum:
            raise ValidationError(self.error_messages["many"], code="many", params={"maximum": self.maximum})
        return [form.cleaned_data for form in filled]


class BoundRows(BoundField):
    """The rows of one form: from its initial value, as posted, or with one row more or less."""

    field: RowsField
    form: "Form"

    @property
    def adds(self) -> bool:
        return f"{self.html_name}-add" in self.form.data

    @property
    def removes(self) -> bool:
        return f"{self.html_name}-remove" in self.form.data

    @cached_property
    def rows(self) -> list[Row]:
        """The rows that there are, blank ones among them."""
        form = self.form
        if not form.is_bound:
            return [self._row(number, initial=values) for number, values in enumerate(self.initial or [])]
        name = re.compile(rf"{re.escape(self.html_name)}-(\d{{1,4}})-")
        numbers = sorted({int(found[1]) for key in (*form.data, *form.files) if (found := name.match(key))})
        posted = [self._row(i, data=form.data, files=form.files, empty_permitted=True) for i in numbers]
        if not form.changes_rows:
            return posted
        removed = form.data.get(f"{self.html_name}-remove")
        # what was typed becomes the initial value of an unbound row: kept to the letter, and not yet judged
        return [
            self._row(row.number, initial={bound.name: bound.data for bound in row.form})
            for row in posted
            if str(row.number) != removed
        ]

    @cached_property
    def shown(self) -> list[Row]:
        """The rows with those added that the page needs: a new one when asked for, and so many that one can begin."""
        wanted = len(self.rows) + (self.adds and self.form.changes_rows)
        wanted = max(min(wanted, self.field.maximum), len(self.rows), self.field.minimum, 1)
        following = self.rows[-1].number + 1 if self.rows else 0
        return self.rows + [self._row(following + i) for i in range(wanted - len(self.rows))]

    @property
    def data(self) -> list[Row]:
        return self.rows

    def own_errors(self) -> list[ValidationError]:
        """The errors that are about the rows together, not about one of them."""
        return [error for error in self.errors.as_data() if error.code != "row"]

    def _row(self, number: int, **kwargs: Any) -> Row:
        prefix = f"{self.html_name}-{number}"
        return Row(
            number,
            self.field.row_form(prefix=prefix, auto_id=self.form.auto_id, use_required_attribute=False, **kwargs),
        )


class OneLine(BoundField):
    """A field whose value is one line where its box is: line breaks and other control characters are folded to a space.

    A browser sends none from such a box, and whatever is made of the line could not bear them, a message's subject for one.
    A NUL is left for the field to refuse, as every other does.
    """

    CONTROLS = re.compile(r"[\x01-\x1f\x7f-\x9f\u2028\u2029]+")

    @property
    def data(self) -> Any:
        value = super().data
        if isinstance(value, str) and isinstance(self.field.widget, forms.TextInput):
            return self.CONTROLS.sub(" ", value)
        return value


class _SentAsTyped(forms.BaseForm):
    """May be sent in part: of `only` these fields, whose names `touched` knows. The others are not in the form at all, so
    nothing is asked, judged or saved about them; hidden ones always are, since nobody types them."""

    base_fields: dict[str, forms.Field]
    bound_field_class = OneLine

    def __init__(self, *args: Any, only: Collection[str] | None = None, **kwargs: Any) -> None:
        self.only = only
        if only is not None:  # before Django copies each field
            self.base_fields = {
                name: field for name, field in self.base_fields.items() if name in only or field.widget.is_hidden
            }
        super().__init__(*args, **kwargs)

    def has(self, *names: str) -> bool:
        """Whether any of these fields was sent; of a whole form, all were."""
        return self.only is None or any(name in self.only for name in names)

    @property
    def shows_unsaved(self) -> bool:
        """Whether the page shows something that is not saved yet, so that its first save sends all of it."""
        return self.is_bound


class _KnowsRows(_SentAsTyped):
    @cached_property
    def changes_rows(self) -> bool:
        """Whether the form was sent by one of the buttons that add and remove rows."""
        return self.is_bound and any(
            isinstance(bound, BoundRows) and (bound.adds or bound.removes)
            for bound in map(self.__getitem__, self.fields)
        )

    def is_valid(self) -> bool:
        return not self.changes_rows and super().is_valid()

    def full_clean(self) -> None:
        if self.changes_rows:
            self._errors, self.cleaned_data = ErrorDict(renderer=self.renderer), {}
        else:
            super().full_clean()


class Form(_KnowsRows, forms.Form):
    """A form that may have rows (see `changes_rows`) and may be sent in part (see `touched`)."""


class ModelForm(_KnowsRows, forms.ModelForm):
    """A model's form that may have rows (see `changes_rows`) and may be sent in part (see `touched`).

    Its instance never holds an answer that has an error, so that the rest can be saved.
    """

    def _post_clean(self) -> None:
        """Django puts what was typed on the instance before the model's validators judge it: what they refuse is taken off."""
        before = {
            field: getattr(self.instance, field.attname)
            for field in self.instance._meta.concrete_fields
            if field.name in self.cleaned_data
        }
        super()._post_clean()  # type: ignore[misc]
        for field, value in before.items():
            if field.name in self.errors:
                setattr(self.instance, field.attname, value)
