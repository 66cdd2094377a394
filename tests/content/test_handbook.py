"""The mentor handbook and what goes with it is whole: counted by hand from the documents that it is made after."""

import re
from math import ceil

import pytest
from markdown_it import MarkdownIt

from content.actions import load
from content.models import Guidance, Standard, Study, StudySection, Template
from content.packs import gather
from tests.content.packs import PROGRAMME

PACKS = ["programme", "mentor-handbook", "expert-proformas", "six-step-meeting", "teachers-standards", "guidance"]

WORDS_A_MINUTE = 200
EXAMPLES = [
    # a section on one stage of the feedback, how many things it says to do, how many examples of words it gives
    ("feedback-praise", 4, 6),
    ("feedback-probe", 5, 7),
    ("feedback-precise-action", 5, 3),
    ("feedback-plan", 3, 7),
    ("feedback-deliberate-practice", 8, 3),
]
FOR_MENTORS = {
    "welcome",
    "purpose",
    "before-you-begin",
    "instructional-coaching",
    "feedback-model",
    *(slug for slug, _, _ in EXAMPLES),
}
PLANNER = [
    # half-term, line, whose
    ("1", "Diagnostic", "Both"),
    ("1", "Refocus: meeting 1", "Both"),
    ("1", "Self-studies (two)", "ECT"),
    ("1", "Seminars (two)", "ECT"),
    ("1", "Refocus: meeting 2", "Both"),
    ("1", "Engage with an expert 1", "ECT"),
    ("1", "Develop: meeting 3", "Both"),
    ("1", "Drop-in observation", "Mentor"),
    ("2", "Integrate: meeting 4", "Both"),
    ("2", "Engage with an expert 2", "ECT"),
    ("2", "Develop: meeting 5", "Both"),
    ("2", "Drop-in observation", "Mentor"),
    ("2", "Integrate: meeting 6", "Both"),
]
CITED = ["1.13", "2.22", "2.30", "2.33", "2.36", "2.42", "2.45", "2.52", "2.57", "2.60", "2.61", "3.2", "3.4", "4.1"]


@pytest.fixture(scope="session")
def handbook_of_today(made_once):
    return made_once(lambda: load(gather([PROGRAMME / f"{name}.yaml" for name in PACKS])))


@pytest.fixture(autouse=True)
def loaded(db, handbook_of_today):
    """The rows come from `handbook_of_today`."""
    handbook_of_today.put_or_make()


def sections():
    return {section.slug: section for section in StudySection.objects.filter(study__slug="mentor-handbook-year-2")}


def asked(slug):
    """The sections of a template as a record copies them, by their keys."""
    return {section["key"]: section for section in Template.objects.get(slug=slug).copy()}


def parts(slug):
    """The text of a section under each of its headings, and before the first one under ""."""
    _, *rest = re.split(r"^### (.*)$", "### \n" + sections()[slug].text, flags=re.MULTILINE)
    return dict(zip(rest[::2], rest[1::2], strict=True))


def items(text, kind):
    """How many items the lists of this kind (bullet or ordered) have, as a reader of the rendered page counts them."""
    lists = {token.type for token in MarkdownIt().parse(text) if token.type.endswith("_list_open")}
    assert lists == {f"{kind}_list_open"}
    return sum(token.type == "list_item_open" for token in MarkdownIt().parse(text))


def rows(text):
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]


def test_loading_again_changes_nothing():
    assert load(gather([PROGRAMME / f"{name}.yaml" for name in PACKS])).changes_nothing


def test_the_handbook_is_of_the_second_year_and_says_who_reads_what():
    study = Study.objects.get(slug="mentor-handbook-year-2")
    assert study.kind == Study.Kind.HANDBOOK
    assert (study.module.slug, study.module.year) == ("mentoring-in-year-2", 2)
    assert study.module.programme.slug == "ect-programme"
    assert len(sections()) == 20
    for slug, section in sections().items():
        assert section.audience == ("mentor" if slug in FOR_MENTORS else "both"), slug


def test_minutes_are_those_of_a_reader_of_two_hundred_words_a_minute():
    for slug, section in sections().items():
        words = re.findall(r"[\w']+", section.text)
        assert section.minutes == ceil(len(words) / WORDS_A_MINUTE), slug


def test_all_markdown_is_understood():
    for slug, section in sections().items():
        html = MarkdownIt().enable("table").render(section.text)
        assert set(re.findall(r"<h(\d)", html)) <= {"3"}, slug
        assert html.count("<h3>") == section.text.count("###"), slug
        assert "**" not in html, slug
        assert "|" not in html, slug
        for paragraph in re.findall(r"<p>(.*?)</p>", html, re.DOTALL):
            assert not re.search(r"^(- |\d+\. )", paragraph, re.MULTILINE), slug


def test_the_cycle_has_five_stages_over_twelve_weeks_three_times_a_year():
    stages = parts("development-cycle")["The five stages"]
    assert re.findall(r"^\d\. \*\*(.*?)\.\*\*", stages, re.MULTILINE) == [
        "Diagnostic",
        "Refocus",
        "Engage with an expert",
        "Develop",
        "Integrate",
    ]
    before = parts("development-cycle")[""]
    for fact in ("Three cycles a year", "12 weeks", "Six meetings"):
        assert fact in before


def test_a_term_at_a_glance_goes_through_eight_steps_and_five():
    glance = parts("cycle-at-a-glance")
    assert items(glance["First half-term"], "ordered") == 8
    assert items(glance["Second half-term"], "ordered") == 5
    assert [int(number) for number in re.findall(r"meeting (\d)", "".join(glance.values()), re.IGNORECASE)] == [
        *(1, 2, 3, 4),
        *(5, 3),  # the fifth is like the third
        6,
    ]


def test_the_planner_has_thirteen_lines():
    assert rows(parts("planner")["The thirteen lines"]) == PLANNER


def test_the_diagnostic_has_two_views_and_is_no_assessment():
    assert [who for who, _ in rows(parts("diagnostic-conversation")["Two views"])] == ["ECT", "Mentor"]
    assert "It is no assessment" in parts("diagnostic-conversation")[""]
    assert items(parts("diagnostic-conversation")["From recommendations to a focus"], "bullet") == 5


def test_the_unit_before_the_first_meeting_and_the_film_before_each_cycle_are_told_of():
    assert items(parts("before-you-begin")[""], "bullet") == 3
    assert "funding" in parts("before-you-begin")[""]
    assert items(parts("before-you-begin")["Before each cycle"], "bullet") == 4


@pytest.mark.parametrize(("slug", "to_do", "words"), EXAMPLES)
def test_each_stage_of_the_feedback_says_what_to_do_and_gives_words(slug, to_do, words):
    stage = parts(slug)
    assert list(stage) == ["", "What to do", "Words to begin with"]
    assert items(stage["What to do"], "bullet") == to_do
    assert items(stage["Words to begin with"], "bullet") == words
    assert len(re.findall(r'^- "', stage["Words to begin with"], re.MULTILINE)) == words


def test_the_feedback_model_lists_its_five_stages_in_the_order_of_their_sections():
    assert items(parts("feedback-model")[""], "ordered") == len(EXAMPLES)
    titles = [section.title for section in sections().values() if section.title.startswith("Stage ")]
    assert titles == [sections()[slug].title for slug, _, _ in EXAMPLES]
    assert [title.split(":")[0] for title in titles] == [f"Stage {number}" for number in range(1, 6)]


def test_rehearsing_has_six_steps():
    steps = re.findall(r"^\d\. \*\*(.*?)\.\*\*", sections()["practice-model"].text, re.MULTILINE)
    assert steps == ["Plan it", "Model it", "Script it", "Prime it", "Give feedback", "Do it again"]


def test_five_questions_prepare_an_observation_and_six_a_discussion_here_and_in_the_proformas():
    assert items(sections()["preparing-an-observation"].text, "ordered") == 5
    assert items(sections()["preparing-a-discussion"].text, "ordered") == 6
    observation, discussion = asked("expert-observation"), asked("expert-discussion")
    assert [len(observation[key]["prompts"]) for key in ("context", "actions")] == [2, 3]
    assert len(discussion["questions"]["prompts"]) == 6
    for proforma in (observation, discussion):
        assert proforma["suggests"]["needed"] is True


def test_an_expert_is_not_evaluated_and_all_three_agree_on_it():
    agreement = parts("engage-with-an-expert")["What all three of you agree"]
    assert "does not evaluate the expert" in agreement
    assert items(agreement, "bullet") == 3
    for slug in ("expert-observation", "expert-discussion"):
        assert "nothing about how good your colleague is" in Template.objects.get(slug=slug).introduction


def test_the_first_worked_example_refines_a_step():
    example = parts("worked-example-refining")
    assert list(example) == [
        "",
        "The original action steps",
        "Their success criteria",
        "What was noticed",
        "Why the step is refined",
        "The refined action step",
        "Its success criteria",
        "Impact on pupils",
    ]
    assert items(example["The original action steps"], "bullet") == 2
    assert items(example["Their success criteria"], "bullet") == 2
    assert items(example["Its success criteria"], "bullet") == 4
    assert items(example["Impact on pupils"], "bullet") == 3
    assert all(example.values())


def test_the_second_worked_example_sets_a_new_step():
    example = parts("worked-example-new-step")
    assert list(example) == [
        "",
        "Why a new focus",
        "The new action step",
        "Its success criteria",
        "Impact on pupils",
        "Refine, or start anew?",
    ]
    assert items(example["The new action step"], "bullet") == 3
    assert items(example["Its success criteria"], "bullet") == 1 + 3  # in planning, in the lesson
    assert items(example["Impact on pupils"], "bullet") == 1


def test_every_standard_says_what_it_asks():
    points = {standard.code: standard.points for standard in Standard.objects.current()}
    assert {code: len(asked) for code, asked in points.items()} == {
        "TS1": 3,
        "TS2": 5,
        "TS3": 5,
        "TS4": 5,
        "TS5": 4,
        "TS6": 4,
        "TS7": 4,
        "TS8": 5,
        "P2": 1 + 5 + 1 + 1,  # trust in the profession and how, the school's ways, the law
    }


def test_guidance_has_its_edition_and_each_paragraph_once_and_in_order():
    guidance = Guidance.objects.get()
    assert guidance.edition == "April 2024"
    assert "The edition in force is that of April 2025, effective from 1 September 2025" in guidance.note
    assert guidance.url.startswith("https://www.gov.uk/")
    numbers = [paragraph.number for paragraph in guidance.paragraphs.all()]
    as_numbers = [tuple(map(int, number.split("."))) for number in numbers]
    assert as_numbers == sorted(set(as_numbers))
    assert set(CITED) <= set(numbers)


def test_the_meeting_asks_all_that_its_model_asks():
    sections = asked("six-step-meeting")
    assert len(sections) == 9
    assert {key: len(section["prompts"]) for key, section in sections.items()} == {
        "check_in": 4,
        "praise": 3,
        "probe": 5,
        "precise_action": 4,
        "plan": 5,
        "practise": 4,
        "follow_up": 2,
        "observing_expert": 2,
        "any_other_business": 2,
    }
    assert len(sections["precise_action"]["options"]) == 4
    assert [prompt.split(":")[0] for prompt in sections["practise"]["prompts"]] == [
        "First",
        "Second",
        "Third",
        "Fourth",
    ]
