"""The report as the tutor fills it in, the ECT's comment, a step, a signature, and the public check of a record."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import Any, cast

from django import forms
from django.conf import settings
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from content.models import Standard
from ectprogramme import gov

from .actions import Draft
from .calendar import weekdays
from .models import Outcome, Recommendation, Review, Target, TargetOutcome
from .questions import QUESTIONS, missing, target_in_words, targets_in_words

Standards = dict[str, Standard]  # by code; fetched once, not for each row
LONG = 5000  # characters, a page and a half
LABELS = {question.field: question.in_form for question in QUESTIONS}
WHOLE_OR_HALF = "Days absent must be a whole or half number, like 2 or 2.5"
HINTS = {question.field: question.hint for question in QUESTIONS}


def yes_or_no(field: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=LABELS[field],
        help_text=HINTS[field],
        choices=[("True", "Yes"), ("False", "No")],
        coerce=lambda value: value == "True",
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )


def _choices(standards: Standards) -> list[tuple[str, str]]:
    return [(code, str(standard)) for code, standard in standards.items()]


def words(field: str) -> gov.TextAreaField:
    return gov.TextAreaField(label=LABELS[field], help_text=HINTS[field], max_length=LONG, required=False)


def _told_of(targets: Iterable[Target], outcomes: Iterable[TargetOutcome]) -> dict[int, TargetOutcome]:
    """By target: what was told of it; or, when the report before was returned and worded anew, of these words as another
    target, or of other words in its place. Each outcome is of one target at most."""
    left, found = list(outcomes), {}
    ways: list[Callable[[TargetOutcome, Target], bool]] = [
        lambda row, target: row.text == target.text and row.target_id == target.pk,
        lambda row, target: row.text == target.text,
        lambda row, target: row.target_id == target.pk,
    ]
    for way in ways:
        for target in targets:
            row = None if target.pk in found else next((row for row in left if way(row, target)), None)
            if row:
                left.remove(row)
                found[target.pk] = row
    return found


def _said_of(target: Target, row: TargetOutcome | None) -> tuple[str, str]:
    """Outcome and comment. An outcome told of other words does not count for these: it has to be chosen again."""
    return (row.outcome if row.text == target.text else "", row.comment) if row else ("", "")


def _said_before(target: Target, row: TargetOutcome | None) -> str:
    if row is None or not row.outcome or row.text == target.text:
        return ""
    return f"This target has been worded anew. Of “{row.text}” you said: {row.get_outcome_display()}. Choose again."


class ConcernForm(forms.Form):
    helper = gov.FormHelper(gov.Field("standard", label_hidden=True), "evidence")  # "Standard 1" stands above it
    standard = forms.TypedChoiceField(label="Standard")
    evidence = gov.TextAreaField(label="Evidence for the concern", max_length=LONG, rows=3)

    def __init__(self, *args: Any, standards: Standards, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choice = cast(forms.TypedChoiceField, self.fields["standard"])
        choice.choices = [("", "Choose a standard"), *_choices(standards)]
        choice.coerce = standards.get


class TargetForm(forms.Form):
    helper = gov.FormHelper(gov.Field("text", label_hidden=True), "standards", "review_on")
    text = gov.TextAreaField(
        label="Target", help_text="Say what others can see once it is done.", max_length=1000, rows=2
    )
    standards = forms.TypedMultipleChoiceField(
        label="Standards that it serves",
        widget=gov.Checkboxes(attrs={"class": "govuk-checkboxes--small app-columns"}),
        required=False,
    )
    review_on = gov.DateField(label="Look at it again on", required=False)

    def __init__(self, *args: Any, standards: Standards, set_before: Collection[date] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.set_before = set_before
        choice = cast(forms.TypedMultipleChoiceField, self.fields["standards"])
        choice.choices = _choices(standards)
        choice.coerce = standards.get

    def clean_review_on(self) -> date | None:
        """Still to come when it is set; one that was set before may have passed."""
        day: date | None = self.cleaned_data["review_on"]
        if day and day < timezone.localdate() and day not in self.set_before:
            raise forms.ValidationError("The day to look at it again must be today or in the future")
        return day


TICK_AGAIN = "The targets have changed: tick again that the ECT has agreed them."


class Tick(gov.Field):
    """A box in an element of its own; `swapped`, that takes the place of the one on a page that was saved as it was typed."""

    def __init__(self, name: str, *, swapped: bool = False) -> None:
        super().__init__(name)
        self.swapped = swapped

    def render(self, form: forms.BaseForm, context: Context, template_pack: str = "gov", **looks: Any) -> SafeString:
        box, swap = super().render(form, context, **looks), SafeString(' hx-swap-oob="true"' if self.swapped else "")
        return format_html('<div id="{}_box" data-follows{}>{}</div>', form[self.fields[0]].auto_id, swap, box)


class ReviewForm(gov.ModelForm):
    """A draft. It can be saved with any answer missing; `add_missing` asks for those when it is to be released.

    The tick that the ECT has agreed the targets is about those that are stored with it. A save that changes anything of them
    takes away a tick that was stored before, even if the page sent it along: there it stood before they were changed. One
    that is new in a save counts for the targets of that save, and waits while any of these has an error.
    """

    on_track = yes_or_no("on_track")
    reasons = words("reasons")
    evidence_summary = words("evidence_summary")
    concerns = gov.RowsField(
        ConcernForm,
        label="Standards that give cause for concern",
        add_label="Add another standard",
        row_label="Standard",
        maximum=9,
    )
    ect_informed = yes_or_no("ect_informed")
    support_plan_in_place = yes_or_no("support_plan_in_place")
    support_plan_reason = words("support_plan_reason")
    entitlements_met = yes_or_no("entitlements_met")
    entitlements_reason = words("entitlements_reason")
    staying = yes_or_no("staying")
    targets = gov.RowsField(TargetForm, label="Targets", add_label="Add another target", row_label="Target", maximum=6)
    targets_agreed = forms.BooleanField(
        label="The ECT has agreed these targets",
        help_text="If you change a target after ticking this, tick it again.",
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Review
        fields = [
            "on_track", "reasons", "evidence_summary", "ect_informed", "support_plan_in_place", "support_plan_reason",
            "entitlements_met", "entitlements_reason", "days_absent", "staying", "next_fte", "targets_agreed",
            "recommendation",
        ]  # fmt: skip
        labels = LABELS
        help_texts = HINTS
        error_messages = {"days_absent": {"max_decimal_places": WHOLE_OR_HALF}}
        widgets = {
            "days_absent": forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "decimal"}),
            "next_fte": forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "decimal"}),
            "recommendation": forms.RadioSelect,
        }

    def __init__(self, data: Any = None, *, instance: Review, autosave: str = "", only: Collection[str] | None = None):
        super().__init__(data, instance=instance, initial={"revision": instance.revision}, only=only)
        self.autosave = autosave
        self._add_rows()
        self._add_outcomes()
        self._add_statements()
        if instance.is_final:
            for name in {"staying", "next_fte"} & self.fields.keys():
                del self.fields[name]
            if "recommendation" in self.fields:
                cast(forms.ChoiceField, self.fields["recommendation"]).choices = Recommendation.choices
        else:
            self.fields.pop("recommendation", None)

    def _add_rows(self) -> None:
        asks_for_standards = self.has("concerns", "targets") or self._has_any("statement_")
        known = list(Standard.objects.current()) if asks_for_standards else []
        self.standards = known if self.instance.is_formal else []
        by_code = {standard.code: standard for standard in known}
        for name, row, stored in (
            ("concerns", ConcernForm, self._stored_concerns),
            ("targets", TargetForm, self._stored_targets),
        ):
            if name in self.fields:
                self.initial[name] = stored()
                cast(Any, self.fields[name]).row_form = partial(row, standards=by_code)
        if "targets" in self.fields:
            targets = cast(Any, self.fields["targets"])
            targets.row_form = partial(
                targets.row_form, set_before=[target["review_on"] for target in self.initial["targets"]]
            )

    def _has_any(self, start: str) -> bool:
        """Whether a field whose name begins like this was sent."""
        return self.only is None or any(name.startswith(start) for name in self.only)

    def _stored_concerns(self) -> list[dict[str, Any]]:
        rows = self.instance.concerns.select_related("standard")
        return [{"standard": row.standard.code, "evidence": row.evidence} for row in rows]

    def _stored_targets(self) -> list[dict[str, Any]]:
        return [
            {"text": row.text, "standards": [one.code for one in row.standards.all()], "review_on": row.review_on}
            for row in self.instance.targets.prefetch_related("standards")
        ]

    def _add_outcomes(self) -> None:
        self.before = list(self.instance.previous_targets()) if self._has_any("outcome_") else []
        self.outcomes = list(self.instance.outcomes.all()) if self.before else []
        self.told = _told_of(self.before, self.outcomes)
        for target in self.before:
            row = self.told.get(target.pk)
            said, comment_said = _said_of(target, row)
            outcome = forms.ChoiceField(
                label=target.text, choices=Outcome.choices, widget=forms.RadioSelect, required=False, initial=said,
                help_text=_said_before(target, row),
            )  # fmt: skip
            comment = forms.CharField(label="What shows it", max_length=1000, required=False, initial=comment_said)
            self._add(f"outcome_{target.pk}", outcome)
            self._add(f"outcome_comment_{target.pk}", comment)

    def _add_statements(self) -> None:
        known = {row.standard_id: row.text for row in self.instance.statements.all()} if self.standards else {}
        for standard in self.standards:
            text = gov.TextAreaField(
                label=str(standard), max_length=LONG, required=False, rows=3, initial=known.get(standard.pk, "")
            )
            self._add(f"statement_{standard.code}", text)

    def _add(self, name: str, field: forms.Field) -> None:
        if self.has(name):
            self.fields[name] = field

    @property
    def helper(self):
        review = self.instance
        without_plan = {"False": ["support_plan_reason"]}
        layout = [
            gov.Fieldset(
                "The review",
                gov.Reveal(
                    gov.Field("on_track", classes="govuk-radios--inline"),
                    **{"False": ["concerns", "ect_informed", gov.Reveal("support_plan_in_place", **without_plan)]},
                ),
                "reasons",
                "evidence_summary",
            )
        ]
        if self.standards:
            layout.append(gov.Fieldset("The Teachers' Standards", *(f"statement_{row.code}" for row in self.standards)))
        if self.before:
            names = [name for row in self.before for name in (f"outcome_{row.pk}", f"outcome_comment_{row.pk}")]
            layout.append(gov.Fieldset("Targets from the report before", *names))
        layout.append(
            gov.Fieldset("Development targets", gov.Field("targets", label_hidden=True), Tick("targets_agreed"))
        )
        working = [] if review.is_final else [gov.Reveal("staying", **{"True": ["next_fte"]})]
        layout.append(
            gov.Fieldset(
                "Entitlements and working pattern",
                gov.Reveal("entitlements_met", **{"False": ["entitlements_reason"]}),
                "days_absent",
                *working,
            )
        )
        if review.is_final:
            layout.append(gov.Fieldset("Recommendation", "recommendation"))
        return gov.FormHelper(
            *layout,
            buttons=[
                gov.Button("Save and continue to release", name="release", value="1"),
                gov.Button("Save draft", kind="secondary"),
            ],
            autosave=self.autosave,
            mark_optional=False,
        )

    def clean(self):
        ticks = self.cleaned_data.get("targets_agreed") and not self.initial["targets_agreed"]
        if ticks and "targets" in self.errors:
            self.add_error("targets_agreed", "This can only be saved together with all of the targets")
        return self.cleaned_data

    def clean_concerns(self):
        rows = self.cleaned_data["concerns"]
        if len({row["standard"].pk for row in rows}) < len(rows):
            raise forms.ValidationError("Choose each standard once")
        return rows

    def clean_days_absent(self) -> Decimal | None:
        """Whole and half days, and no more than the period has from Monday to Friday."""
        days: Decimal | None = self.cleaned_data["days_absent"]
        if days is not None:
            most = weekdays(self.instance.period_from, self.instance.period_to)
            if days % Decimal("0.5"):
                raise forms.ValidationError(WHOLE_OR_HALF)
            if days > most:
                raise forms.ValidationError(f"Days absent must be {most} or fewer, the weekdays in this period")
        return days

    def draft(self) -> Draft:
        """What is to be saved. An answer with an error stays as it was, since the rest need not wait for it: what is saved as
        it is typed is often half a date or half a row."""
        answers = {name: getattr(self.instance, name) for name in self.Meta.fields if name in self.fields}
        return Draft(
            revision=self.cleaned_data.get("revision", -1),
            answers=answers | ({"targets_agreed": False} if self.takes_tick_away else {}),
            concerns=self._changed("concerns", lambda row: row | {"standard": row["standard"].code}),
            targets=self._changed_targets,
            outcomes=self._outcomes(),
            statements={
                standard: self.cleaned_data[name]
                for standard in self.standards
                if (name := f"statement_{standard.code}") in self.changed_data and name in self.cleaned_data
            },
        )

    def _changed(self, name: str, as_stored: Callable[[dict[str, Any]], dict[str, Any]]) -> list[dict[str, Any]] | None:
        """The rows of a field as they were sent; None if they were not, have an error or are those that are stored."""
        rows: list[dict[str, Any]] | None = self.cleaned_data.get(name)
        return None if rows is None or [as_stored(row) for row in rows] == self.initial[name] else rows

    @cached_property
    def _changed_targets(self) -> list[dict[str, Any]] | None:
        return self._changed("targets", lambda row: row | {"standards": [one.code for one in row["standards"]]})

    @property
    def takes_tick_away(self) -> bool:
        """Whether the ECT has agreed to other targets than these."""
        return self.initial["targets_agreed"] and self._changed_targets is not None

    def _outcomes(self) -> list[TargetOutcome] | None:
        """What has been told of all earlier targets; None when that is what is stored."""
        outcomes = []
        for target in self.before:
            row = self.told.get(target.pk)
            names = f"outcome_{target.pk}", f"outcome_comment_{target.pk}"
            if set(names) & set(self.changed_data):
                stored = _said_of(target, row)
                outcome, comment = (self.cleaned_data.get(name, old) for name, old in zip(names, stored, strict=True))
                row = TargetOutcome(text=target.text, outcome=outcome, comment=comment) if outcome or comment else None
            if row:
                outcomes.append(
                    TargetOutcome(
                        review=self.instance, target=target, text=row.text, outcome=row.outcome, comment=row.comment
                    )
                )

        def told(rows: Iterable[TargetOutcome]) -> list[tuple[int | None, str, str, str]]:
            return sorted((row.target_id or 0, row.text, row.outcome, row.comment) for row in rows)

        return None if told(outcomes) == told(self.outcomes) else outcomes

    def show_saved(self) -> None:
        """Shows the page once more on what was saved; a tick that this took away is off, and why is said beside it."""
        gov.show_again(self, revision=self.instance.revision)
        if self.takes_tick_away:
            gov.show_again(self, targets_agreed="")
            self["targets_agreed"].help_text = TICK_AGAIN

    def box_without_tick(self) -> SafeString:
        """For a page that was saved as it was typed: the same of the box alone, which may not have been sent."""
        form = ReviewForm(instance=self.instance, only={"targets_agreed"})
        form["targets_agreed"].help_text = TICK_AGAIN
        return Tick("targets_agreed", swapped=True).render(form, Context(), mark_optional=False)

    def add_missing(self) -> None:
        """After a save: an error beside each answer that release still needs, and that has none yet."""
        several = {
            "statements": [f"statement_{standard.code}" for standard in self.standards],
            "outcomes": [f"outcome_{target.pk}" for target in self.before],
        }
        for field, ask in missing(self.instance).items():
            if field in several:
                for name in several[field]:
                    if not self.cleaned_data.get(name, True):
                        self.add_error(name, forms.Field.default_error_messages["required"])
            elif field not in self.errors:
                self.add_error(field, f"{ask[0].upper()}{ask[1:]}")

    def differences(self, theirs: Review) -> list[tuple[str, str]]:
        """What the saved report says where it differs from this form, or this form has an error: question and their answer."""
        mine = self.instance
        found = [
            (question.in_form, question.answer(theirs))
            for question in QUESTIONS
            if question.field in self.errors or question.answer(theirs) != question.answer(mine)
        ]
        found += self._other_rows(theirs)
        ours = [
            target_in_words(row["text"], [str(one) for one in row["standards"]], row["review_on"])
            for row in self.cleaned_data.get("targets", ())
        ]
        if (targets := targets_in_words(theirs)) != ours:
            found.append(("Targets", "\n".join(targets)))
        return found

    def _other_rows(self, theirs: Review) -> Iterator[tuple[str, str]]:
        mine = {row["standard"].pk: row["evidence"] for row in self.cleaned_data.get("concerns", ())}
        for concern in theirs.concerns.select_related("standard"):
            if mine.get(concern.standard_id) != concern.evidence:
                yield f"Concern, {concern.standard}", concern.evidence
        for statement in theirs.statements.select_related("standard"):
            if self.cleaned_data.get(f"statement_{statement.standard.code}") != statement.text:
                yield str(statement.standard), statement.text
        told = _told_of(self.before, theirs.outcomes.all())
        for target in self.before:
            names = f"outcome_{target.pk}", f"outcome_comment_{target.pk}"
            if (row := told.get(target.pk)) and _said_of(target, row) != tuple(map(self.cleaned_data.get, names)):
                yield row.text, f"{row.get_outcome_display()}. {row.comment}"


class CommentForm(gov.Form):
    """The ECT's own words (G ¶2.61). Saved as a draft while typed; finished by the ECT, then signed."""

    ect_comment = gov.TextAreaField(
        label="Your comment",
        help_text="For example: what you agree with or see otherwise, the support that you had, and what would help you.",
        max_length=LONG,
        rows=8,
        required=False,
    )
    no_comment = forms.BooleanField(label="I have nothing to add", required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, autosave: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = gov.FormHelper(
            "ect_comment",
            "no_comment",
            buttons=[
                gov.Button("Finish and go on to sign", name="finish", value="1"),
                gov.Button("Save draft", kind="secondary"),
            ],
            autosave=autosave,
            mark_optional=False,
        )


class StepForm(gov.Form):
    """One button, and the revision of the report that stood above it."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, revision: int, button: str):
        super().__init__(data, initial={"revision": revision})
        self.button = button

    @property
    def helper(self):
        return gov.FormHelper(buttons=[gov.Button(self.button)])


class ReasonForm(StepForm):
    reason = gov.TextAreaField(
        label="What has to change?",
        help_text="The school and the ECT will read this.",
        error_messages={"required": "Say what has to change before you return it"},
        max_length=2000,
    )

    @property
    def helper(self):
        return gov.FormHelper("reason", buttons=[gov.Button(self.button, kind="warning")])


class SignForm(gov.Form):
    name = forms.CharField(
        label="Type your name to sign",
        max_length=140,
        error_messages={"required": "Type your name to sign"},
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false", "class": "govuk-input--width-20"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    helper = gov.FormHelper("name", buttons=[gov.Button("Sign")])


class CheckFileForm(gov.Form):
    file = forms.FileField(
        label="Upload the PDF", error_messages={"required": "Choose a PDF", "empty": "The selected file is empty"}
    )
    helper = gov.FormHelper("file", buttons=[gov.Button("Check this file", name="check", value="file")])

    def clean_file(self):
        megabytes = settings.UPLOAD_LIMIT // 1024**2
        if self.cleaned_data["file"].size > settings.UPLOAD_LIMIT:
            raise forms.ValidationError(f"The selected file must be smaller than {megabytes} MB")
        return self.cleaned_data["file"]


class CheckCodeForm(gov.Form):
    code = forms.CharField(
        label="Or enter the code printed on it",
        help_text="12 letters and figures, for example 4KTM 9QXA 72BD.",
        error_messages={"required": "Enter the code of the record"},
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "govuk-input--width-20"}),
    )
    helper = gov.FormHelper(
        "code", buttons=[gov.Button("Check this code", kind="secondary", name="check", value="code")]
    )
