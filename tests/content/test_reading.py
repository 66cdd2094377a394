"""Reading as ECT, as mentor and as everybody else: what is theirs, in what order, and how far they are."""

import itertools
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content import actions
from content.actions import load
from content.electives.actions import propose
from content.electives.actions import take_step as agree
from content.models import Following, KeptPlace, Programme, SectionDone, Study, StudySection, SuggestedAction
from content.packs import Source
from content.permissions import RULES
from content.reading import Progress, Reader, place_to_go_on, programme_of
from people.actions import Refused, appoint
from people.models import Event, Induction, Post, User
from people.permissions import EVERY_STATE, Role
from tests.content.packs import READING as PACK
from tests.content.packs import to_read
from tests.cycles.test_workflow import EVERYBODY

READING = reverse("content:reading")
STUDY = reverse("content:study", args=["talking"])
MODULE = reverse("content:module", args=["first-module"])


def text_of(response):
    return " ".join(BeautifulSoup(response.content, "lxml").select_one("main").get_text().split())


def page(slug):
    return reverse("content:section", args=["talking", slug])


def titles(response, *where):
    soup = BeautifulSoup(response.content, "lxml")
    return [found.get_text(strip=True) for found in soup.select(" ".join(where))]


@pytest.fixture
def as_(cast, sign_in, reading):
    """`as_("ben")` is a client signed in as Ben, with something to read."""
    return lambda name: sign_in(cast[name])


@pytest.fixture
def amira(cast):
    return Induction.objects.get(ect=cast["amira"])


def section(slug):
    return StudySection.objects.select_related("study").get(slug=slug, study__slug="talking")


def in_phase(induction, phase):
    Induction.objects.filter(pk=induction.pk).update(phase=phase)


# What is theirs to read


def test_an_ect_of_year_1_finds_the_modules_of_year_1(as_, amira, cast):
    client = as_("amira")
    choice = propose(amira, Study.objects.get(slug="talking"), "Pupils are silent.", by=cast["amira"])
    agree(choice, "agree", by=cast["ben"])
    answer = client.get(READING)
    words = text_of(answer)
    assert f"In year 1 since {amira.starts_on.day} September {amira.starts_on.year}." in words
    assert "Module 1: First module" in words
    assert "Week 1 session: Talk about talk" in words
    assert "Elective self-study 3, 12 minutes" in words
    assert "Not started, 12 minutes left" in words
    assert "Second module" not in words


def test_the_other_year_is_one_click_away(as_, amira):
    client = as_("amira")
    assert f'href="?ect={amira.pk}&amp;year=2"' in client.get(READING).content.decode()
    words = text_of(client.get(READING, {"ect": amira.pk, "year": 2}))
    assert "You are in year 1 now, since" in words
    assert "First module" not in words
    assert "Back to this year" in words


def test_year_2_has_the_cycles_and_what_of_the_handbook_is_for_the_ect(as_):
    load([Source("c.yaml", CYCLE.encode())])
    words = text_of(as_("tom").get(READING))
    assert "Year 2 In year 2 since" in words
    assert "Cycle 1: Autumn" in words
    assert "Second module" in words
    assert "Handbook" not in words  # all of it is the mentor's
    assert "Handbook, 2 minutes" in text_of(as_("priya").get(READING))


def test_an_ects_own_reading_comes_before_the_mentors_handbook(as_):
    load([Source("c.yaml", CYCLE.encode())])
    StudySection.objects.filter(slug="page-one").update(audience="both")
    client = as_("tom")
    assert titles(client.get(READING), "h3") == ["Development cycles", "From the mentor’s handbook"]
    assert "whenever you like. Handbook Handbook, 2 minutes" in text_of(client.get(READING))
    assert titles(as_("priya").get(READING), "h3") == ["Development cycles", "Second module"]
    more = Study.objects.get(slug="talking")
    more.module, more.kind = Study.objects.get(slug="handbook").module, "core"
    more.save()
    assert titles(client.get(READING), "h3") == ["Development cycles", "Second module"]


def test_a_handbook_alone_is_something_to_read(as_):
    StudySection.objects.filter(slug="page-one").update(audience="both")
    words = text_of(as_("tom").get(READING))
    assert "From the mentor’s handbook" in words
    assert "Nothing is loaded" not in words


CYCLE = """\
slug: cycle
title: A cycle
edition: "1"
cycles:
  - slug: autumn
    programme: one-programme
    number: 1
    title: Autumn
    summary: A term.
    themes:
      - slug: talk
        number: "1.1"
        title: Talk
        areas:
          - slug: pairs
            title: Pairs
            text: Pairs.
            diagnostic_items:
              - slug: knows
                view: ect
                text: I know.
    steps:
      - slug: first
        kind: diagnostic
        half_term: 1
        title: First
        summary: Begin.
"""


def test_a_mentor_finds_their_own_side_and_how_far_each_ect_is(as_, cast, amira):
    appoint(cast["ben"], Role.MENTOR, Induction.objects.get(ect=cast["tom"]), starts_on=timezone.localdate(), by=None)
    actions.tick(section("welcome"), by=cast["amira"])
    client = as_("ben")
    words = text_of(client.get(READING))
    assert words.index("Amira Khan, year 1") < words.index("Tom Hughes, year 2")
    assert "Elective self-study 3, 6 minutes" in words
    assert "Amira Khan: 1 of 5 sections done" in words
    assert "Tom Hughes, year" not in text_of(client.get(READING, {"ect": amira.pk}))
    other = text_of(client.get(READING, {"ect": amira.pk, "year": 2}))
    assert "Amira Khan is in year 1 now, since" in other


def test_before_anything_is_loaded_the_page_says_so(cast, sign_in):
    assert "No programme has been chosen" in text_of(sign_in(cast["amira"]).get(READING))
    load([Source("p.yaml", b'slug: p\ntitle: P\nedition: "1"\nprogrammes: [{slug: p, title: P, summary: S}]\n')])
    assert "Nothing is loaded for year 1 yet." in text_of(sign_in(cast["amira"]).get(READING))


def test_of_several_programmes_the_one_that_was_chosen_is_read(as_, cast, amira):
    another = Programme.objects.create(
        pack=Programme.objects.get().pack, slug="another", title="Another", summary="", position=2
    )
    client = as_("amira")
    assert "No programme has been chosen" in text_of(client.get(READING))
    Following.objects.create(induction=amira, programme=another)
    assert "Nothing is loaded for year 1 yet." in text_of(client.get(READING))
    Following.objects.update(programme=Programme.objects.get(slug="one-programme"))
    assert "First module" in text_of(client.get(READING))


def test_a_programme_that_its_pack_has_dropped_is_followed_by_nobody(as_, amira):
    Following.objects.create(induction=amira, programme=Programme.objects.get())
    assert programme_of(amira, []) is None


# A module and a session


def test_a_module_names_its_studies_sessions_and_audit(as_):
    words = text_of(as_("amira").get(MODULE))
    for shown in (
        "Year 1, module 1",
        "All that is first.",
        "On talking",
        "Sessions for mentor and ECT",
        "Week 2 session: Again",
        "Small audit.",
    ):
        assert shown in words
    assert "5 sections" not in words
    assert "Not started, 12 minutes left" in words
    assert "Start On talking" in words


def test_who_is_neither_ect_nor_mentor_is_told_of_both_sides_and_of_no_progress(as_):
    client = as_("ruth")
    words = text_of(client.get(MODULE))
    assert "Elective self-study 3, 17 minutes" in words
    assert "left" not in words
    assert "Start" not in words
    contents = text_of(client.get(STUDY))
    assert "Welcome 2 minutes, for the ECT" in contents
    assert "Pairs, for mentors 4 minutes, for the mentor" in contents
    assert "About this study 1 minute, for both" in contents
    assert "done" not in contents.lower()


def test_a_module_without_number_studies_or_audit_shows_none(as_):
    load([Source("r.yaml", PACK[: PACK.index("studies:")].encode())])
    words = text_of(as_("amira").get(reverse("content:module", args=["second-module"])))
    assert words.startswith("Year 2 Second module")
    for absent in ("Studies", "Sessions", "Audit"):
        assert absent not in words


def test_a_session_has_its_agenda_with_minutes_activities_and_statements(as_):
    words = text_of(as_("ben").get(reverse("content:session", args=["week-one"])))
    for shown in (
        "Week 1 session, 40 minutes",
        "8.3Reflection helps. Learn that",
        "Small audit is rated at the start of this module.",
        "Theory to practice 35 minutes",
        "Listen together To a recording. To get the most out of it: Stop it often",
    ):
        assert shown in words
    again = text_of(as_("ben").get(reverse("content:session", args=["week-two"])))
    assert "Statements" not in again
    assert "audit" not in again


def test_what_is_not_there_is_not_found(as_):
    client = as_("ben")
    for name, args in [
        ("content:module", ["no"]),
        ("content:session", ["no"]),
        ("content:study", ["no"]),
        ("content:section", ["talking", "no"]),
        ("content:section", ["no", "welcome"]),
    ]:
        assert client.get(reverse(name, args=args)).status_code == 404


# A study and its sections


def test_an_ect_reads_what_is_for_ects_and_for_both(as_):
    client = as_("amira")
    contents = titles(client.get(STUDY), ".app-contents a")
    assert contents == ["Welcome", "Pairs", "In the early years", "What next", "About this study"]
    assert client.get(page("for-mentors")).status_code == 404


def test_sections_of_another_phase_are_one_click_away_and_do_not_count(as_, amira):
    in_phase(amira, "secondary")
    client = as_("amira")
    answer = client.get(STUDY)
    assert "In the early years" not in titles(answer, ".app-contents a")
    assert titles(answer, ".govuk-details a") == ["In the early years"]
    assert "9 minutes left" in text_of(answer)
    words = text_of(client.get(page("early-years")))
    assert "Young children talk." in words
    assert "Done, next section" not in words
    assert "Next: What next" in words


def test_scenarios_of_ones_phase_come_first_and_the_others_fold(as_, amira):
    client = as_("amira")
    everything = client.get(page("welcome"))
    assert titles(everything, "summary")[1:] == ["Ms Early", "Mr Late"]
    assert "Choose the phase that is nearest to yours" in text_of(everything)
    in_phase(amira, "secondary")
    own = client.get(page("welcome"))
    assert titles(own, "summary")[1:] == ["Ms Early"]
    assert "Mr Late Teaches Year 9. The same for other phases" in text_of(own)
    assert "Wait longer" not in text_of(own)
    Study.objects.get(slug="talking").scenarios.exclude(phase="secondary").delete()
    assert "other phases" not in text_of(client.get(page("welcome")))


def test_options_of_scenarios_show_where_the_section_says_so(as_):
    assert "What could be done: Wait longer" in text_of(as_("ben").get(page("options")))


def test_a_section_shows_all_that_goes_with_it(as_):
    words = text_of(as_("amira").get(page("pairs")))
    for shown in (
        "5 minutes",
        "Pupils talk in pairs.",
        "A purpose They know why they talk.",
        "From the school Nothing has been added here yet. The programme asks schools to show: What pairs look like here.",
        "8.3Reflection helps. Learn that",
        "8.eReflect with a colleague. Learn how to",
        "References Author (2020)Other (2021)",
    ):
        assert shown in words


def test_suggested_actions_name_their_ingredients_if_they_are_still_there(as_):
    client = as_("amira")
    assert "Listen to one pair For a minute. Active ingredients: A purpose" in text_of(client.get(page("next")))
    section("pairs").ingredients.update(retired=True)
    assert "Active ingredients" not in text_of(client.get(page("next")))


@pytest.mark.parametrize("url", [page("next"), reverse("printing:page", args=["studies", "talking"])])
@pytest.mark.parametrize(("who", "sees"), [("amira", False), ("ben", True), ("grace", True)])
def test_an_ingredient_on_a_page_for_mentors_is_named_to_no_ect(as_, url, who, sees):
    theirs = section("for-mentors").ingredients.create(slug="doubts", title="What to doubt", text="Much.", position=1)
    SuggestedAction.objects.filter(slug="listen").update(ingredients=["pairs/purpose", "for-mentors/doubts"])
    StudySection.objects.filter(slug="next").update(audience="both")
    words = text_of(as_(who).get(url))
    assert "A purpose" in words
    assert (str(theirs.title) in words) == sees


@pytest.mark.parametrize("url", [page("next"), reverse("printing:page", args=["studies", "talking"])])
def test_an_ingredient_that_two_sections_name_is_listed_once(as_, url):
    section("welcome").ingredients.create(slug="purpose", title="A purpose", text="As said before.", position=1)
    SuggestedAction.objects.filter(slug="listen").update(ingredients=["pairs/purpose", "welcome/purpose"])
    assert "For a minute. Active ingredients: A purpose Have a rest" in text_of(as_("amira").get(url))


def test_html_in_a_section_is_text_and_headings_follow_one_another(as_):
    html = as_("amira").get(page("welcome")).content.decode()
    assert "&lt;b&gt;talk&lt;/b&gt;" in html
    assert '<h2 class="govuk-heading-m">Why</h2>' in html


def test_a_mentor_reads_the_ects_section_beside_their_own(as_):
    client = as_("ben")
    answer = client.get(page("for-mentors"))
    assert titles(answer, ".app-beside h2") == ["For the mentor", "What your ECT reads"]
    words = text_of(answer)
    assert words.index("Ask what was heard.") < words.index("Pupils talk in pairs.")
    other = client.get(page("pairs"))
    assert titles(other, ".app-beside h2") == ["For the ECT", "What the mentor reads"]
    assert "What your ECT reads" in text_of(other)  # the tag
    assert "Done, next section" not in text_of(other)


def test_an_ect_reads_alone_and_everybody_else_with_both_sides_marked(as_):
    assert titles(as_("amira").get(page("pairs")), ".app-beside") == []
    for name in ("ruth", "grace", "joan", "colin", "olive"):
        answer = as_(name).get(page("for-mentors"))
        assert titles(answer, ".app-beside h2") == ["For the mentor", "What the ECT reads"]
        assert "4 minutes For the mentor" in text_of(answer)
        assert not BeautifulSoup(answer.content, "lxml").select("main form")


def test_a_mentor_sees_which_sections_each_ect_has_done(as_, cast):
    actions.tick(section("pairs"), by=cast["amira"])
    actions.tick(section("for-mentors"), by=cast["ben"])
    words = text_of(as_("ben").get(STUDY))
    assert "1 of 3 sections done, 2 minutes left" in words
    assert "Amira Khan: 1 of 5 sections done" in words
    assert "Pairs 5 minutesDone by Amira Khan" in words


def test_who_is_ect_and_mentor_reads_both_sides_as_their_own(as_, cast, amira):
    tom = Induction.objects.get(ect=cast["tom"])
    appoint(cast["tom"], Role.MENTOR, amira, starts_on=timezone.localdate(), by=None)
    contents = titles(as_("tom").get(STUDY), ".app-contents a")
    assert len(contents) == 7
    reader = Reader.of(User.objects.get(pk=cast["tom"].pk))
    assert reader.own_induction == tom
    assert set(reader.inductions) == {tom, amira}


# Places and ticks


def test_done_and_next_is_one_button(as_, cast):
    client = as_("amira")
    answer = client.post(page("welcome"), {"done": "1"})
    assert answer.url == page("pairs")
    assert SectionDone.objects.get().section.slug == "welcome"
    assert client.post(page("about"), {"done": "1"}).url == STUDY
    assert "2 of 5 sections done, 9 minutes left" in text_of(client.get(STUDY))


def test_a_section_ticked_twice_keeps_its_first_date(as_, cast):
    actions.tick(section("welcome"), by=cast["amira"])
    first = SectionDone.objects.get().at
    actions.tick(section("welcome"), by=cast["amira"])
    assert SectionDone.objects.get().at == first


def test_a_tick_can_be_taken_away(as_, cast):
    client = as_("amira")
    client.post(page("welcome"), {"done": "1"})
    words = text_of(client.get(page("welcome")))
    assert "Next section" in words
    assert "Mark as not done" in words
    assert client.post(page("welcome"), {"undo": "1"}).url == page("welcome")
    assert not SectionDone.objects.exists()


def test_the_last_section_leads_back_to_the_contents(as_):
    client = as_("amira")
    assert "Done, back to the contents" in text_of(client.get(page("about")))
    client.post(page("about"), {"done": "1"})
    assert "Back to the contents" in text_of(client.get(page("about")))


def test_nobody_ticks_what_is_not_theirs(as_, cast):
    assert as_("ben").post(page("pairs"), {"done": "1"}).status_code == 403
    assert as_("ruth").post(page("pairs"), {"done": "1"}).status_code == 403
    assert as_("amira").post(page("for-mentors"), {"done": "1"}).status_code == 404
    assert not SectionDone.objects.exists()


def test_the_place_is_kept_and_reading_goes_on_there(as_, cast):
    client = as_("amira")
    assert "Start" in text_of(client.get(STUDY))
    client.get(page("welcome"))
    client.get(page("pairs"))
    assert KeptPlace.objects.get().section.slug == "pairs"
    answer = client.get(STUDY)
    assert f'href="{page("pairs")}" role="button"' in answer.content.decode()
    assert "Continue" in text_of(answer)
    assert "You are here" in text_of(answer)
    assert "Started, 12 minutes left" in text_of(client.get(READING))


def test_a_place_is_written_once_and_again_after_another_study(as_, cast):
    client = as_("amira")
    client.get(page("welcome"))
    written = KeptPlace.objects.get().at
    client.get(page("welcome"))
    assert KeptPlace.objects.get().at == written
    actions.keep_place(StudySection.objects.exclude(study__slug="talking").first(), by=cast["amira"])
    client.get(page("welcome"))
    assert KeptPlace.objects.get(study__slug="talking").at > written
    assert place_to_go_on(cast["amira"]) == section("welcome")


def test_a_locked_database_costs_the_place_and_not_the_page(as_):
    def locked(execute, sql, *rest):
        if sql.startswith("INSERT") and "content_keptplace" in sql:
            raise OperationalError("database is locked")
        return execute(sql, *rest)

    client = as_("amira")
    with connection.execute_wrapper(locked):
        assert "Because" in text_of(client.get(page("welcome")))
    assert not KeptPlace.objects.exists()


def test_no_place_is_kept_for_who_only_looks(as_):
    as_("ruth").get(page("welcome"))
    as_("ben").get(page("welcome"))
    assert not KeptPlace.objects.exists()


def test_a_study_that_is_done_says_so(as_, cast):
    client = as_("amira")
    for slug in ("welcome", "pairs", "early-years", "next", "about"):
        actions.tick(section(slug), by=cast["amira"])
    assert "Done Read it again" in text_of(client.get(STUDY))
    assert "Continue" not in text_of(client.get(READING))
    assert "all done" in text_of(client.get(page("pairs")))


def test_an_optional_section_is_there_to_read_and_counts_nowhere(as_, cast):
    load(to_read("audience: both\n        minutes: 1", "audience: both\n        minutes: 1\n        optional: true"))
    client = as_("amira")
    assert "Elective self-study 3, 11 minutes" in text_of(client.get(STUDY))
    assert "About this study 1 minute Optional" in text_of(client.get(STUDY))
    client.post(page("next"), {"done": "1"})
    for slug in ("welcome", "pairs", "early-years"):
        actions.tick(section(slug), by=cast["amira"])
    assert "Done Read it again" in text_of(client.get(STUDY))
    assert "Back to the contents" in text_of(client.get(page("next")))  # and not on to what is optional
    words = text_of(client.get(page("about")))
    assert "1 minute Optional" in words
    assert "Mark as not done" not in words
    assert client.post(page("about"), {"done": "1"}).status_code == 403
    assert KeptPlace.objects.get().section.slug == "next"
    printed = text_of(client.get(reverse("printing:page", args=["studies", "talking"])))
    assert "On talking" in printed
    assert "3, 11 minutes" in printed
    assert "1 minute, optional" in printed


def test_what_has_become_optional_is_not_what_one_goes_on_with(as_, cast):
    as_("amira").get(page("pairs"))
    actions.tick(section("welcome"), by=cast["amira"])
    StudySection.objects.filter(slug__in=["pairs", "welcome"]).update(optional=True)
    assert place_to_go_on(cast["amira"]) is None
    assert "(done)" not in text_of(as_("amira").get(page("pairs")))


def test_beside_an_optional_section_one_may_reflect(as_, amira):
    load(to_read("reflection: What did you hear?", "reflection: What did you hear?\n        optional: true"))
    client = as_("amira")
    assert "What did you hear?" in text_of(client.get(page("pairs")))
    client.post(page("pairs"), {"text": "Much.", "revision": "0"})
    assert amira.reflections.get().text == "Much."
    assert not SectionDone.objects.exists()


@pytest.mark.parametrize(
    ("done", "place", "then"),
    [
        ("", None, "a"),
        ("", "b", "b"),
        ("b", "b", "c"),
        ("bc", "b", "a"),
        ("c", "c", "a"),
        ("abc", "b", "a"),
        ("a", None, "b"),
    ],
)
def test_where_to_go_on(done, place, then):
    sections = [StudySection(pk=number, slug=slug, minutes=1) for number, slug in enumerate("abc", 1)]
    keys = {section.slug: section for section in sections}
    progress = Progress(Study(), sections, [keys[slug] for slug in done], keys[place].pk if place else None)
    assert progress.next.slug == then


def test_the_home_page_tells_an_ect_in_one_line_where_they_stopped(as_, cast):
    client = as_("amira")
    assert "stopped reading" not in text_of(client.get("/"))
    client.get(page("pairs"))
    assert "Where you stopped reading: Pairs in “On talking”." in text_of(client.get("/"))
    assert place_to_go_on(cast["amira"]) == section("pairs")
    client.post(page("pairs"), {"done": "1"})
    assert "stopped reading" not in text_of(client.get("/"))
    actions.keep_place(section("for-mentors"), by=cast["ben"])
    assert "stopped reading" not in text_of(as_("ben").get("/"))


# On the page of an induction


def is_core():
    Study.objects.filter(slug="talking").update(kind="core")


def test_the_school_sees_which_studies_are_done_and_not_how_far(as_, cast, amira):
    is_core()
    for slug in ("welcome", "pairs"):
        actions.tick(section(slug), by=cast["amira"])
    for name in ("grace", "ruth"):
        words = text_of(as_(name).get(amira.get_absolute_url()))
        assert "On talking Not done" in words
        assert "sections done" not in words
    for slug in ("early-years", "next", "about"):
        actions.tick(section(slug), by=cast["amira"])
    assert "On talking Done" in text_of(as_("grace").get(amira.get_absolute_url()))


@pytest.mark.parametrize("name", ["grace", "ruth"])
def test_an_elective_is_told_to_the_school_once_it_is_done_and_not_that_it_was_chosen_or_begun(as_, cast, amira, name):
    client = as_(name)
    choice = propose(amira, Study.objects.get(slug="talking"), "Pupils are silent.", by=cast["amira"])
    agree(choice, "agree", by=cast["ben"])
    for slug in ("welcome", "pairs", "early-years", "next"):
        actions.tick(section(slug), by=cast["amira"])
    words = text_of(client.get(amira.get_absolute_url()))
    assert "An elective is listed once it is done. Nothing is listed yet." in words
    assert "On talking" not in words
    actions.tick(section("about"), by=cast["amira"])
    assert "On talking Done" in text_of(client.get(amira.get_absolute_url()))


def test_a_handbook_is_not_the_ects_to_finish(as_, amira):
    client = as_("grace")
    is_core()
    assert "On talking Not done" in text_of(client.get(amira.get_absolute_url()))
    Study.objects.filter(slug="talking").update(kind="handbook")
    assert "On talking" not in text_of(client.get(amira.get_absolute_url()))


@pytest.mark.parametrize("name", ["amira", "ben", "joan", "colin", "olive"])
def test_nobody_else_is_told_of_it_there(as_, amira, name):
    words = text_of(as_(name).get(amira.get_absolute_url()))
    assert "On talking" not in words
    assert "One programme" in words


def test_before_there_are_studies_the_school_is_told_so(cast, sign_in, amira):
    assert "Nothing is listed yet." in text_of(sign_in(cast["grace"]).get(amira.get_absolute_url()))


def seen_on(client, url):
    """What the page carries of what it showed."""
    return BeautifulSoup(client.get(url).content, "html.parser").select_one("[name=seen]")["value"]


@pytest.mark.parametrize("name", ["grace", "joan", "olive"])
def test_phase_and_programme_are_set_at_the_school(as_, cast, amira, name):
    client, url = as_(name), reverse("content:following", args=[amira.pk])
    assert "Change phase and programme" in text_of(client.get(amira.get_absolute_url()))
    assert 'name="programme"' not in client.get(url).content.decode()
    assert client.post(url, {"phase": "send", "seen": seen_on(client, url)}).url == amira.get_absolute_url()
    amira.refresh_from_db()
    assert amira.phase == "send"
    event = Event.objects.get(what="set_programme")
    assert (event.by, event.induction, event.detail) == (cast[name], amira, {"phase": "send", "programme": None})


def test_where_there_are_several_programmes_one_is_chosen(as_, cast, amira):
    another = Programme.objects.create(
        pack=Programme.objects.get().pack, slug="another", title="Another", summary="", position=2
    )
    client, url = as_("joan"), reverse("content:following", args=[amira.pk])
    assert client.post(url, {"phase": ""}).status_code == 200
    assert "Select an answer for “Programme”" in text_of(client.post(url, {"phase": ""}))
    seen = seen_on(client, url)
    assert client.post(url, {"phase": "", "programme": another.pk, "seen": seen}).status_code == 302
    assert Following.objects.get().programme == another
    assert "checked" in client.get(url).content.decode()
    assert str(Following.objects.get()) == "Amira Khan: Another"


def test_whoever_sets_it_second_gets_both_versions_and_may_choose(as_, cast, amira):
    another = Programme.objects.create(
        pack=Programme.objects.get().pack, slug="another", title="Another", summary="", position=2
    )
    client, url = as_("joan"), reverse("content:following", args=[amira.pk])
    sent = {"phase": "primary", "programme": another.pk, "seen": seen_on(client, url)}
    actions.follow(amira, phase="send", programme=Programme.objects.get(slug="one-programme"), by=cast["grace"])
    page = client.post(url, sent)
    assert page.status_code == 409
    assert page.context["theirs"] == [
        ("Phase or setting", "Special educational needs and disabilities (SEND)"),
        ("Programme", "One programme"),
    ]
    assert Following.objects.get().programme.slug == "one-programme"
    shown = BeautifulSoup(page.content, "html.parser")
    assert shown.select_one("[name=phase][checked]")["value"] == "primary"
    sent["seen"] = shown.select_one("[name=seen]")["value"]
    assert client.post(url, sent).status_code == 302
    assert Following.objects.get().programme == another


def test_a_page_that_does_not_say_what_it_showed_gets_both_versions(as_, amira):
    Induction.objects.filter(pk=amira.pk).update(phase="send")
    page = as_("joan").post(reverse("content:following", args=[amira.pk]), {"phase": ""})
    assert page.status_code == 409
    assert page.context["theirs"] == [("Phase or setting", "Special educational needs and disabilities (SEND)")]


def test_the_second_of_two_clicks_is_told_the_same_and_written_down_once(as_, amira):
    client, url = as_("joan"), reverse("content:following", args=[amira.pk])
    sent = {"phase": "send", "seen": seen_on(client, url)}
    assert [client.post(url, sent).status_code for click in range(2)] == [302, 302]
    assert Event.objects.filter(what="set_programme").count() == 1


def test_only_they_set_it(as_, cast, amira):
    url = reverse("content:following", args=[amira.pk])
    for name in ("amira", "ben", "ruth", "colin"):
        assert as_(name).post(url, {"phase": "send"}).status_code == 403
        with pytest.raises(Refused, match="Only the induction tutor or an administrator"):
            actions.follow(amira, phase="send", programme=None, by=cast[name])
    assert as_("helen").post(url, {"phase": "send"}).status_code == 404


ALLOWED = {
    *(("tick", who) for who in ("amira", "ben")),
    *(("see_progress", who) for who in ("amira", "ben")),
    *(("see_outcome", who) for who in ("grace", "ruth")),
    *(("follow", who) for who in ("grace", "joan", "olive")),
}


def test_each_person_may_do_exactly_what_is_written_above(cast, amira):
    asked = ("tick", "see_progress", "see_outcome", "follow")
    found = {
        (action, who)
        for action, who in itertools.product(asked, EVERYBODY)
        if cast[who].places.roles_in(amira) & RULES[action].keys()
    }
    assert found == ALLOWED


def test_how_far_an_ect_is_is_told_by_its_own_rule(as_, cast, monkeypatch):
    actions.tick(section("welcome"), by=cast["amira"])
    client = as_("ben")
    for url in (STUDY, READING):
        assert "Amira Khan: 1 of 5 sections done" in text_of(client.get(url))
    monkeypatch.setitem(RULES, "see_progress", {Role.ECT: EVERY_STATE})
    for url in (STUDY, READING):
        assert "1 of 5 sections done" not in text_of(client.get(url))


# As often for thirty as for one


def many_sections(count):
    """The pack with so many more sections, each with all that the first has, and more studies, sessions and activities."""
    start, end = PACK.index("      - slug: pairs"), PACK.index("      - slug: early-years")
    pairs, text = PACK[start:end], PACK
    text = text[:end] + "".join(pairs.replace("slug: pairs", f"slug: pairs-{n}") for n in range(count)) + text[end:]
    start, end = (
        text.index("          - slug: listen\n            title: Listen together"),
        text.index("  - slug: week-two"),
    )
    again = text[text.index("          - slug: plan") : end]
    text = text[:end] + "".join(again.replace("slug: plan", f"slug: plan-{n}") for n in range(count)) + text[end:]
    start, end = text.index("  - slug: handbook"), text.index("sessions:")
    book = text[start:end].replace("second-module", "first-module")
    return [
        Source(
            "r.yaml",
            (
                text[:end]
                + "".join(book.replace("slug: handbook", f"slug: book-{n}") for n in range(count))
                + text[end:]
            ).encode(),
        )
    ]


PAGES = [
    ("amira", READING),
    ("ben", READING),
    ("amira", MODULE),
    ("ben", MODULE),
    ("ben", reverse("content:session", args=["week-one"])),
    ("amira", STUDY),
    ("ben", STUDY),
    ("ruth", STUDY),
    ("amira", reverse("content:section", args=["talking", "pairs"])),
    ("amira", reverse("content:section", args=["talking", "next"])),
    ("ben", reverse("content:section", args=["talking", "for-mentors"])),
    ("ruth", reverse("content:section", args=["talking", "for-mentors"])),
    ("grace", "/inductions/{induction}/"),
]


def count_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)  # with savepoints: outside of a test a transaction begins and ends there


def test_every_page_asks_the_database_as_often_for_thirty_as_for_one(as_, cast, amira):
    def counts():
        found = {}
        for name, url in PAGES:
            KeptPlace.objects.all().delete()  # reading the other pages left some
            found[name, url] = count_of(as_(name), url.format(induction=amira.pk))
        return found

    one = counts()
    assert max(one.values()) <= 12
    load(many_sections(30))
    for person in (cast["amira"], cast["ben"]):
        for number in range(30):
            actions.tick(section(f"pairs-{number}"), by=person)
    more = User.objects.bulk_create(User(email=f"e{n}@school.example", name=f"E {n}") for n in range(30))
    inductions = Induction.objects.bulk_create(
        Induction(
            ect=ect,
            school=amira.school,
            appropriate_body=amira.appropriate_body,
            trn=f"{2000000 + n}",
            starts_on=date.today() - timedelta(days=5),
        )
        for n, ect in enumerate(more)
    )
    Post.objects.bulk_create(
        Post(user=cast["ben"], role=Role.MENTOR, induction=one, starts_on=date.today()) for one in inductions
    )
    assert counts() == one
