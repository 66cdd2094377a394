"""The page on which a school words, orders, hides and adds the sections of its draft: one form that is saved as a whole.

The buttons that move, add and remove sections save nothing: they show everything as it was typed, in its new place.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, cast

from crispy_forms.layout import LayoutObject
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from content.models import Adaptation, AdaptedSection
from content.models.adaptations import OWN
from content.sections import CARRIES, KINDS
from ectprogramme import gov
from ectprogramme.gov.markup import render_items

from .versions import Difference, differences

MOST = 60  # sections of one template
ADDABLE = ("text", "rows", "yes_no", "checklist", "choice")
OWN_KEY = re.compile(rf"{OWN}[1-9][0-9]{{0,3}}", re.ASCII)
BUTTONS = ("up", "down", "add", "remove")  # their values are keys of sections, of "add" a kind


class LinesField(gov.TextAreaField):
    """Several short texts, one a line; blank lines say nothing."""

    default_error_messages = {
        "few": "Enter %(least)d or more, each on a line of its own",
        "many": "Enter %(most)d lines or fewer: there are %(number)d",
        "long": "Shorten the line that begins “%(line)s” to %(length)d characters or fewer",
        "twice": "“%(line)s” is there twice",
    }

    def __init__(self, *, most: int, length: int, least: int = 0, once: bool = False, **kwargs: Any) -> None:
        self.most, self.length, self.least, self.once = most, length, least, once
        super().__init__(required=least > 0, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).split("\n") if line.strip()]
        if len(lines) < self.least:
            self._refuse("few", least=self.least)
        if len(lines) > self.most:
            self._refuse("many", most=self.most, number=len(lines))
        for number, line in enumerate(lines):
            if len(line) > self.length:
                self._refuse("long", line=line[:40], length=self.length)
            if self.once and line in lines[:number]:
                self._refuse("twice", line=line)
        return lines

    def _refuse(self, code: str, **params: Any) -> None:
        raise ValidationError(self.error_messages[code], code=code, params=params)


def _long(label: str, *, rows: int) -> forms.Field:
    """As long as a pack may have it; that is said when it is passed, not counted down."""
    too_long = MaxLengthValidator(4000, gov.TextAreaField.default_error_messages["max_length"])
    return gov.TextAreaField(label=label, rows=rows, validators=[too_long], required=False)


#       field             of which kinds (all, if none)   how it is asked
ASKED: list[tuple[str, tuple[str, ...], Callable[[], forms.Field]]] = [
    ("title", (), lambda: forms.CharField(label="Title", max_length=200)),
    ("hint", (), lambda: _long("Hint", rows=2)),
    ("options", ("checklist", "choice"), lambda: LinesField(
        label="Options", help_text="One on each line.", most=20, length=200, least=2, once=True, rows=4)),
    ("columns", ("rows",), lambda: LinesField(
        label="Columns", help_text="The title of each column, one on each line.", most=6, length=100, least=1, once=True, rows=3)),
    ("minutes", (), lambda: forms.IntegerField(
        label="Minutes", min_value=1, max_value=600, required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}))),
    ("prompts", (), lambda: LinesField(
        label="Prompts", help_text="Questions to talk about, one on each line.", most=60, length=4000, rows=5)),
    ("needed", (), lambda: forms.BooleanField(
        label="Must be answered: a meeting is not finished while this is empty", required=False)),
    ("hidden", (), lambda: forms.BooleanField(
        label="Hidden: kept here and not asked in meetings", required=False)),
]  # fmt: skip


class AdaptationForm(gov.Form):
    """A draft with its sections, in the order of the page. `order` names them; it and `revision` say what the page shows.

    A section that the school added brings its kind; what is sent of a kind or a key that nobody offered is left out.
    """

    title = forms.CharField(label="Title of the meeting", max_length=200)
    introduction = _long("Introduction", rows=4)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    order = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, adaptation: Adaptation, sections: Iterable[AdaptedSection]) -> None:
        super().__init__(None if data is None else data.copy())
        self.initial = {name: getattr(adaptation, name) for name in ("title", "introduction", "revision")}
        self.sections = {section.key: section for section in sections}
        self.pressed = next((name for name in BUTTONS if name in self.data), "")
        self.touched = ""  # the key of the section that the button was about
        self.keys = self._changed(self._sent() if self.is_bound else list(self.sections))
        for key in self.keys:
            self._ask(key)
        self._show("order", " ".join(self.keys))

    def _show(self, name: str, value: str) -> None:
        """What a hidden field says on the page, whatever was sent."""
        self.initial[name] = value
        if self.is_bound:
            cast(QueryDict, self.data)[name] = value  # the form's own copy

    def _sent(self) -> list[str]:
        """The keys in the order in which they were sent; a section of the programme that was left out comes last."""
        sent = [key for key in self.data.get("order", "").split() if key in self.sections or self._is_added(key)]
        kept = [key for key in self.sections if not key.startswith(OWN)]
        return list(dict.fromkeys([*sent[:MOST], *kept]))

    def _is_added(self, key: str) -> bool:
        """Whether the page has it, and the row not yet."""
        if OWN_KEY.fullmatch(key) and (kind := self.data.get(f"{key}-kind", "")) in ADDABLE:
            self.sections[key] = AdaptedSection(key=key, kind=kind)
            return True
        return False

    def _changed(self, order: list[str]) -> list[str]:
        """The order after the button that was pressed."""
        key = self.data[self.pressed] if self.pressed else ""
        place = order.index(key) if key in order else -1
        if self.pressed == "add" and key in ADDABLE and len(order) < MOST:
            numbers = [int(own.removeprefix(OWN)) for own in {*order, *self.sections} if own.startswith(OWN)]
            self.touched = f"{OWN}{max(numbers, default=0) + 1}"
            self.sections[self.touched] = AdaptedSection(key=self.touched, kind=key)
            return [*order, self.touched]
        if place < 0 or (self.pressed == "remove" and not key.startswith(OWN)):
            return order
        rest = order[:place] + order[place + 1 :]
        if self.pressed == "remove":
            return rest
        self.touched = key
        place = max(place - 1, 0) if self.pressed == "up" else place + 1
        return [*rest[:place], key, *rest[place:]]

    def _ask(self, key: str) -> None:
        section = self.sections[key]
        own = key.startswith(OWN)
        for name, kinds, field in ASKED:
            if (not kinds or (own and section.kind in kinds)) and not (name == "hidden" and key in CARRIES):
                value = getattr(section, name)
                self.fields[f"{key}-{name}"] = asks = field()
                asks.error_messages["required"] = f"Enter the {name} of section {self.keys.index(key) + 1}"
                self.initial[f"{key}-{name}"] = [column["title"] for column in value] if name == "columns" else value
        if own:
            self.fields[f"{key}-kind"] = forms.CharField(widget=forms.HiddenInput, required=False)
            self._show(f"{key}-kind", section.kind)

    @cached_property
    def changes_rows(self) -> bool:
        """Whether one of the buttons was pressed that move, add or remove a section."""
        return bool(self.pressed)

    def said(self) -> list[dict[str, Any]]:
        """The sections as they were typed, in order, for `actions.save`. Of a valid form."""
        return [self._said(key) for key in self.keys]

    def _said(self, key: str) -> dict[str, Any]:
        cleaned = {name: self.cleaned_data.get(f"{key}-{name}") for name, *_ in ASKED}
        titles = cleaned["columns"] or []
        return cleaned | {
            "key": key,
            "kind": self.sections[key].kind,
            "hidden": bool(cleaned["hidden"]),
            "options": cleaned["options"] or [],
            "columns": [{"key": f"column_{n}", "title": title} for n, title in enumerate(titles, 1)],
        }

    def stand_on(self, stored: Adaptation) -> list[Difference]:
        """What was saved meanwhile, where it differs from what was typed. What is saved next counts."""
        self._show("revision", str(stored.revision))
        rows = [section.copy() | {"hidden": section.hidden} for section in stored.sections.all()]
        theirs = {"title": stored.title, "introduction": stored.introduction, "sections": rows}
        fixed = {key: section.copy() for key, section in self.sections.items()}
        mine = [
            fixed[said["key"]] | (said if said["key"].startswith(OWN) else said | _listed(fixed[said["key"]]))
            for said in self.said()
        ]
        typed = {name: self.cleaned_data[name] for name in ("title", "introduction")}
        return differences({**typed, "sections": mine}, theirs)

    # How it looks

    @property
    def helper(self) -> gov.FormHelper:
        return gov.FormHelper(
            EnterSaves(),
            "title",
            "introduction",
            *(SectionRow(key, [name for name in self.fields if name.startswith(f"{key}-")]) for key in self.keys),
            AddButtons(),
            buttons=[
                gov.Button("Save"),
                gov.Button("Save and preview", kind="secondary", name="then", value="preview"),
                gov.Button("Save and start using it", kind="secondary", name="then", value="put_to_use"),
            ],
        )


def _listed(section: Mapping[str, Any]) -> dict[str, Any]:
    """What is not asked of a section of the programme."""
    return {name: section[name] for name in ("options", "columns")}


class EnterSaves(LayoutObject):
    """A form's first submit button is the one that Enter presses: not one that moves a section."""

    fields: list[str] = []

    def render(self, form: Any, context: Any, template_pack: str = "gov", **looks: Any) -> SafeString:
        return mark_safe(
            '<button type="submit" class="govuk-visually-hidden" tabindex="-1" aria-hidden="true"></button>'
        )


class SectionRow(LayoutObject):
    """One section: its buttons, and its fields a tap away; open where something is to be done."""

    def __init__(self, key: str, names: list[str]) -> None:
        self.key, self.fields = key, names

    def render(self, form: Any, context: Any, template_pack: str = "gov", **looks: Any) -> SafeString:
        title, hidden = form[f"{self.key}-title"], f"{self.key}-hidden"
        section, place = form.sections[self.key], form.keys.index(self.key)
        added = form.pressed == "add" and form.touched == self.key
        return render_to_string(
            "adapting/section.html",
            {
                "section": section,
                "title": title.value() or "New section",
                "kind": KINDS[section.kind].label,
                "number": place + 1,
                "is_first": place == 0,
                "is_last": place == len(form.keys) - 1,
                "is_own": self.key.startswith(OWN),
                "is_hidden": hidden in self.fields and form[hidden].value(),
                "carries": CARRIES.get(self.key, ""),
                "moved": form.pressed if form.touched == self.key and not added else "",
                "is_open": added or any(form[name].errors for name in self.fields),
                "fields": render_items(self.fields, form, context, **looks | {"autofocus": added}),
            },
        )


class AddButtons(LayoutObject):
    """A button for each kind of section that a school may add."""

    fields: list[str] = []

    def render(self, form: Any, context: Any, template_pack: str = "gov", **looks: Any) -> SafeString:
        kinds = [(kind, KINDS[kind].label) for kind in ADDABLE] if len(form.keys) < MOST else []
        return render_to_string("adapting/add.html", {"kinds": kinds, "most": MOST})


class BeginForm(gov.Form):
    """The template to adapt, by a button in the list."""

    original = forms.SlugField(max_length=100)


class StepForm(gov.Form):
    """One step by one button; what the page on which it was pressed was made from."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, adaptation: Adaptation, button: str) -> None:
        initial = {"revision": adaptation.revision, "version": adaptation.adapted_from.version}
        super().__init__(data, initial=initial)
        self.helper = gov.FormHelper("revision", "version", buttons=[gov.Button(button)])
