"""Elective 5 and module 4 are complete against the documents that they are made after: counted by hand from those."""

import re

import pytest
from django.db.models import Sum

from content.actions import load
from content.models import (
    Activity,
    AgendaItem,
    Ingredient,
    Module,
    Programme,
    Reference,
    Scenario,
    Session,
    Statement,
    Study,
    StudySection,
    SuggestedAction,
    Template,
)
from content.packs import gather
from tests.content.packs import PROGRAMME

PACKS = [
    PROGRAMME / f"{name}.yaml" for name in ("programme", "framework-statements", "assessment-for-learning", "module-4")
]
ECT_SECTIONS = [
    ("introduction", 3),
    ("reflective-practice", 8),
    ("working-with-others", 8),
    ("applying-your-learning", 8),
    ("summary", 2),
    ("next-steps", 2),
]
MENTOR_SECTIONS = [
    # the introduction: 1 minute
    ("mentor-introduction", 1, "introduction"),
    # what the ECT has read: 8
    ("mentor-reminder", 1, "reflective-practice"),
    ("mentor-reflective-practice", 3, "reflective-practice"),
    ("mentor-working-with-others", 4, "working-with-others"),
    # next steps: 5
    ("mentor-next-steps", 1, "next-steps"),
    ("mentor-ect-reflection", 1, "applying-your-learning"),
    ("mentor-suggested-actions", 1, "next-steps"),
    ("mentor-stretch-and-challenge", 1, "next-steps"),
    ("mentor-lesson-observation", 1, "next-steps"),
]
REFLECTING = [
    "Clarity of purpose",
    "Regular and structured reflection",
    "Use of recording tools",
    "Collaboration and dialogue",
    "Feedback-seeking behaviour",
    "Responsive action and adaptation",
]
COLLABORATING = [
    "Collaboration and dialogue",
    "Shared purpose",
    "Access to research and evidence",
    "Professional trust",
    "Ongoing reflection",
    "Subject and context awareness",
    "Practical application",
    "Sustained engagement",
    "Access to wider networks",
]
OF_THE_ELECTIVE = ["8.1", "8.2", "8.3", "8.7", "8.9", "8.a", "8.b", "8.c", "8.d", "8.e"]
OF_ASSESSMENT = [*(f"6.{number}" for number in range(1, 8)), *(f"6.{letter}" for letter in "abcdefghijklmnopq")]


@pytest.fixture(scope="session")
def year_1_of_today(made_once):
    return made_once(lambda: load(gather(PACKS)))


@pytest.fixture(autouse=True)
def loaded(db, year_1_of_today):
    """The rows come from `year_1_of_today`."""
    year_1_of_today.put_or_make()


def section(slug):
    return StudySection.objects.get(study__slug="assessment-elective-5", slug=slug)


def sections(**fields):
    return StudySection.objects.filter(study__slug="assessment-elective-5", **fields)


def titles_of_ingredients(*slugs):
    ingredients = Ingredient.objects.filter(section__study__slug="assessment-elective-5", section__slug__in=slugs)
    return [ingredient.title for ingredient in ingredients]


def test_two_modules_of_year_1_belong_to_the_programme():
    programme = Programme.objects.get(slug="ect-programme")
    modules = Module.objects.filter(programme=programme, slug__in=["assessment-for-learning", "module-4"])
    assert set(modules.values_list("slug", "year", "number", "audit__slug")) == {
        ("assessment-for-learning", 1, None, None),
        ("module-4", 1, 4, "module-4-audit"),
    }


def test_the_elective_is_the_fifth_of_its_module_and_says_what_it_is_for():
    study = Study.objects.get(slug="assessment-elective-5")
    assert (study.module.slug, study.kind, study.number) == ("assessment-for-learning", "elective", 5)
    assert study.title == "Developing your practice in relation to assessment and feedback"
    assert study.area
    assert "45 minutes" in study.summary


def test_the_ects_side_has_its_six_parts_with_their_minutes():
    assert list(sections(audience="ect").values_list("slug", "minutes")) == ECT_SECTIONS
    assert sections(audience="ect").aggregate(Sum("minutes"))["minutes__sum"] == 31


def test_the_mentors_side_stands_beside_it_and_takes_15_minutes_with_what_is_for_both_and_optional():
    assert list(sections(audience="mentor").values_list("slug", "minutes", "beside")) == MENTOR_SECTIONS
    assert list(sections(audience="both").values_list("slug", "minutes", "optional")) == [
        ("about-this-elective", 1, True)
    ]
    assert sections(audience__in=["mentor", "both"]).aggregate(Sum("minutes"))["minutes__sum"] == 15


def test_no_section_is_for_some_phases_only():
    assert not sections().exclude(phases=[]).exists()


def test_six_active_ingredients_of_reflecting_and_nine_of_working_with_others():
    assert titles_of_ingredients("reflective-practice") == REFLECTING
    assert titles_of_ingredients("working-with-others") == COLLABORATING
    assert Ingredient.objects.filter(section__study__slug="assessment-elective-5").count() == 6 + 9


@pytest.mark.parametrize(
    ("slug", "titles"), [("mentor-reflective-practice", REFLECTING), ("mentor-working-with-others", COLLABORATING)]
)
def test_the_mentor_reads_the_names_of_the_ingredients(slug, titles):
    text = " ".join(section(slug).text.split()).lower()
    assert [title for title in titles if title.lower() not in text] == []


def test_a_school_adds_examples_of_each_of_the_two_ways_on_either_side():
    places = list(sections().exclude(school_example="").values_list("slug", flat=True))
    assert places == [
        "reflective-practice",
        "working-with-others",
        "mentor-reflective-practice",
        "mentor-working-with-others",
    ]
    assert "two to three minutes" in section("reflective-practice").school_example
    assert "two to three minutes" in section("working-with-others").school_example


def test_one_scenario_for_each_phase_with_three_options():
    scenarios = Scenario.objects.filter(study__slug="assessment-elective-5")
    names = [(scenario.phase, scenario.title.split(": ")[1], len(scenario.options)) for scenario in scenarios]
    assert names == [
        ("eyfs", "Ms Kapinski", 3),
        ("primary", "Mr Lewis", 3),
        ("secondary", "Mrs Finch", 3),
        ("send", "Miss Freeman", 3),
        ("alternative_provision", "Mr Holt", 3),
    ]


def test_the_cycle_is_an_option_for_every_teacher_and_the_options_differ():
    for scenario in Scenario.objects.filter(study__slug="assessment-elective-5"):
        name = scenario.title.split(": ")[1]
        assert name in scenario.text
        assert "Gibbs'" in scenario.options[0]
        assert "colleague" in " ".join(scenario.options[1:])
        assert len(set(scenario.options)) == 3


def test_scenarios_come_first_without_options_and_actions_at_the_end():
    assert list(sections().exclude(shows="").values_list("slug", "shows")) == [
        ("introduction", "scenarios"),
        ("applying-your-learning", "scenario_options"),
        ("next-steps", "actions"),
        ("mentor-ect-reflection", "scenario_options"),
        ("mentor-suggested-actions", "actions"),
    ]


def test_three_suggested_actions_with_the_ingredients_listed_for_each():
    actions = SuggestedAction.objects.filter(study__slug="assessment-elective-5")
    assert {action.slug: len(action.ingredients) for action in actions} == {
        "keep-a-reflection-journal": 6,
        "develop-an-assessment-task-together": 9,
        "refine-an-assessment-task": 8,
    }
    first, second, third = actions
    assert {name.split("/")[0] for name in first.ingredients} == {"reflective-practice"}
    assert {name.split("/")[0] for name in second.ingredients} == {"working-with-others"}
    assert {*third.ingredients} == {
        *first.ingredients,
        "working-with-others/collaboration-and-dialogue",
        "working-with-others/ongoing-reflection",
    }


def test_the_ect_writes_two_reflections():
    assert list(sections().exclude(reflection="").values_list("slug", flat=True)) == [
        "applying-your-learning",
        "next-steps",
    ]


def test_five_things_to_notice_in_a_colleagues_lesson_are_the_same_for_both():
    noticed = [re.findall(r"^\d\. .*$", section(slug).text, re.M) for slug in ("next-steps", "mentor-next-steps")]
    assert [thing[:2] for thing in noticed[0]] == ["1.", "2.", "3.", "4.", "5."]
    assert noticed[0] == noticed[1]
    assert "ten minutes at most" in " ".join(section("next-steps").text.split())


def test_gibbs_cycle_has_its_six_steps():
    assert re.findall(r"^\d\. \*\*(\w+)\.", section("reflective-practice").text, re.M) == [
        "Describe",
        "Feelings",
        "Evaluate",
        "Analyse",
        "Conclude",
        "Plan",
    ]


def test_ten_statements_are_listed_and_each_is_read_about_on_both_sides():
    assert [statement.code for statement in section("about-this-elective").statements.all()] == OF_THE_ELECTIVE
    for audience in ("ect", "mentor"):
        about = sections(audience=audience).values_list("statements__code", flat=True)
        assert {*about} - {None} == {*OF_THE_ELECTIVE}


def test_the_statements_of_section_6_are_all_there():
    assert {*OF_ASSESSMENT, *OF_THE_ELECTIVE} <= {*Statement.objects.values_list("code", flat=True)}


def test_all_literature_that_is_cited_is_a_reference_of_the_section_that_cites_it():
    cited = {found.slug: {ref.slug for ref in found.references.all()} for found in sections() if found.references.all()}
    assert cited == {
        "reflective-practice": {"sims-2015", "eef-2021a", "harmer-2024", "gibbs-1988"},
        "working-with-others": {"cordingley-2015", "eef-2021", "simms-2021"},
        "next-steps": {"gibbs-1988"},
        "mentor-reminder": {"gibbs-1988"},
        "mentor-lesson-observation": {"bambrick-santoyo-2016"},
        "about-this-elective": {"using-ai-in-education-settings"},
    }
    assert Reference.objects.filter(slug__in=set().union(*cited.values())).count() == 9
    in_brackets = {(slug, year) for slug in cited for year in re.findall(r"\b((?:19|20)\d\d)\b", section(slug).text)}
    assert in_brackets == {
        ("reflective-practice", "2015"),
        ("reflective-practice", "2024"),
        ("reflective-practice", "1988"),
        ("working-with-others", "2015"),
        ("working-with-others", "2021"),
        ("mentor-lesson-observation", "2016"),
    }


def test_where_artificial_intelligence_was_used_is_told_with_where_to_read_on():
    about = section("about-this-elective")
    assert "### Use of artificial intelligence" in about.text
    assert [reference.url for reference in about.references.all()] == [
        "https://gov.uk/government/collections/using-ai-in-education-settings-support-materials"
    ]


def test_slips_of_the_documents_are_not_carried_over():
    scenarios = Scenario.objects.filter(study__slug="assessment-elective-5")
    texts = [*sections().values_list("text", flat=True), *scenarios.values_list("text", flat=True)]
    assert not [text for text in texts if "Kapinkski" in text or "potential" in text]


def test_week_6_of_module_4_has_its_agenda_of_50_minutes():
    session = Session.objects.get(slug="module-4-week-6")
    assert (session.module.slug, session.week, session.audit) == ("module-4", 6, "end")
    assert session.title == "Putting effective marking and feedback into practice"
    assert [statement.code for statement in session.statements.all()] == ["6.3", "6.l"]
    agenda = AgendaItem.objects.filter(session=session)
    assert list(agenda.values_list("slug", "minutes")) == [
        ("review", 5),
        ("plan", 5),
        ("theory-to-practice", 35),
        ("next-steps", 5),
    ]


def test_theory_to_practice_offers_four_activities_with_what_supports_them():
    activities = Activity.objects.filter(item__session__slug="module-4-week-6")
    assert {activity.item.slug for activity in activities} == {"theory-to-practice"}
    assert [(activity.slug, len(activity.supports)) for activity in activities] == [
        ("analyse-artefacts", 2),
        ("scripting-and-rehearsal", 4),
        ("sharing-of-practice", 4),
        ("collaborative-planning", 2),
    ]


def test_the_session_follows_up_last_weeks_actions_first():
    review = AgendaItem.objects.get(session__slug="module-4-week-6", slug="review").text
    assert len(re.findall(r"^\d\. ", review, re.M)) == 2
    assert len(re.findall(r"^ +- ", review, re.M)) == 3  # what was done, what it did for pupils, what comes next


def test_the_audit_rates_twelve_statements_on_one_scale_of_four():
    audit = Template.objects.get(slug="module-4-audit")
    items = audit.copy()
    assert audit.kind == "audit"
    assert len(items) == 12
    assert {item["kind"] for item in items} == {"rating"}
    assert all(item["needed"] for item in items)
    assert {tuple(item["options"]) for item in items} == {
        (
            "I need support with this",
            "I am beginning to do this",
            "I do this with confidence",
            "I can help others with this",
        )
    }


def test_the_audit_leaves_out_no_statement_about_assessment():
    sections = Template.objects.get(slug="module-4-audit").sections.all()
    assert all(rated.statements for rated in sections)
    assert {code for rated in sections for code in rated.statements} == {*OF_ASSESSMENT}


def test_no_heading_is_higher_than_those_of_the_page_around_it():
    texts = [*sections().values_list("text", flat=True), *AgendaItem.objects.values_list("text", flat=True)]
    assert not [text for text in texts if re.search(r"^##? ", text, re.M)]


def test_loading_it_again_changes_nothing():
    assert load(gather(PACKS)).changes_nothing
