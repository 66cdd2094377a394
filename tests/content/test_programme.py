"""The first packs are complete against the documents that they are made after: counted by hand from those."""

import pytest
from django.db.models import Count

from content.actions import load
from content.models import (
    ActionStepExample,
    Area,
    Cycle,
    CycleStep,
    DiagnosticItem,
    Standard,
    Template,
    Theme,
)
from content.packs import gather
from tests.content.packs import PROGRAMME

STEPS_OF_A_CYCLE = [
    # position, kind, mentor interaction, half-term
    (1, "diagnostic", None, 1),
    (2, "refocus", 1, 1),
    (3, "self_study", None, 1),
    (4, "refocus", 2, 1),
    (5, "engage", None, 1),
    (6, "develop", 3, 1),
    (7, "drop_in", None, 1),
    (8, "integrate", 4, 2),
    (9, "engage", None, 2),
    (10, "develop", 5, 2),
    (11, "drop_in", None, 2),
    (12, "integrate", 6, 2),
]
CYCLES = [1, 2, 3]


@pytest.mark.usefixtures("programme")
def test_three_cycles_with_two_themes_each_and_three_areas_and_three_examples_for_every_theme():
    assert list(Cycle.objects.values_list("number", flat=True)) == [1, 2, 3]
    themes = Theme.objects.annotate(areas_in=Count("areas", distinct=True), steps_in=Count("examples", distinct=True))
    assert list(themes.order_by("number").values_list("cycle__number", "number", "areas_in", "steps_in")) == [
        (1, "1.1", 3, 3),
        (1, "1.2", 3, 3),
        (2, "2.1", 3, 3),
        (2, "2.2", 3, 3),
        (3, "3.1", 3, 3),
        (3, "3.2", 3, 3),
    ]
    assert (Area.objects.count(), ActionStepExample.objects.count()) == (18, 18)


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("number", CYCLES)
def test_the_twelve_steps_of_each_cycle_stand_in_their_order(number):
    steps = CycleStep.objects.filter(cycle__number=number)
    assert list(steps.values_list("position", "kind", "interaction", "half_term")) == STEPS_OF_A_CYCLE


@pytest.mark.usefixtures("programme")
def test_every_area_is_asked_about_from_both_views_three_times():
    for view in DiagnosticItem.View:
        asked = Area.objects.filter(diagnostic_items__view=view).annotate(n=Count("diagnostic_items"))
        assert list(asked.values_list("n", flat=True)) == [3] * 18


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("number", CYCLES)
def test_the_six_interactions_have_focus_agenda_and_prompts(number):
    interactions = CycleStep.objects.filter(cycle__number=number, interaction__isnull=False)
    assert [len(step.agenda) for step in interactions] == [2, 3, 3, 3, 3, 4]
    assert all(step.focus and step.prompts and step.preparation for step in interactions)


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("number", CYCLES)
def test_the_first_interaction_goes_from_the_recommendations_to_a_possible_area(number):
    first = CycleStep.objects.get(cycle__number=number, interaction=1)
    assert [group["section"] for group in first.prompts] == ["diagnostic", "strengths", "possible_focus"]
    assert len(first.prompts[1]["prompts"]) == 5


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize(
    ("number", "themes"),
    [
        (1, ["intrinsic-motivation", "misconceptions"]),
        (2, ["subject-skills", "structured-talk"]),
        (3, ["explanations", "coherent-curriculum"]),
    ],
)
def test_the_second_interaction_has_general_prompts_and_prompts_for_each_theme(number, themes):
    groups = CycleStep.objects.get(cycle__number=number, interaction=2).prompts[:3]
    assert [(group.get("theme"), len(group["prompts"])) for group in groups] == [
        (None, 2),
        (themes[0], 4),
        (themes[1], 4),
    ]


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("number", CYCLES)
@pytest.mark.parametrize("interaction", [3, 5])
def test_learning_is_drawn_from_an_observation_or_from_a_discussion(number, interaction):
    groups = CycleStep.objects.get(cycle__number=number, interaction=interaction).prompts
    assert [(group["title"], len(group["prompts"])) for group in groups[:2]] == [
        ("Learning from an observation", 6),
        ("Learning from a discussion", 6),
    ]
    assert [group["section"] for group in groups] == ["learning", "learning", "precise_action", "plan", "practise"]


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("number", CYCLES)
def test_rehearsing_goes_through_the_six_parts_of_the_practice_model(number):
    groups = CycleStep.objects.get(cycle__number=number, interaction=3).prompts
    parts = [prompt for group in groups if group["section"] in {"plan", "practise"} for prompt in group["prompts"]]
    assert [part.split()[0].strip(":") for part in parts] == [
        "Plan", "Model", "Script", "Prime", "Feedback", "Practise"
    ]  # fmt: skip


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("number", CYCLES)
def test_each_interaction_has_its_meeting_with_prompts_beside_its_sections(number):
    interactions = CycleStep.objects.filter(cycle__number=number, interaction__isnull=False)
    assert [[template.slug for template in step.templates.all()] for step in interactions] == [
        ["year-2-refocus-1"],
        ["year-2-refocus-2"],
        ["year-2-develop"],
        ["six-step-meeting"],
        ["year-2-develop"],
        ["year-2-closing"],
    ]
    assert all("section" in group for step in interactions for group in step.prompts)


@pytest.mark.usefixtures("programme")
def test_integrating_goes_through_the_coaching_cycle():
    for step in CycleStep.objects.filter(kind=CycleStep.Kind.INTEGRATE):
        beside = [group["section"] for group in step.prompts]
        last = "observing_expert" if step.interaction == 4 else "looking_ahead"
        assert beside == ["praise", "probe", "precise_action", "plan", "practise", last]


@pytest.mark.usefixtures("programme")
def test_the_last_cycle_closes_the_year_and_leads_to_no_other():
    closing = {step.cycle.number: step for step in CycleStep.objects.filter(interaction=6).select_related("cycle")}
    words = {number: str([step.agenda, step.prompts]) for number, step in closing.items()}
    assert [number for number in CYCLES if "next cycle" in words[number]] == [1, 2]
    assert "Cycle 2" in words[1]
    assert "Cycle 3" in words[2]


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize(
    ("slug", "keys", "needed"),
    [
        (
            "year-2-refocus-1",
            ["check_in", "diagnostic", "strengths", "possible_focus", "next_dates", "any_other_business"],
            ["possible_focus"],
        ),
        (
            "year-2-refocus-2",
            ["check_in", "learning", "precise_action", "observing_expert", "any_other_business"],
            ["learning", "precise_action"],
        ),
        (
            "year-2-develop",
            ["check_in", "learning", "precise_action", "plan", "practise", "follow_up", "any_other_business"],
            ["learning", "plan", "practise"],
        ),
        (
            "year-2-closing",
            [
                "check_in",
                "praise",
                "probe",
                "precise_action",
                "plan",
                "practise",
                "looking_ahead",
                "any_other_business",
            ],
            ["praise", "probe", "looking_ahead"],
        ),
    ],
)
def test_the_meetings_of_year_2_ask_for_little(slug, keys, needed):
    sections = Template.objects.get(slug=slug).copy()
    assert [section["key"] for section in sections] == keys
    assert [section["key"] for section in sections if section["needed"]] == needed
    assert [section["key"] for section in sections if section["private"]] == ["check_in", "any_other_business"]


@pytest.mark.usefixtures("programme")
def test_an_expert_is_observed_or_talked_with():
    for step in CycleStep.objects.filter(kind=CycleStep.Kind.ENGAGE):
        assert {template.kind for template in step.templates.all()} == {"observation_proforma", "discussion_proforma"}


@pytest.mark.usefixtures("programme")
def test_the_meeting_has_all_its_parts_and_two_stay_between_the_two():
    sections = Template.objects.get(slug="six-step-meeting").copy()
    assert [section["key"] for section in sections] == [
        "check_in",
        "praise",
        "probe",
        "precise_action",
        "plan",
        "practise",
        "follow_up",
        "observing_expert",
        "any_other_business",
    ]
    assert [section["key"] for section in sections if section["private"]] == ["check_in", "any_other_business"]
    assert [option.split()[0].strip(":") for option in sections[3]["options"]] == [
        "Observable",
        "Practicable",
        "Bite-sized",
        "Says",
    ]


@pytest.mark.usefixtures("programme")
def test_the_proformas_have_their_rows_and_the_questions_to_prepare_with():
    observation = Template.objects.get(slug="expert-observation").copy()
    discussion = Template.objects.get(slug="expert-discussion").copy()
    assert [section["key"] for section in observation] == ["context", "actions", "suggests"]
    assert [section["key"] for section in discussion] == ["questions", "suggests", "follow_up_questions"]
    assert [column["key"] for column in observation[1]["columns"]] == ["teacher_action", "pupil_impact"]
    assert [column["key"] for column in discussion[0]["columns"]] == ["question", "notes"]
    assert sum(len(section["prompts"]) for section in observation) == 5
    assert len(discussion[0]["prompts"]) == 6


@pytest.mark.usefixtures("programme")
def test_there_are_eight_standards_and_part_two():
    assert [standard.code for standard in Standard.objects.all()] == [*(f"TS{n}" for n in range(1, 9)), "P2"]
    assert str(Standard.objects.first()).startswith("TS1 ")
    assert str(Standard.objects.last()).startswith("Part Two")


@pytest.mark.usefixtures("programme")
def test_loading_the_programme_again_changes_nothing():
    assert load(gather([PROGRAMME])).changes_nothing
