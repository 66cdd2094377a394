"""The page on which a meeting is held: one form, made of blocks that are merged one by one."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from crispy_forms.layout import LayoutObject
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from content.answers import Conflict, Merged, merge
from content.answers import seen as digests
from content.forms import AnswersForm, SectionField, field_name
from content.sections import ACTION_SECTION, FOLLOW_UP_SECTION, UNANSWERED
from cycles.forms.blocks import (
    ALWAYS,
    CHECKS,
    FOLLOW_UP,
    Block,
    action_step,
    became,
    follow_up,
    iso,
    names_in_step,
    single,
)
from cycles.forms.days import check_day
from cycles.models import MOST_STEPS, ActionStep, Meeting, Written
from ectprogramme import gov
from ectprogramme.gov.markup import render_items

NEVER_NEEDED = frozenset({"about-held", "about-minutes", "about-place", "follow-up"})  # blocks; see Meeting.missing
WHEN, SINCE = "When and where", "Since the last meeting"  # what stands before a meeting's own sections


class Shared(LayoutObject):
    """A block on the page: the digest of what it was made from, its fields, and the notice of a conflict."""

    def __init__(self, key: str, *fields: str | LayoutObject) -> None:
        self.key, self.fields, self.words = key, list(fields), dict[str, Any]()

    def render(self, form: Any, context: Any, template_pack: str = "gov", **looks: Any) -> SafeString:
        return form.render_block(self, render_items(self.fields, form, context, **looks))


class ActionSection(LayoutObject):
    """The heading of the section in whose place the action steps are written, with its hint and prompts."""

    def __init__(self, section: Mapping[str, Any]) -> None:
        self.section = section
        self.fields: list[str] = []

    def render(self, form: Any, context: Any, template_pack: str = "gov", **looks: Any) -> SafeString:
        return render_to_string("cycles/action_section.html", {"section": self.section})


class MeetingForm(AnswersForm):
    """The page on which a meeting is held. Nothing is required: what is missing is asked for when it is finished.

    `values` are what the page shows, by block (`Meeting.written`), and `seen` their digests; `numbers` are the places of
    the action steps and `earlier` the steps of meetings before, which a form that only saves need not know. Sent in part, it
    has the blocks of which something was sent; each is sent whole.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        meeting: Meeting,
        values: Written,
        seen: dict[str, str],
        numbers: Iterable[int],
        earlier: Mapping[int, ActionStep | None],
        conflicts: Sequence[Conflict] = (),
        only: Collection[str] | None = None,
    ) -> None:
        super().__init__(data, sections=meeting.asked(), answers={}, only=only)
        self.meeting, self.seen, self.earlier = meeting, seen, earlier
        self.values, self.conflicts = values, {conflict.key: conflict for conflict in conflicts}
        self.oob, self.other = False, ""
        self.as_stored: dict[str, MeetingForm] = {}  # fields of which another form shows what is stored
        self.blocks = self._blocks(numbers, earlier)
        self.initial["revision"] = meeting.revision
        for key, block in self.blocks.items():
            self.fields.update(block.fields)
            if values.get(key) not in UNANSWERED:
                self.initial.update(block.initial(values[key]))
        self.initial.setdefault("held_on", meeting.presumed_day)

    @classmethod
    def for_page(
        cls,
        meeting: Meeting,
        stored: Written,
        earlier: Iterable[ActionStep],
        conflicts: Sequence[Conflict] = (),
        seen: Mapping[str, str] = {},
    ) -> "MeetingForm":
        """The form as it is shown: room for one more action step than there are, where the meeting has a place for them. In
        conflict the box keeps one's own text and the older digest (`seen`), so it stays so until the person chooses."""
        values = stored | {conflict.key: conflict.mine for conflict in conflicts}
        older = {conflict.key: seen[conflict.key] for conflict in conflicts}
        used = [int(key.removeprefix("step-")) for key in values if key.startswith("step-")]
        numbers = sorted({*used, *meeting.places[: max(used, default=0) + 1]})
        return cls(
            meeting=meeting, values=values, seen=digests(stored) | older, numbers=numbers,
            earlier={step.pk: step for step in earlier}, conflicts=conflicts,
        )  # fmt: skip

    @classmethod
    def posted(
        cls, meeting: Meeting, data: Mapping[str, Any], seen: dict[str, str], only: Collection[str] | None = None
    ) -> "MeetingForm":
        """The form as it was sent; which blocks the page has is read from its hidden fields."""
        numbers = [number for number in range(1, MOST_STEPS + 1) if f"step-{number}" in seen]
        found = (re.fullmatch(r"became-([0-9]{1,15})", key) for key in seen)
        earlier = dict.fromkeys(int(match[1]) for match in found if match)
        return cls(data, meeting=meeting, values={}, seen=seen, numbers=numbers, earlier=earlier, only=only)

    def _blocks(self, numbers: Iterable[int], earlier: Iterable[int]) -> dict[str, Block]:
        names = [field_name(section["key"]) for section in self.sections]
        refine = bool(self.meeting.section(ACTION_SECTION))
        blocks = [
            *(became(pk, refine=refine) for pk in earlier if self.has(f"became_{pk}", f"noticed_{pk}")),
            *(
                single(section["key"], name, self.fields[name])
                for section, name in zip(self.sections, names, strict=True)
            ),
            *(action_step(number) for number in numbers if self.has(*names_in_step(number))),
            *([follow_up()] if self.meeting.section(FOLLOW_UP_SECTION) and self.has(*FOLLOW_UP) else []),
            *(block() for name, block in ALWAYS.items() if self.has(name)),
        ]
        return {block.key: block for block in blocks}

    @property
    def untouched(self) -> list[str]:
        """The blocks that the page has and that were not sent, since nobody has typed in them."""
        return [key for key in self.seen if key not in self.blocks]

    @property
    def shows_unsaved(self) -> bool:
        return super().shows_unsaved or bool(self.conflicts)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        on, at = cleaned.get("follow_up_on"), cleaned.get("follow_up_at")
        if on and not at and "follow_up_at" not in self.errors:
            self.add_error("follow_up_at", "Enter the time of the follow-up as well")
        if at and not on and "follow_up_on" not in self.errors:
            self.add_error("follow_up_on", "Enter the date of the follow-up as well")
        if on and on < self._met_on(cleaned):
            self.add_error("follow_up_on", "The follow-up observation must be on the day of the meeting or after it")
        for number in range(1, MOST_STEPS + 1):
            if (name := names_in_step(number)[-1]) in self.fields:
                self._check_review(number, name, cleaned)
        return cleaned

    def _met_on(self, cleaned: Mapping[str, Any]) -> date:
        """The day of the meeting as it is written here; without one the planned day, or today if that is still to come."""
        planned = timezone.localdate(self.meeting.planned_for)
        return cleaned.get("held_on", self.meeting.held_on) or min(planned, timezone.localdate())

    def _check_review(self, number: int, name: str, cleaned: dict[str, Any]) -> None:
        """A day to look at a step again is still to come when it is set; one that was set before may have passed. One that
        cannot be kept takes nothing else of its step with it: the day that is stored stays."""
        day = cleaned.get(name)
        if name in cleaned and (not day or day >= timezone.localdate()):
            return
        stored = self.meeting.steps.filter(position=number).values_list("review_on", flat=True).first()
        if day and day != stored:
            self.add_error(name, "The day to look at it again must be today or in the future")
        cleaned[name] = stored

    def clean_held_on(self) -> date | None:
        day = self.cleaned_data["held_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("The date on which you met must be today or in the past")
        check_day(self.meeting.induction, day, latest=timezone.localdate())
        return day

    def clean_follow_up_on(self) -> date | None:
        check_day(self.meeting.induction, self.cleaned_data["follow_up_on"])
        return self.cleaned_data["follow_up_on"]

    @property
    def written(self) -> Written:
        """The blocks in which everything is valid, or has something to stand for it, as plain JSON. The day that the page
        presumes was written by nobody."""
        if not self.is_valid() and self.changes_rows:
            return {}
        found = {
            key: block.written(self.cleaned_data)
            for key, block in self.blocks.items()
            if block.fields.keys() <= self.cleaned_data.keys()
        }
        if not self.seen.get("about-held") and found.get("about-held") == iso(self.meeting.presumed_day):
            found["about-held"] = ""
        return found

    @property
    def unsaved(self) -> list[str]:
        """The labels of fields that are not saved, because something in them is not valid yet."""
        return [str(self.fields[name].label) for name in self.errors]

    def show_earlier(self, steps: Iterable[ActionStep]) -> None:
        """Gives a form that was sent the words of the earlier steps that it asks about."""
        self.earlier = {step.pk: step for step in steps if step.pk in self.earlier}

    def stand_on(self, merged: Merged, stored: "MeetingForm") -> None:
        """Shows a form that was sent once more, on what was saved of it: beside what is wrong or in conflict it has what is
        `stored` where it showed something older or nothing, such as the other's words or a step that is refined. Its
        revision stays, so that the next save looks at the action steps anew; and so do the digests of what is in conflict,
        until the person chooses."""
        self.conflicts, self.earlier = {conflict.key: conflict for conflict in merged.conflicts}, stored.earlier
        faulty = {key for key, block in self.blocks.items() if self.errors.keys() & block.fields.keys()}
        outdated = set(merged.outdated) - faulty
        fresh = {key: block for key, block in stored.blocks.items() if key in outdated or key not in self.blocks}
        self.seen = merged.seen | {key: stored.seen.get(key, "") for key in fresh}
        self.blocks |= fresh
        for block in fresh.values():
            self.fields.update(block.fields)
            self.as_stored |= dict.fromkeys(block.fields, stored)
        stored._errors = self.errors  # finishing may ask for something in what it shows for this form

    def __getitem__(self, name: str) -> BoundField:
        return self.as_stored[name][name] if name in self.as_stored else super().__getitem__(name)

    def label_of(self, key: str) -> str:
        return str(next(iter(self.blocks[key].fields.values())).label)

    def in_words(self, key: str, value: Any) -> str:
        """What a block says when it holds this: of several fields a line for each, with its label."""
        block = self.blocks[key]
        nothing = {name: field.initial for name, field in block.fields.items()}
        return self._in_words(key, nothing if value in UNANSWERED else block.initial(value))

    def _in_words(self, key: str, values: Mapping[str, Any]) -> str:
        fields = self.blocks[key].fields
        lines = [(str(field.label), gov.in_words(field, values[name])) for name, field in fields.items()]
        if len(lines) == 1:
            return lines[0][1]
        return "\n".join(f"{label}{'' if label.endswith('?') else ':'} {words}" for label, words in lines if words)

    def lost(self, stored: Written) -> Iterator[tuple[str, str]]:
        """What was typed and is not in the meeting, by label. Of a block in which something is wrong, all as it was typed."""
        written = self.written
        merged = merge(stored, written, self.seen)
        conflicts = {conflict.key for conflict in merged.conflicts}
        for key, block in self.blocks.items():
            if key not in written:
                words = self._in_words(key, {name: gov.given(self, name) for name in block.fields})
                if words and words != self.in_words(key, stored.get(key)):
                    yield self.label_of(key), words
            elif key in conflicts or merged.answers.get(key) != stored.get(key):
                yield self.label_of(key), self.in_words(key, written[key])

    def notice(self, conflict: Conflict) -> dict[str, str]:
        """What the page tells of a conflict: the other text, and its digest."""
        return {"theirs": self.in_words(conflict.key, conflict.theirs), "digest": digests({"": conflict.theirs})[""]}

    def pulled(self, keys: Iterable[str], *, added: bool = False) -> list[SafeString]:
        """Blocks to put in the place of those on a page that show something older; or for one that has not got them."""
        self.oob = not added
        shared = self._shared()
        return [shared[key].render(self, {}, label_size="s", mark_optional=False) for key in keys if key in shared]

    def ask_for(self, missing: Mapping[str, str], why: str = "") -> None:
        """Errors beside the blocks that the meeting still needs, unless what is there is wrong; it may be a page that nobody
        has sent. If it needs none, `why` it was not finished."""
        if why and not missing:
            self.errors[NON_FIELD_ERRORS] = self.error_class([why])
        for key, words in missing.items():
            if key not in self.blocks:
                self.errors.setdefault(NON_FIELD_ERRORS, self.error_class()).append(f"{words} is still missing")
                continue
            name = list(self.blocks[key].fields)[-1 if key.startswith("became-") else 0]
            if name not in self.errors:
                self.errors[name] = self.error_class([f"Still missing: {words}"])

    def ask_to_choose(self) -> None:
        """Errors beside the blocks in conflict, so that the page begins with them; it may be one that nobody has sent."""
        for key in self.conflicts:
            if key in self.blocks:
                name = next(iter(self.blocks[key].fields))
                words = f"Choose which text to keep in “{self.label_of(key)}”: {self.other} wrote something different"
            else:  # what became of an earlier step is no longer asked here
                name = NON_FIELD_ERRORS
                words = "An earlier action step is not open here any more, so what you noticed about it is not saved"
            self.errors.setdefault(name, self.error_class()).append(words)

    # How it looks

    @property
    def helper(self) -> gov.FormHelper:
        return gov.FormHelper(
            *self.laid_out_blocks(),
            buttons=[gov.Button("Finish the meeting", name="finish", value="1"), gov.Button("Save", kind="secondary")],
            autosave=self.meeting.get_absolute_url(),
            mark_optional=False,
        )

    def laid_out_blocks(self) -> list[LayoutObject]:
        shared = self._shared()
        steps = [block for key, block in shared.items() if key.startswith("step-")]
        follow_up = [block for key, block in shared.items() if key == "follow-up"]
        after = {ACTION_SECTION: steps, FOLLOW_UP_SECTION: follow_up}
        layout: list[LayoutObject] = [
            gov.Fieldset(WHEN, *(shared[f"about-{name}"] for name in ("held", "minutes", "place"))),
            shared["about-focus"],
        ]
        if self.earlier:
            layout.append(gov.Fieldset(SINCE, *(shared[f"became-{pk}"] for pk in self.earlier)))
        for section in self.meeting.sections:
            layout.append(shared.get(section["key"]) or ActionSection(section))
            layout += after.pop(section["key"], [])
        layout += after.pop(ACTION_SECTION, [])  # of a page that somehow has steps without their section
        return layout

    @property
    def contents(self) -> list[tuple[str, str]]:
        """The sections of the page, each with the id to go to."""
        earlier = [(f"block-became-{pk}", SINCE) for pk in self.earlier][:1]
        own = [(f"block-{section['key']}", section["title"]) for section in self.meeting.sections]
        return [("block-about-held", WHEN), ("block-about-focus", "Focus"), *earlier, *own]

    def _shared(self) -> dict[str, "Shared"]:
        """Every block as it stands on the page, its questions marked optional where finishing the meeting never needs them."""
        shared = {
            key: Shared(key, *(gov.Field(name, mark_optional=key in NEVER_NEEDED) for name in block.fields))
            for key, block in self.blocks.items()
        }
        action = self.meeting.section(ACTION_SECTION)
        shared["about-focus"] = Shared("about-focus", gov.Field("focus", label_size="m"))
        for section in self.sections:
            field = SectionField(section, label_size="m", mark_optional=not section["needed"])
            shared[section["key"]] = Shared(section["key"], field)
        for pk, step in self.earlier.items():
            self[f"became_{pk}"].label = f"What became of “{step}”?"
            shared[f"became-{pk}"].words["earlier"] = step
        for key, block in self.blocks.items():
            if key.startswith("step-"):
                text, checks, criteria, review_on = block.fields
                shared[key] = Shared(
                    key,
                    gov.Field(text, mark_optional=not (action and action["needed"])),
                    gov.Field(checks, hints=CHECKS, classes="govuk-checkboxes--small"),
                    criteria,
                    gov.Field(review_on, mark_optional=True),
                )
                faulty = any(name in self.errors for name in block.fields)
                shared[key].words["folded"] = key != "step-1" and not faulty and not self[text].value()
        return shared

    def render_block(self, block: Shared, fields: SafeString) -> SafeString:
        return render_to_string(
            "cycles/block.html",
            {
                "key": block.key,
                "fields": fields,
                "seen": self.seen.get(block.key, ""),
                "notice": self.notice(self.conflicts[block.key]) if block.key in self.conflicts else None,
                "other": self.other,
                "oob": self.oob,
                **{"earlier": None, "folded": False} | block.words,
            },
        )


class PreviewForm(MeetingForm):
    """The page of a meeting that nobody has planned, to look at: no form of its own, no buttons, nothing saved."""

    @property
    def helper(self) -> gov.FormHelper:
        helper = gov.FormHelper(*self.laid_out_blocks(), mark_optional=False)
        helper.form_tag, helper.disable_csrf = False, True
        return helper


def in_words(value: Any) -> str:
    """The answer to a section of any kind to be read, a line for each of its parts."""
    if value in UNANSWERED:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return "\n".join(line for item in value if (line := in_words(item)))
    return str(value)
