"""What the page of a meeting is made of: blocks that are saved and merged one by one, each with fields of its own."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.utils.dateparse import parse_date, parse_time

from cycles.forms.days import day
from cycles.models import ActionStep, Written
from ectprogramme import gov

CHECKS = {
    "observable": "A visitor to the lesson could see it happen.",
    "practicable": "It can be done well by the time somebody looks.",
    "bite_sized": "It is one small move, not a goal for the term.",
    "says_how": "It says how to do it, not only what to do.",
}
OUTCOMES = [
    (ActionStep.State.ACTIVE, "Keep working on it"),
    (ActionStep.State.MET, "Met"),
    (ActionStep.State.REFINED, "Refine it: its words are copied below for you to change"),
    (ActionStep.State.DROPPED, "Drop it"),
]


class CriterionForm(gov.Form):
    text = forms.CharField(label="Success criterion", max_length=500)
    helper = gov.FormHelper("text", label_size="")


class Block(NamedTuple):
    """What one person writes at a time: fields that are kept or overwritten together, under one key."""

    key: str
    fields: dict[str, forms.Field]
    initial: Callable[[Any], dict[str, Any]]  # from the JSON that is stored
    written: Callable[[Mapping[str, Any]], Any]  # to it, from the form's cleaned values


def single(key: str, name: str, field: forms.Field) -> Block:
    return Block(key, {name: field}, lambda value: {name: value}, lambda cleaned: cleaned[name])


def focus() -> Block:
    said = "In a few words. The induction tutor and the headteacher see this."
    return single(
        "about-focus", "focus", forms.CharField(label="Focus", max_length=200, required=False, help_text=said)
    )


def held() -> Block:
    return Block(
        "about-held",
        {"held_on": day(label="Date on which you met", required=False)},
        lambda value: {"held_on": parse_date(value)},
        lambda cleaned: iso(cleaned["held_on"]),
    )


def minutes() -> Block:
    box = forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"})
    taken = forms.IntegerField(label="How long, in minutes", min_value=1, max_value=600, required=False, widget=box)
    return single("about-minutes", "minutes", taken)


def place() -> Block:
    return single("about-place", "place", forms.CharField(label="Place", max_length=140, required=False))


def follow_up() -> Block:
    def initial(value: str) -> dict[str, Any]:
        on, _, at = value.partition(" ")
        return {"follow_up_on": parse_date(on), "follow_up_at": parse_time(at)}

    def written(cleaned: Mapping[str, Any]) -> str:
        on, at = cleaned["follow_up_on"], cleaned["follow_up_at"]
        return f"{on.isoformat()} {at:%H:%M}" if on and at else ""

    fields = {
        "follow_up_on": day(
            label="Date of the follow-up observation",
            help_text="When the mentor comes to see the action step in a lesson.",
            required=False,
        ),
        "follow_up_at": gov.TimeField(
            label="Time of the follow-up observation", help_text="For example, 9:30am", required=False
        ),
    }
    return Block("follow-up", fields, initial, written)


FOLLOW_UP = ("follow_up_on", "follow_up_at")

# The blocks that every meeting has, by the field of each.
ALWAYS: dict[str, Callable[[], Block]] = {"focus": focus, "held_on": held, "minutes": minutes, "place": place}


def names_in_step(number: int) -> list[str]:
    return [f"step_{number}_{name}" for name in ("text", "checks", "criteria", "review_on")]


def action_step(number: int) -> Block:
    text, checks, criteria, review_on = names_in_step(number)

    def initial(value: Written) -> dict[str, Any]:
        return {
            text: value["text"],
            checks: value["checks"],
            criteria: [{"text": criterion} for criterion in value["criteria"]],
            review_on: parse_date(value["review_on"]),
        }

    def written(cleaned: Mapping[str, Any]) -> Written | str:
        step = {
            "text": cleaned[text],
            "checks": [name for name in CHECKS if name in cleaned[checks]],
            "criteria": [row["text"] for row in cleaned[criteria]],
            "review_on": iso(cleaned[review_on]),
        }
        return step if any(step.values()) else ""

    fields = {
        text: gov.TextAreaField(
            label="Action step" if number == 1 else f"Action step {number}", rows=3, required=False
        ),
        checks: forms.MultipleChoiceField(
            label="The step is", choices=list(ActionStep.CHECKS.items()), widget=gov.Checkboxes, required=False
        ),
        criteria: gov.RowsField(
            CriterionForm,
            label="Success criteria",
            help_text="What you will see in the lesson when the step is met.",
            maximum=8,
            add_label="Add a criterion",
        ),
        review_on: day(
            label="Look at it again on",
            help_text="When you will talk about it. Leave it empty if that is at the follow-up observation.",
            required=False,
        ),
    }
    return Block(f"step-{number}", fields, initial, written)


def became(pk: int, *, refine: bool) -> Block:
    """What became of an earlier step; it can be refined in a meeting that has a place for the better one."""
    state, noticed = f"became_{pk}", f"noticed_{pk}"

    def written(cleaned: Mapping[str, Any]) -> Written | None:
        decided = cleaned[state] or ActionStep.State.ACTIVE
        if decided == ActionStep.State.ACTIVE and not cleaned[noticed]:
            return None
        return {"state": decided, "noticed": cleaned[noticed]}

    fields = {
        state: forms.ChoiceField(
            label="What became of it?",
            choices=[choice for choice in OUTCOMES if refine or choice[0] != ActionStep.State.REFINED],
            widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
            initial=ActionStep.State.ACTIVE,
            required=False,
        ),
        noticed: gov.TextAreaField(label="What did you notice?", rows=2, required=False),
    }
    return Block(f"became-{pk}", fields, lambda value: {state: value["state"], noticed: value["noticed"]}, written)


def iso(value: date | None) -> str:
    return value.isoformat() if value else ""
