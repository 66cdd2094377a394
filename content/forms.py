"""Forms made from sections: what a record asks, as fields, and what is typed there, as JSON."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from crispy_forms.layout import LayoutObject
from django import forms
from django.core.validators import MaxLengthValidator
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from content.models import Programme
from content.reading import as_followed, chosen_for
from ectprogramme import gov
from people.models import Induction, Phase

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


TOO_LONG = MaxLengthValidator(LONGEST, gov.TextAreaField.default_error_messages["max_length"])


def _text(**words: Any) -> forms.Field:
    return gov.TextAreaField(required=False, validators=[TOO_LONG], **words)


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
        choices=_choices(section), widget=gov.Checkboxes, required=False, **_words(section)
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
        self.sections = [section for section in sections if self.has(field_name(section["key"]))]
        self.initial = {**self.initial, **{field_name(key): answer for key, answer in answers.items()}}
        self.fields.update(section_fields(self.sections))

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


class SectionForm(gov.Form):
    """What somebody does at the end of a section: an ECT may write beside it, and whoever reads for themselves ticks it."""

    text = gov.TextAreaField(label="", required=False, rows=6, validators=[TOO_LONG])
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, question: str, text: str, revision: int, buttons: Sequence[gov.Button], autosave: str
    ) -> None:
        super().__init__(data, initial={"text": text, "revision": revision})
        self.buttons, self.autosave = buttons, autosave
        if question:
            self.fields["text"].label = "Your reflection"
            self.fields[
                "text"
            ].help_text = (
                f"{question} Only you can read this until you share it. Write nothing that identifies a pupil."
            )
        else:
            self.fields.clear()

    @property
    def writes(self) -> bool:
        """Whether there is something to write; a save as it is typed leaves out what has not changed."""
        return "text" in self.fields and "text" in self.data

    @property
    def helper(self) -> gov.FormHelper:
        if not self.fields:
            return gov.FormHelper(buttons=self.buttons)
        text = gov.Field("text", label_size="m")
        return gov.FormHelper(text, buttons=self.buttons, autosave=self.autosave, mark_optional=False)


class RevisionForm(gov.Form):
    """A step by a button, alone or with words; the revision of the page on which it was pressed."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def seen(self) -> int:
        """The revision that the page showed; 0 where it sent none, which agrees only with what was never changed."""
        self.is_valid()
        return self.cleaned_data.get("revision") or 0

    def stand_on(self, revision: int) -> None:
        """Shows a form that was sent once more, on what is stored now: pressed again, it counts."""
        gov.show_again(self, revision=revision)


class FollowingForm(gov.Form):
    """The phase that an induction is in and, where more than one programme is loaded, which of them it follows."""

    phase = forms.ChoiceField(
        label="Phase or setting",
        help_text="Reading shows what is for this phase first. Everything else stays one click away.",
        choices=[*Phase.choices, ("", "Not set: show what is for every phase")],
        widget=forms.RadioSelect,
        required=False,
    )
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label="Programme", empty_label=None, widget=forms.RadioSelect
    )

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    helper = gov.FormHelper("phase", "programme", buttons=[gov.Button("Save")], mark_optional=False)

    def __init__(self, data: Any = None, *, induction: Induction, programmes: Sequence[Programme]) -> None:
        initial = {"phase": induction.phase, "programme": chosen_for(induction), "seen": as_followed(induction)}
        super().__init__(data, initial=initial)
        if len(programmes) > 1:
            choice = cast(forms.ModelChoiceField, self.fields["programme"])
            choice.queryset = Programme.objects.current()
        else:
            del self.fields["programme"]
            self.helper = gov.FormHelper("phase", buttons=[gov.Button("Save")], mark_optional=False)

    def both_versions(self, stored: Induction) -> list[tuple[str, str]]:
        """What is stored where it differs from what was chosen, by label. Sent again, the form counts."""
        gov.show_again(self, seen=as_followed(stored))
        chosen = chosen_for(stored)
        theirs = [
            ("phase", stored.phase, stored.get_phase_display() or "Not set"),
            ("programme", chosen, str(chosen or "None")),
        ]
        typed = self.cleaned_data
        return [(str(self[name].label), said) for name, value, said in theirs if name in typed and value != typed[name]]


class SearchForm(gov.Form):
    """Words to look for. It is sent by GET, so that what was found has an address."""

    q = forms.CharField(
        label="Search the programme",
        help_text="For example: live marking, or small steps",
        max_length=200,
        error_messages={"required": "Type what you are looking for"},
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    page = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=1000)

    @property
    def helper(self) -> gov.FormHelper:
        helper = gov.FormHelper("q", buttons=[gov.Button("Search")])
        helper.form_method = "get"
        return helper
