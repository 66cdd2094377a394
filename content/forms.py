"""Forms made from sections: what a record asks, as fields, and what is typed there, as JSON."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from crispy_forms.layout import LayoutObject
from django import forms
from django.core.validators import MaxLengthValidator
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from ectprogramme import gov

LONGEST = 20_000  # characters of one answer: said when it is passed, not counted down while somebody thinks

Asked = Mapping[str, Any]  # a section, as models.Section.copy() gives it


def field_name(key: str) -> str:
    """The name of a section's field. A section may have any key, and so never takes the place of a form's own field."""
    return f"answer_{key}"


def section_fields(sections: Iterable[Asked]) -> dict[str, forms.Field]:
    """A field for each section by its name. None is required: a record can always be saved as far as it is."""
    return {field_name(section["key"]): FIELDS[section["kind"]](section) for section in sections}


def _words(section: Asked) -> dict[str, Any]:
    minutes = f"About {section['minutes']} minutes." if section["minutes"] else ""
    return {"label": section["title"], "help_text": f"{minutes} {section['hint']}".strip()}


def _text(**words: Any) -> forms.Field:
    too_long = MaxLengthValidator(LONGEST, gov.TextAreaField.default_error_messages["max_length"])
    return gov.TextAreaField(required=False, validators=[too_long], **words)


def _rows(section: Asked) -> forms.Field:
    columns = {column["key"]: _text(label=column["title"], rows=3) for column in section["columns"]}
    plain = gov.FormHelper(mark_optional=False, label_size="")
    return gov.RowsField(type("SectionRow", (gov.Form,), {**columns, "helper": plain}), maximum=40, **_words(section))


def _yes_no(section: Asked) -> forms.Field:
    return forms.TypedChoiceField(
        choices=[(True, "Yes"), (False, "No")],
        coerce=lambda chosen: chosen == "True",
        empty_value=None,
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline"}),
        required=False,
        **_words(section),
    )


def _checklist(section: Asked) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=_choices(section), widget=forms.CheckboxSelectMultiple, required=False, **_words(section)
    )


def _choice(section: Asked) -> forms.Field:
    return forms.ChoiceField(choices=_choices(section), widget=forms.RadioSelect, required=False, **_words(section))


def _choices(section: Asked) -> list[tuple[str, str]]:
    return [(option, option) for option in section["options"]]


FIELDS: dict[str, Callable[[Asked], forms.Field]] = {
    "text": lambda section: _text(**_words(section)),
    "rows": _rows,
    "yes_no": _yes_no,
    "checklist": _checklist,
    "choice": _choice,
    "rating": _choice,
}


class SectionField(gov.Field):
    """A section's field and, a tap away, its prompts."""

    def __init__(self, section: Asked, **looks: Any) -> None:
        super().__init__(field_name(section["key"]), **looks)
        self.section = section

    def render(self, form: forms.BaseForm, context: Any, template_pack: str = "gov", **looks: Any) -> SafeString:
        field = super().render(form, context, template_pack, **looks)
        if not (self.section["prompts"] or self.section.get("groups")):
            return field
        return mark_safe(field + render_to_string("content/prompts.html", self.section))


class AnswersForm(gov.Form):
    """The sections of a record with its answers so far.

    A record's own form inherits from it and may have fields of its own.
    """

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        sections: Sequence[Asked],
        answers: Mapping[str, Any],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.sections = sections
        self.initial = {**self.initial, **{field_name(key): answer for key, answer in answers.items()}}
        self.fields.update(section_fields(sections))

    @property
    def helper(self) -> gov.FormHelper:
        return gov.FormHelper(*self.laid_out(), mark_optional=False)

    def laid_out(self, **after: Sequence[str | LayoutObject]) -> list[str | LayoutObject]:
        """The sections in order for a helper's layout, with a form's own fields after the section that they belong to.

        `laid_out(follow_up=["seen_on", "seen_at"])`. What belongs to a section that this record has not comes last.
        """
        layout: list[str | LayoutObject] = []
        for section in self.sections:
            layout += [SectionField(section), *after.pop(section["key"], [])]
        return layout + [item for items in after.values() for item in items]
