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


@pytest.fixture
def programme(db):
    return load(gather([PROGRAMME]))


@pytest.mark.usefixtures("programme")
def test_development_cycle_1_is_whole():
    cycle = Cycle.objects.get()
    assert cycle.number == 1
    assert Theme.objects.filter(cycle=cycle).count() == 2
    assert list(Theme.objects.annotate(n=Count("areas")).values_list("n", flat=True)) == [3, 3]
    assert list(Theme.objects.annotate(n=Count("examples")).values_list("n", flat=True)) == [3, 3]
    assert ActionStepExample.objects.count() == 6


@pytest.mark.usefixtures("programme")
def test_the_twelve_steps_stand_in_their_order():
    steps = CycleStep.objects.values_list("position", "kind", "interaction", "half_term")
    assert list(steps) == STEPS_OF_A_CYCLE


@pytest.mark.usefixtures("programme")
def test_every_area_is_asked_about_from_both_views():
    assert Area.objects.count() == 6
    for view in DiagnosticItem.View:
        asked = DiagnosticItem.objects.filter(view=view).values("area").distinct()
        assert asked.count() == 6


@pytest.mark.usefixtures("programme")
def test_the_six_interactions_have_focus_agenda_and_prompts():
    interactions = CycleStep.objects.filter(interaction__isnull=False)
    assert [len(step.agenda) for step in interactions] == [2, 3, 3, 3, 3, 4]
    assert all(step.focus and step.prompts for step in interactions)


@pytest.mark.usefixtures("programme")
def test_the_second_interaction_has_general_prompts_and_prompts_for_each_theme():
    groups = {group.get("theme"): group["prompts"] for group in CycleStep.objects.get(interaction=2).prompts[:3]}
    assert {theme: len(prompts) for theme, prompts in groups.items()} == {
        None: 2,
        "intrinsic-motivation": 4,
        "misconceptions": 4,
    }


@pytest.mark.usefixtures("programme")
def test_integrating_goes_through_the_coaching_cycle_beside_the_meetings_sections():
    for step in CycleStep.objects.filter(kind=CycleStep.Kind.INTEGRATE):
        beside = [group["section"] for group in step.prompts]
        assert beside[:3] == ["praise", "probe", "precise_action"]
        assert [template.slug for template in step.templates.all()] == ["six-step-meeting"]


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


def test_loading_the_programme_again_changes_nothing(programme):
    assert load(gather([PROGRAMME])).changes_nothing
