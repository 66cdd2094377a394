"""The pages of meetings as a browser meets them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from content.models import Area, CycleStep, DiagnosticItem, Following, Programme, Theme
from cycles import actions
from cycles.models import ActionStep, Meeting, meetings_to_plan
from ectprogramme.templatetags.dates import clock
from people.actions import appoint
from people.models import Event, Induction, Post
from people.permissions import Role
from people.turns import Turn

from .conftest import NOTES, filled, soup

LIST = "/cycles/"
HTMX = {"HX-Request": "true"}
TODAY = timezone.localdate()


@pytest.fixture
def as_(cast):
    """`as_("ben")` is a browser in which Ben is signed in."""

    def signed_in(name):
        client = Client()
        client.force_login(cast[name])
        return client

    return signed_in


@pytest.fixture
def url(meeting):
    return meeting.get_absolute_url()


def page_of(client, url):
    return filled(client.get(url))


def stored(meeting):
    found = Meeting.objects.get(pk=meeting.pk)
    return found.written() | found.steps_written()


def text_of(response):
    return " ".join(soup(response).get_text(" ").split())


# The list


@pytest.mark.parametrize(
    ("who", "number"), [("amira", 1), ("ben", 1), ("grace", 2), ("ruth", 2), ("priya", 1), ("daniel", 0)]
)
def test_everybody_finds_their_own_meetings(as_, plan, who, number):
    plan(), plan("tom", "priya")

    assert len(soup(as_(who).get(LIST)).select("tbody tr")) == number


@pytest.mark.parametrize("who", ["joan", "colin", "olive"])
def test_the_list_is_closed_to_those_who_have_no_part_in_mentoring(as_, meeting, who):
    assert as_(who).get(LIST).status_code == 403


def test_an_agreed_meeting_leads_to_planning_the_next_until_there_is_one(as_, agreed, plan):
    link = f"/cycles/inductions/{agreed.induction_id}/plan/"
    page = soup(as_("ben").get(agreed.get_absolute_url()))
    assert page.select_one(f'main a[href="{link}"]').text == "Plan your next meeting"
    plan(days=7)
    assert not soup(as_("ben").get(agreed.get_absolute_url())).select(f'main a[href="{link}"]')


def test_the_list_says_date_focus_and_state_and_no_notes(as_, agreed):
    page = as_("grace").get(LIST).content.decode()

    assert "Questioning" in page
    assert "Agreed" in page
    assert date_format(agreed.held_on, "j F Y") in page
    assert "A private worry" not in page
    assert "Wait time" not in page


def test_a_mentor_of_two_chooses_one_of_them(as_, cast, plan, template):
    plan(), plan("tom", "priya")
    toms = Induction.objects.get(ect=cast["tom"])
    appoint(cast["ben"], Role.MENTOR, toms, starts_on=timezone.localdate(), by=None)

    both, one = as_("ben").get(LIST), as_("ben").get(f"{LIST}?ect={toms.pk}")

    assert len(soup(both).select("tbody tr")) == 2
    assert len(soup(one).select("tbody tr")) == 1
    assert soup(one).h1.text == "Meetings with Tom Hughes"
    assert [link.text for link in soup(both).select("dl a")] == [
        "Plan a meeting with Amira Khan",
        "All meetings with Amira Khan",
        "Plan a meeting with Tom Hughes",
        "All meetings with Tom Hughes",
    ]
    assert [link["href"] for link in soup(one).select("main a.govuk-button")] == [f"{LIST}inductions/{toms.pk}/plan/"]


def test_older_meetings_are_a_page_away(as_, plan):
    first = plan(days=-40)
    for day in range(30):
        plan(days=-day)

    newest = soup(as_("ben").get(LIST))
    older = soup(as_("ben").get(LIST + newest.find("a", string="Older meetings")["href"]))

    assert len(newest.select("tbody tr")) == 30
    assert [link["href"] for link in older.select("tbody a")] == [first.get_absolute_url()]
    assert "There are no older meetings" in text_of(as_("ben").get(f"{LIST}?before={first.pk}"))


def test_the_list_is_in_order_of_the_day_held_or_else_planned(as_, plan, complete, cast):
    planned, held_late, held = plan(days=-3), plan(days=-9), plan(days=-5)
    for meeting, days in ((held_late, -1), (held, -5)):
        complete(meeting)
        actions.finish(meeting, by=cast["ben"])
        Meeting.objects.filter(pk=meeting.pk).update(held_on=TODAY + timedelta(days=days))

    links = [link["href"] for link in soup(as_("ben").get(LIST)).select("tbody a")]
    assert links == [meeting.get_absolute_url() for meeting in (held_late, planned, held)]
    older = [soup(as_("ben").get(LIST, {"before": meeting.pk})) for meeting in (held_late, planned, held)]
    assert [len(page.select("tbody tr")) for page in older] == [2, 1, 0]


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 40, "999999"])
def test_an_unknown_page_of_the_list_is_not_found(as_, meeting, before):
    assert as_("ben").get(LIST, {"before": before}).status_code == 404


# Planning


def test_a_meeting_is_planned_from_what_is_suggested(as_, cast, amiras, template):
    client = as_("ben")
    page = soup(client.get(f"/cycles/inductions/{amiras.pk}/plan/"))
    sent = {box["name"]: box.get("value", "") for box in page.select("main form input[name]")}
    assert sent["planned_at"] == "3:30pm"

    response = client.post(f"/cycles/inductions/{amiras.pk}/plan/", sent | {"place": "Room 9"})

    meeting = Meeting.objects.get()
    assert response.url == meeting.get_absolute_url()
    assert (meeting.place, meeting.title) == ("Room 9", "Mentor meeting")


def test_the_place_of_the_last_meeting_is_suggested(as_, amiras, meeting):
    page = soup(as_("amira").get(f"/cycles/inductions/{amiras.pk}/plan/"))

    assert page.select_one("[name=place]")["value"] == "Room 4"


def boxes(name, day):
    """A date as its three boxes send it."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


DATE = {**boxes("planned_on", TODAY + timedelta(days=2)), "planned_at": "9:30am"}


@pytest.fixture
def in_year_2(amiras):
    Induction.objects.filter(pk=amiras.pk).update(starts_on=TODAY - timedelta(days=400))
    amiras.patterns.all().delete()


def test_a_meeting_is_planned_for_a_step_of_a_cycle(as_, amiras, in_year_2, integrate):
    client = as_("ben")
    page = client.get(f"/cycles/inductions/{amiras.pk}/plan/")
    offered = [option.text for option in soup(page).select("[name=cycle_step] option")]
    assert offered == ["A weekly meeting", "Cycle 1, Integrate"]

    client.post(f"/cycles/inductions/{amiras.pk}/plan/", DATE | {"cycle_step": integrate.pk})

    assert Meeting.objects.get().cycle_step == integrate


@pytest.mark.parametrize("follows", ["this one", "another", "none yet"])
def test_of_two_programmes_only_steps_of_the_one_that_is_followed_are_offered(
    as_, amiras, in_year_2, integrate, follows
):
    its = integrate.cycle.programme
    other = Programme.objects.create(pack=its.pack, slug="other", title="Other", summary="S", position=2)
    if follows != "none yet":
        Following.objects.create(induction=amiras, programme=its if follows == "this one" else other)

    page = soup(as_("ben").get(f"/cycles/inductions/{amiras.pk}/plan/"))

    assert len(page.select("[name=cycle_step]")) == (follows == "this one")


@pytest.mark.parametrize(("days", "offered"), [(365 - 56, 1), (365 - 57, 0), (10, 0)])
def test_steps_of_year_2_are_offered_from_eight_weeks_before_it(as_, amiras, in_year_2, integrate, days, offered):
    Induction.objects.filter(pk=amiras.pk).update(starts_on=TODAY - timedelta(days=days))
    client = as_("ben")
    page = soup(client.get(f"/cycles/inductions/{amiras.pk}/plan/"))
    assert len(page.select("[name=cycle_step]")) == offered

    client.post(f"/cycles/inductions/{amiras.pk}/plan/", DATE | {"cycle_step": integrate.pk})

    assert Meeting.objects.get().kind == ("interaction" if offered else "weekly")


@pytest.mark.parametrize(
    ("steps", "suggested"),
    [
        ([], ""),
        (["first"], "Cycle 1, Integrate"),
        (["first", None], ""),
        (["first", "cancelled"], "Cycle 1, Integrate"),
        (["first", "integrate"], ""),
    ],
)
def test_after_the_meeting_of_one_step_the_next_is_suggested(as_, cast, amiras, in_year_2, integrate, steps, suggested):
    template = integrate.templates.get()
    first = CycleStep.objects.create(
        cycle=integrate.cycle, slug="one", kind="refocus", interaction=1, half_term=1, title="Refocus", position=1
    )
    first.templates.add(template)
    for days, step in enumerate(steps):
        meeting = actions.start_meeting(
            amiras, by=cast["ben"], template=template, planned_for=timezone.now() + timedelta(days=days),
            cycle_step={"first": first, None: None}.get(step, integrate),
        )  # fmt: skip
        if step == "cancelled":
            actions.cancel(meeting, by=cast["ben"])
    page = soup(as_("ben").get(f"/cycles/inductions/{amiras.pk}/plan/"))
    chosen = page.select_one("[name=cycle_step] option[selected]")
    assert (chosen.text if chosen and chosen["value"] else "") == suggested


def test_while_no_cycle_is_loaded_nobody_is_asked_for_a_step(as_, amiras, in_year_2, template):
    page = soup(as_("ben").get(f"/cycles/inductions/{amiras.pk}/plan/"))
    assert page.select("[name=cycle_step]") == []


def test_without_a_template_the_page_says_whom_to_ask(as_, amiras):
    page = as_("ben").post(f"/cycles/inductions/{amiras.pk}/plan/", DATE)

    assert "Ask your programme administrator" in text_of(page)


def test_a_meeting_in_another_year_is_a_slip(as_, amiras, meeting):
    far = DATE | boxes("planned_on", TODAY + timedelta(days=800))
    for path in (f"/cycles/inductions/{amiras.pk}/plan/", f"/cycles/{meeting.pk}/move/"):
        page = soup(as_("ben").post(path, far))
        assert page.select_one("#id_planned_on-error").text.strip().startswith("Error: Date must be between")


@pytest.mark.parametrize(("days", "status"), [(60, 302), (61, 200)])
def test_a_meeting_is_not_planned_long_before_the_induction_begins(as_, amiras, meeting, days, status):
    soon = TODAY + timedelta(days=2)
    starts_on = soon + timedelta(days=days)
    Induction.objects.filter(pk=amiras.pk).update(starts_on=starts_on)
    for path in (f"/cycles/inductions/{amiras.pk}/plan/", f"/cycles/{meeting.pk}/move/"):
        answer = as_("ben").post(path, DATE | {"seen": meeting.arranged})
        assert answer.status_code == status
        if status == 200:
            assert soup(answer).select_one("#id_planned_on-error").text.strip() == (
                f"Error: Date must be {date_format(soon + timedelta(days=1), 'j F Y')} or later: the induction begins on "
                f"{date_format(starts_on, 'j F Y')}, and you can meet from 60 days before that"
            )


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ([], ""),
        ([(-20, 1), (20, 40)], " This day is outside term time."),
        ([(-20, 20)], ""),
        ([(-20, 1)], ""),  # nobody has entered what comes after
    ],
)
def test_a_meeting_in_the_holidays_is_planned_and_moved_and_told_to_be_there(as_, amiras, meeting, terms, told):
    amiras.school.terms.all().delete()
    for number, (first, last) in enumerate(terms):
        dates = {"starts_on": TODAY + timedelta(days=first), "ends_on": TODAY + timedelta(days=last)}
        amiras.school.terms.create(name=f"Term {number}", **dates)
    for path, done in ((f"/cycles/inductions/{amiras.pk}/plan/", "planned"), (f"/cycles/{meeting.pk}/move/", "moved")):
        page = as_("ben").post(path, DATE | {"seen": meeting.arranged}, follow=True)
        assert [str(message) for message in page.context["messages"]] == [
            f"Meeting {done}. Amira Khan has been emailed.{told}"
        ]


def test_a_meeting_may_be_planned_for_the_last_year_of_an_induction_that_ends(as_, amiras, template):
    Induction.objects.filter(pk=amiras.pk).update(ends_on=TODAY + timedelta(days=600))
    far = DATE | boxes("planned_on", TODAY + timedelta(days=800))
    assert as_("ben").post(f"/cycles/inductions/{amiras.pk}/plan/", far).status_code == 302


def test_a_date_that_is_none_gets_the_form_again(as_, amiras, template):
    page = as_("ben").post(f"/cycles/inductions/{amiras.pk}/plan/", DATE | {"planned_on-year": "20260"})

    assert soup(page).select_one(".govuk-error-summary")
    assert soup(page).select_one("[name=planned_on-year]")["value"] == "20260"


@pytest.mark.parametrize(
    ("who", "status"), [("grace", 403), ("ruth", 403), ("joan", 403), ("priya", 404), ("daniel", 404)]
)
def test_nobody_else_reaches_the_page_for_planning(as_, amiras, template, who, status):
    assert as_(who).get(f"/cycles/inductions/{amiras.pk}/plan/").status_code == status


# From the page of a cycle


@pytest.fixture
def steps_page(as_, integrate):
    """`steps_page("ben")` has the links below the steps of a cycle: their words and where they lead."""

    def links(who):
        page = soup(as_(who).get(integrate.cycle.get_absolute_url()))
        return [(" ".join(link.text.split()), link["href"]) for link in page.select("ol > li > ul.govuk-list a")]

    return links


@pytest.mark.parametrize(
    ("who", "words"),
    [("amira", "Plan this meeting: Integrate"), ("ben", "Plan this meeting with Amira Khan: Integrate")],
)
def test_a_step_of_a_cycle_leads_to_planning_its_meeting(as_, amiras, in_year_2, integrate, steps_page, who, words):
    ((said, link),) = steps_page(who)
    assert (said, link) == (words, f"/cycles/inductions/{amiras.pk}/plan/?step={integrate.pk}")
    page = soup(as_(who).get(link))
    assert page.select_one("[name=cycle_step] option[selected]").text == "Cycle 1, Integrate"


@pytest.mark.parametrize("step", ["x", "0", ""])
def test_a_step_that_cannot_be_planned_is_not_chosen(as_, amiras, in_year_2, integrate, step):
    page = soup(as_("ben").get(f"/cycles/inductions/{amiras.pk}/plan/", {"step": step}))
    assert not page.select("[name=cycle_step] option[selected][value!='']")


def test_a_step_with_a_meeting_leads_to_that_instead(cast, amiras, in_year_2, integrate, steps_page, complete):
    when = timezone.now()
    meeting = actions.start_meeting(
        amiras, by=cast["ben"], template=integrate.templates.get(), planned_for=when, cycle_step=integrate
    )
    day, link = date_format(timezone.localdate(when), "j F Y"), meeting.get_absolute_url()
    assert steps_page("amira") == [(f"Planned for {day}: Integrate", link)]
    assert steps_page("ben") == [(f"Planned for {day} with Amira Khan: Integrate", link)]
    assert steps_page("grace") == []

    complete(meeting)
    actions.finish(meeting, by=cast["ben"])
    assert steps_page("amira") == [(f"Held on {day}: Integrate", link)]
    integrate.templates.clear()  # an edition that drops the meeting leaves the way to the one that was held
    assert steps_page("amira") == [(f"Held on {day}: Integrate", link)]


def test_a_step_whose_meeting_was_cancelled_is_planned_again(cast, amiras, in_year_2, integrate, steps_page):
    meeting = actions.start_meeting(
        amiras, by=cast["ben"], template=integrate.templates.get(), planned_for=timezone.now(), cycle_step=integrate
    )
    actions.cancel(meeting, by=cast["ben"])
    assert [words for words, _ in steps_page("amira")] == ["Plan this meeting: Integrate"]


def test_a_mentor_of_two_chooses_below_the_step_with_whom_to_meet(cast, amiras, in_year_2, integrate, steps_page):
    toms = Induction.objects.get(ect=cast["tom"])
    appoint(cast["ben"], Role.MENTOR, toms, starts_on=TODAY, by=None)
    meeting = actions.start_meeting(
        amiras, by=cast["ben"], template=integrate.templates.get(), planned_for=timezone.now(), cycle_step=integrate
    )
    assert [link for _, link in steps_page("ben")] == [
        meeting.get_absolute_url(), f"/cycles/inductions/{toms.pk}/plan/?step={integrate.pk}",
    ]  # fmt: skip


@pytest.mark.parametrize("why", ["year 1", "no meeting", "another programme", "no programme", "none of the two"])
def test_a_step_that_is_not_theirs_to_plan_leads_nowhere(amiras, in_year_2, integrate, steps_page, why):
    if why == "year 1":
        Induction.objects.filter(pk=amiras.pk).update(starts_on=TODAY)
    elif why == "no meeting":
        integrate.templates.update(kind="audit")
    elif why == "another programme":
        its = integrate.cycle.programme
        other = Programme.objects.create(pack=its.pack, slug="other", title="Other", summary="S", position=2)
        Following.objects.create(induction=amiras, programme=other)
    elif why == "no programme":
        Programme.objects.update(retired=True)
    assert steps_page("grace" if why == "none of the two" else "amira") == []


@pytest.mark.parametrize("follows", [True, False])
def test_of_two_programmes_the_steps_of_the_one_that_is_followed_are_planned(
    amiras, in_year_2, integrate, steps_page, follows
):
    its = integrate.cycle.programme
    Programme.objects.create(pack=its.pack, slug="other", title="Other", summary="S", position=2)
    if follows:
        Following.objects.create(induction=amiras, programme=its)
    assert len(steps_page("amira")) == follows


# The page on which a meeting is held


@pytest.mark.parametrize("who", ["amira", "ben"])
def test_both_find_the_same_page_to_write_on(as_, url, who):
    page = soup(as_(who).get(url))

    assert "Only the two of you can read this page." in page.text
    names = [box["name"] for box in page.select("textarea")]
    assert names == [
        "answer_check_in", "answer_praise", "step_1_text", "answer_follow_up", "answer_colleagues-0-who",
        "answer_colleagues-0-when",
    ]  # fmt: skip
    assert "What was your week like?" in page.select_one("form details").text
    assert "About 10 minutes." in page.text
    assert len(page.select("h1")) == 1


def test_what_finishing_never_needs_is_marked_optional(as_, meeting):
    page = soup(as_("ben").get(meeting.get_absolute_url()))
    words = [" ".join(label.text.split()) for label in page.select("form[data-autosave] :is(label, legend)")]
    marked = [label.removesuffix(" (optional)") for label in words if label.endswith(" (optional)")]
    assert marked == [
        "Date on which you met", "How long, in minutes", "Place", "Check-in", "Look at it again on", "Follow-up",
        "Date of the follow-up observation", "Time of the follow-up observation", "Colleagues", "Rehearsed",
    ]  # fmt: skip
    assert {"Focus", "Praise", "Action step"} <= set(words)


def test_where_a_school_needs_no_action_step_it_is_marked_optional(as_, template, plan):
    template.sections.filter(key="precise_action").update(needed=False)
    assert "Action step (optional)" in text_of(as_("ben").get(plan().get_absolute_url()))


def test_the_sections_of_the_page_are_a_link_away(as_, agreed, plan):
    page = soup(as_("ben").get(plan(days=7).get_absolute_url()))
    links = page.select("nav[aria-label='On this page'] a")
    assert [link.text for link in links] == [
        "When and where", "Focus", "Since the last meeting", "Check-in", "Praise", "Precise action", "Follow-up",
        "Colleagues", "Rehearsed",
    ]  # fmt: skip
    assert all(len(page.select(link["href"])) == 1 for link in links)


def test_what_is_typed_is_saved_by_the_button_without_javascript(as_, meeting, url):
    client = as_("ben")
    sent = page_of(client, url) | {
        "focus": "Questioning", "answer_praise": "Wait\r\ntime", "step_1_text": "Count to three", "step_1_checks": ["observable"],
        "step_1_criteria-0-text": "Silence", "follow_up_on-day": "1", "follow_up_on-month": "12", "follow_up_on-year": "2026",
        "follow_up_at": "9:30am", "held_on-day": "19", "held_on-month": "11", "held_on-year": "2026", "minutes": "45",
        "answer_colleagues-0-who": "Sam", "answer_rehearsed": "True",
    }  # fmt: skip

    response = client.post(url, sent)

    assert response.url == url
    now = stored(meeting)
    assert now["praise"] == "Wait\ntime"
    assert now["step-1"] == {
        "text": "Count to three",
        "checks": ["observable"],
        "criteria": ["Silence"],
        "review_on": "",
    }
    assert (now["follow-up"], now["about-held"], now["about-minutes"]) == ("2026-12-01 09:30", "2026-11-19", 45)
    assert now["colleagues"] == [{"who": "Sam", "when": ""}]
    assert now["rehearsed"] is True
    again = page_of(client, url)
    for name, value in sent.items():
        if not name.startswith(("seen-", "csrf", "revision")):
            assert again[name] == (value.replace("\r", "") if isinstance(value, str) else value)
    assert client.post(url, again).status_code == 302
    assert stored(meeting) == now


def test_a_page_sent_again_as_it_is_changes_nothing(as_, meeting, complete, url):
    complete(meeting)
    client = as_("amira")
    before = Meeting.objects.get(pk=meeting.pk).revision

    client.post(url, page_of(client, url))

    assert Meeting.objects.get(pk=meeting.pk).revision == before


def test_two_browsers_write_in_two_sections(as_, meeting, url):
    ben, amira = as_("ben"), as_("amira")
    bens, amiras = page_of(ben, url), page_of(amira, url)

    ben.post(url, bens | {"answer_praise": "Ben"})
    amira.post(url, amiras | {"answer_check_in": "Amira", "step_1_text": "Step"})

    now = stored(meeting)
    assert (now["praise"], now["check_in"], now["step-1"]["text"]) == ("Ben", "Amira", "Step")


def test_two_texts_for_one_section_are_shown_side_by_side_and_nothing_is_lost(as_, meeting, url):
    ben, amira = as_("ben"), as_("amira")
    bens, amiras = page_of(ben, url), page_of(amira, url)
    ben.post(url, bens | {"answer_praise": "Ben's words"})

    page = amira.post(url, amiras | {"answer_praise": "Amira's words", "answer_check_in": "Fine"})

    assert "Ben Carter wrote something different" in text_of(page)
    assert "Ben's words" in text_of(page)
    assert filled(page)["answer_praise"] == "Amira's words"
    assert (stored(meeting)["praise"], stored(meeting)["check_in"]) == ("Ben's words", "Fine")


def test_what_the_other_wrote_is_told_as_the_page_says_it(as_, cast, agreed, plan, write):
    following, (earlier,) = plan(days=7), agreed.steps.all()
    ben, amira, url = as_("ben"), as_("amira"), following.get_absolute_url()
    bens, amiras = page_of(ben, url), page_of(amira, url)
    soon, after = TODAY + timedelta(days=7), TODAY + timedelta(days=8)
    step = {"step_1_text": "Wait", "step_1_checks": ["observable", "says_how"]} | boxes("step_1_review_on", soon)
    became = {f"became_{earlier.pk}": "dropped", f"noticed_{earlier.pk}": "Too fast"}
    follow_up = boxes("follow_up_on", soon) | {"follow_up_at": "3:30pm"}
    more = {"answer_rehearsed": "True", "answer_colleagues-0-who": "Sam", "answer_colleagues-0-when": "Monday"}
    criteria = {"step_1_criteria-0-text": "Silence", "step_1_criteria-1-text": "Hands"}
    ben.post(url, bens | step | criteria | became | follow_up | more | boxes("held_on", TODAY - timedelta(days=1)))
    mine = {"step_1_text": "Mine", f"noticed_{earlier.pk}": "Mine", "answer_rehearsed": "False"}
    mine |= {"answer_colleagues-0-who": "Mine", "follow_up_at": "9am"} | boxes("follow_up_on", after)

    page = amira.post(url, amiras | mine | boxes("held_on", TODAY - timedelta(days=2)))

    day = f"{soon.day} {soon:%B %Y}"
    held = TODAY - timedelta(days=1)
    notices = {part["id"].removeprefix("notice-"): part for part in soup(page).select("[id^=notice-]")}
    told = {key: part.select_one(".app-words").text for key, part in notices.items() if part.select_one(".app-words")}
    assert told == {
        "step-1": "Action step: Wait\nThe step is: Observable, Clear about how\nSuccess criteria: Silence\nHands\n"
        f"Look at it again on: {day}",
        f"became-{earlier.pk}": "What became of it? Drop it\nWhat did you notice? Too fast",
        "follow-up": f"Date of the follow-up observation: {day}\nTime of the follow-up observation: 3:30pm",
        "rehearsed": "Yes",
        "colleagues": "Sam: Monday",
        "about-held": f"{held.day} {held:%B %Y}",
    }


@pytest.mark.parametrize("button", [{}, {"finish": "1"}])
def test_a_page_with_two_texts_begins_with_that_and_overwrites_nothing_until_somebody_chooses(
    as_, meeting, complete, url, button
):
    complete(meeting)
    ben, amira = as_("ben"), as_("amira")
    bens, amiras = page_of(ben, url), page_of(amira, url)
    ben.post(url, bens | {"answer_praise": "Ben's words", "answer_check_in": "Ben's worry"})
    sent = amiras | {"answer_praise": "Amira's words"}

    for _ in range(3):
        page = amira.post(url, sent | button)
        assert soup(page).title.text.startswith("Error: ")
        (link,) = soup(page).select(".govuk-error-summary[data-module=govuk-error-summary] a")
        assert link["href"] == "#id_answer_praise"
        assert link.text == "Choose which text to keep in “Praise”: Ben Carter wrote something different"
        assert link.text in soup(page).select_one("#id_answer_praise-error").text
        sent = filled(page)
        assert (sent["answer_praise"], sent["answer_check_in"]) == ("Amira's words", "Ben's worry")
        assert stored(meeting)["praise"] == "Ben's words"
        assert Meeting.objects.get(pk=meeting.pk).state == "planned"

    choice = soup(page).find("button", string="Keep mine")
    assert amira.post(url, sent | {choice["name"]: choice["value"]}).url == url
    assert stored(meeting)["praise"] == "Amira's words"


def test_of_two_answers_in_conflict_each_is_chosen_by_itself(as_, meeting, url):
    ben, amira = as_("ben"), as_("amira")
    bens, amiras = page_of(ben, url), page_of(amira, url)
    ben.post(url, bens | {"answer_praise": "Ben's words", "step_1_text": "Ben's step"})
    page = amira.post(url, amiras | {"answer_praise": "Amira's words", "step_1_text": "Amira's step"})
    links = [link["href"] for link in soup(page).select(".govuk-error-summary a")]
    assert links == ["#id_answer_praise", "#id_step_1_text"]
    choice = soup(page).select_one("#notice-praise").find("button", string="Take theirs")

    page = amira.post(url, filled(page) | {choice["name"]: choice["value"]})

    assert [link["href"] for link in soup(page).select(".govuk-error-summary a")] == ["#id_step_1_text"]
    assert (filled(page)["answer_praise"], filled(page)["step_1_text"]) == ("Ben's words", "Amira's step")
    choice = soup(page).find("button", string="Keep mine")
    assert amira.post(url, filled(page) | {choice["name"]: choice["value"]}).url == url
    assert (stored(meeting)["praise"], stored(meeting)["step-1"]["text"]) == ("Ben's words", "Amira's step")


def test_one_more_action_step_is_unfolded_where_something_is_wrong_in_it(as_, meeting, complete, url):
    complete(meeting)
    client = as_("ben")
    sent = page_of(client, url)
    assert soup(client.get(url)).select_one("details #id_step_2_text")

    page = client.post(url, sent | {"step_2_review_on-day": "1"})

    assert soup(page).select_one(".govuk-error-summary a")["href"] == "#id_step_2_review_on-month"
    assert not soup(page).select_one("details #id_step_2_text")


def test_what_was_noticed_of_a_step_that_another_meeting_has_decided_is_told_not_to_be_saved(
    as_, cast, agreed, plan, write
):
    (earlier,) = agreed.steps.all()
    following, another = plan(days=7), plan(days=14)
    write(following, cast["ben"], **{f"became__{earlier.pk}": {"state": "active", "noticed": "Some"}})
    client, url = as_("amira"), following.get_absolute_url()
    sent = page_of(client, url)
    write(another, cast["ben"], **{f"became__{earlier.pk}": {"state": "met", "noticed": ""}})

    page = client.post(url, sent | {f"noticed_{earlier.pk}": "More"})

    assert "what you noticed about it is not saved" in soup(page).select_one(".govuk-error-summary").text
    assert filled(page).keys().isdisjoint({f"noticed_{earlier.pk}", f"seen-became-{earlier.pk}"})


@pytest.mark.parametrize(("choice", "kept"), [("Keep mine", "Amira's words"), ("Take theirs", "Ben's words")])
def test_one_button_chooses_between_the_two_texts(as_, meeting, url, choice, kept):
    ben, amira = as_("ben"), as_("amira")
    bens, amiras = page_of(ben, url), page_of(amira, url)
    ben.post(url, bens | {"answer_praise": "Ben's words"})
    page = amira.post(url, amiras | {"answer_praise": "Amira's words"})
    button = soup(page).find("button", string=choice)

    response = amira.post(url, filled(page) | {button["name"]: button["value"]})

    assert response.url == url
    assert stored(meeting)["praise"] == kept


def test_an_error_and_a_conflict_on_one_page_keep_both_texts(as_, meeting, url):
    ben, amira = as_("ben"), as_("amira")
    bens, amiras = page_of(ben, url), page_of(amira, url)
    ben.post(url, bens | {"answer_praise": "Ben's words"})

    page = amira.post(url, amiras | {"answer_praise": "Amira's words", "minutes": "soon", "focus": "F"})

    links = [link["href"] for link in soup(page).select(".govuk-error-summary a")]
    assert links == ["#id_minutes", "#id_answer_praise"]
    assert "Ben's words" in text_of(page)
    assert filled(page)["answer_praise"] == "Amira's words"
    assert filled(page)["minutes"] == "soon"
    assert stored(meeting)["about-focus"] == "F"
    page = amira.post(url, filled(page) | {"minutes": "40"})
    assert (stored(meeting)["praise"], stored(meeting)["about-minutes"]) == ("Ben's words", 40)
    button = soup(page).find("button", string="Keep mine")
    amira.post(url, filled(page) | {button["name"]: button["value"]})
    assert stored(meeting)["praise"] == "Amira's words"


TOMORROW = boxes("follow_up_on", TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"follow_up_at": "9:30am"}, "Enter the date of the follow-up as well"),
        (TOMORROW, "Enter the time of the follow-up as well"),
        ({"follow_up_at": "9:30am", "follow_up_on-day": "1"}, "must include a month and year"),
        (TOMORROW | {"follow_up_at": "9"}, "Enter a time, like"),
        (boxes("follow_up_on", TODAY + timedelta(days=800)) | {"follow_up_at": "9:30am"}, "Date must be between"),
        (
            boxes("follow_up_on", TODAY - timedelta(days=1)) | {"follow_up_at": "9:30am"},
            "The follow-up observation must be on the day of the meeting or after it",
        ),
        (boxes("held_on", TODAY + timedelta(days=1)), "The date on which you met must be today or in the past"),
        (boxes("held_on", TODAY - timedelta(days=1200)), "Date must be between"),
        (boxes("step_1_review_on", TODAY - timedelta(days=1)), "must be today or in the future"),
        ({"held_on-day": "1", "held_on-month": "12", "held_on-year": "1066"}, "Year must be 2000 or later"),
        ({"held_on-day": "1", "held_on-month": "12", "held_on-year": "9999"}, "Year must be before 2100"),
        ({"answer_praise": "x" * 20_001}, "Shorten this"),
    ],
)
def test_a_slip_keeps_everything_and_is_named_by_its_field(as_, meeting, url, typed, words):
    client = as_("ben")

    page = client.post(url, page_of(client, url) | {"answer_check_in": "Kept"} | typed)

    assert words in soup(page).select_one(".govuk-error-summary").text
    assert "Error:" in soup(page).title.text
    assert stored(meeting)["check_in"] == "Kept"
    for name, value in typed.items():
        assert filled(page)[name] == value


def test_rows_are_added_without_javascript_and_nothing_typed_is_lost(as_, meeting, url, agreed, plan):
    following = plan(days=7)
    client = as_("ben")
    url = following.get_absolute_url()

    page = client.post(
        url,
        page_of(client, url) | {"step_1_criteria-0-text": "One", "answer_praise": "Typed", "step_1_criteria-add": "1"},
    )

    sent = filled(page)
    assert (sent["step_1_criteria-0-text"], sent["step_1_criteria-1-text"], sent["answer_praise"]) == (
        "One",
        "",
        "Typed",
    )
    assert "What became of “Count to three”?" in text_of(page)
    client.post(url, sent | {"step_1_criteria-1-text": "Two"})
    assert stored(following)["step-1"]["criteria"] == ["One", "Two"]
    assert stored(following)["praise"] == "Typed"


def test_up_to_three_action_steps_are_written(as_, meeting, url):
    client = as_("ben")
    for number in (1, 2, 3):
        client.post(url, page_of(client, url) | {f"step_{number}_text": f"Step {number}"})

    assert [step.text for step in ActionStep.objects.all()] == ["Step 1", "Step 2", "Step 3"]
    assert "step_4_text" not in page_of(client, url)


def test_the_last_steps_stand_on_top_with_what_became_of_them(as_, cast, agreed, plan):
    following, (earlier,) = plan(days=7), agreed.steps.all()
    client, url = as_("amira"), following.get_absolute_url()

    page = client.get(url)
    assert "Silence" in text_of(page)
    client.post(url, filled(page) | {f"became_{earlier.pk}": "met", f"noticed_{earlier.pk}": "Every time"})

    earlier.refresh_from_db()
    assert (earlier.state, earlier.noticed) == ("met", "Every time")
    assert page_of(client, url)[f"became_{earlier.pk}"] == "met"
    client.post(url, filled(page) | {f"noticed_{earlier.pk}": "x"})  # a stale page: conflict
    earlier.refresh_from_db()
    assert earlier.noticed == "Every time"


def test_a_meeting_without_their_sections_asks_for_no_action_step_and_no_follow_up(as_, agreed, template, plan):
    template.sections.filter(key__in=["precise_action", "follow_up"]).delete()
    following, (earlier,) = plan(days=7), agreed.steps.all()
    client, url = as_("amira"), following.get_absolute_url()

    page = client.get(url)
    names = {control.get("name") for control in soup(page).select("form[data-autosave] [name]")}
    assert not [name for name in names if name.startswith(("step_", "follow_up_"))]
    assert [radio["value"] for radio in soup(page).select(f"[name=became_{earlier.pk}]")] == [
        "active",
        "met",
        "dropped",
    ]
    client.post(
        url, filled(page) | {"answer_praise": "Calm", "focus": "F", f"became_{earlier.pk}": "met", "finish": "1"}
    )

    following.refresh_from_db()
    assert (following.state, following.answers["praise"], following.follow_up_at) == ("held", "Calm", None)


def test_prompts_of_several_groups_stand_under_their_titles(as_, cast, amiras, template, integrate):
    titles = ["If you watched", "If you talked"]
    for key in ("praise", "precise_action"):
        integrate.prompts += [{"title": title, "section": key, "prompts": [f"{title}?"]} for title in titles]
    meeting = actions.start_meeting(
        amiras, by=cast["ben"], template=template, planned_for=timezone.now(), cycle_step=integrate
    )

    page = text_of(as_("amira").get(meeting.get_absolute_url()))
    for title in titles:
        assert page.count(f"{title}: {title}?") == 2


def test_every_interaction_of_the_programme_is_planned_as_its_own_meeting(as_, cast, amiras, in_year_2, programme):
    client = as_("ben")
    url = f"/cycles/inductions/{amiras.pk}/plan/"
    steps = CycleStep.objects.filter(interaction__isnull=False).prefetch_related("templates")
    for step in steps:
        (template,) = step.templates.all()
        planned = client.post(url, DATE | {"cycle_step": step.pk})
        meeting = Meeting.objects.get(cycle_step=step)
        assert [section["key"] for section in meeting.sections] == [section["key"] for section in template.copy()]
        page = text_of(client.get(planned.url))
        for group in step.prompts:
            assert all(prompt in page for prompt in group["prompts"])
        assert "between the two of you" not in page  # who reads what is said once, of the whole page
    assert len(steps) == 18


def test_a_step_that_nobody_has_decided_about_is_one_to_keep_working_on(as_, cast, agreed, plan, write):
    following, (earlier,) = plan(days=7), agreed.steps.all()
    ben, amira, url = as_("ben"), as_("amira"), following.get_absolute_url()
    first, *others = soup(ben.get(url)).select(f"[name=became_{earlier.pk}]")
    assert first.find_next("label").text.strip() == "Keep working on it"
    assert first.has_attr("checked")
    assert len(others) == 3

    ben.post(url, page_of(ben, url))  # chosen or not, it says nothing
    assert stored(following)[f"became-{earlier.pk}"] is None
    ben.post(url, page_of(ben, url) | {f"became_{earlier.pk}": "met"})
    amiras = page_of(amira, url)
    ben.post(url, page_of(ben, url) | {f"became_{earlier.pk}": "active"})

    page = amira.post(url, amiras | {f"noticed_{earlier.pk}": "Every time"})
    assert "What became of it? Keep working on it" in text_of(page)
    earlier.refresh_from_db()
    assert (earlier.state, earlier.decided_in) == ("active", None)


def test_a_step_that_is_refined_comes_to_the_page_to_be_changed(as_, agreed, plan):
    second = ActionStep.objects.create(induction=agreed.induction, meeting=agreed, position=2, text="Second")
    following, earlier = plan(days=7), agreed.steps.first()
    client, url = as_("ben"), following.get_absolute_url()
    page = page_of(client, url)

    answer = soup(client.post(url, typed(page, **{f"became_{earlier.pk}": "refined"}), headers=HTMX))
    (block,) = answer.select("[data-block][hx-swap-oob]")
    assert block["id"] == "block-step-1"
    assert block.select_one("textarea").text.strip() == "Count to three"
    assert [box["value"] for box in block.select("[name^=step_1_criteria][name$=text]")] == ["Silence", "Hands"]

    told = {box["name"]: box.get("value", "") for box in answer.select("input[type=hidden]")}
    answer = soup(client.post(url, typed(page | told, **{f"became_{second.pk}": "refined"}), headers=HTMX))
    (block,) = answer.select("[hx-swap-oob='afterend:#block-step-1'] > [data-block]")
    assert block["id"] == "block-step-2"
    assert block.select_one("textarea").text.strip() == "Second"

    told |= {box["name"]: box.get("value", "") for box in answer.select("input[type=hidden]")}
    answer = soup(client.post(url, typed(page | told, **{f"became_{earlier.pk}": "active"}), headers=HTMX))
    (block,) = answer.select("[data-block][hx-swap-oob]")
    assert (block["id"], block.select_one("textarea").text.strip()) == ("block-step-1", "")


def test_a_step_that_is_refined_without_javascript_stands_there_to_be_changed(as_, agreed, plan):
    following, (earlier,) = plan(days=7), agreed.steps.all()
    client, url = as_("ben"), following.get_absolute_url()
    decided = {f"became_{earlier.pk}": "refined", f"noticed_{earlier.pk}": "Too fast", "focus": "F"}

    page = client.post(url, page_of(client, url) | decided | {"answer_praise": "P", "finish": "1"})

    (link,) = soup(page).select(".govuk-error-summary a")
    assert (link["href"], link.text) == ("#id_step_1_text", "Still missing: Better words for “Count to three”")
    sent = filled(page)
    assert sent["step_1_text"] == "Count to three"
    assert client.post(url, sent | {"step_1_text": "Count to five", "finish": "1"}).status_code == 302
    assert following.steps.get().follows == earlier


def test_steps_that_are_refined_stand_there_though_something_else_on_the_page_is_wrong(as_, agreed, plan):
    """As do the words of the other, which are in nobody's way; two steps are refined, and the page had a place for one."""
    second = ActionStep.objects.create(induction=agreed.induction, meeting=agreed, position=2, text="Second")
    following, earlier = plan(days=7), agreed.steps.first()
    ben, amira, url = as_("ben"), as_("amira"), following.get_absolute_url()
    bens = page_of(ben, url)
    amira.post(url, page_of(amira, url) | {"answer_praise": "Amira's praise"})

    refined = {f"became_{earlier.pk}": "refined", f"became_{second.pk}": "refined"}
    page = ben.post(url, bens | refined | {"minutes": "soon", "answer_follow_up": "Ben's words"})

    assert [link["href"] for link in soup(page).select(".govuk-error-summary a")] == ["#id_minutes"]
    sent = filled(page)
    assert (sent["step_1_text"], sent["step_1_criteria-1-text"], sent["step_2_text"]) == (
        "Count to three", "Hands", "Second",
    )  # fmt: skip
    assert (sent["answer_praise"], sent["minutes"]) == ("Amira's praise", "soon")
    page = ben.post(url, sent | {"step_1_text": "Count to five", "minutes": ""})
    assert page.status_code == 302
    now = stored(following)
    assert (now["step-1"]["text"], now["step-2"]["text"]) == ("Count to five", "Second")
    assert (now["praise"], now["follow_up"]) == ("Amira's praise", "Ben's words")


def test_something_noticed_may_be_written_before_deciding(as_, agreed, plan):
    following, (earlier,) = plan(days=7), agreed.steps.all()
    client, url = as_("amira"), following.get_absolute_url()

    client.post(url, page_of(client, url) | {f"noticed_{earlier.pk}": "Nearly"})

    earlier.refresh_from_db()
    assert (earlier.state, earlier.noticed) == ("active", "Nearly")


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"revision": "x"},
        {"settle": "mine:praise"},
        {"settle": "theirs:nothing"},
        {"settle": "theirs:about-focus", "focus": "Questioning"},
        {"settle": "nonsense"},
        {"seen-became-99999999999": "", "became_99999999999": "met"},
        {"seen-became-x": "", "seen-step-9": "", "step_9_text": "x"},
        {"seen-praise": "x", "told": ["praise:1", "nothing"]},
        {"answer_praise": "a\x00b"},
        {"step_1_checks": ["wise"], "seen-step-1": ""},
        {"answer_rehearsed": "perhaps"},
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_no_input_breaks_the_page(as_, meeting, complete, url, sent, headers):
    complete(meeting)
    before = stored(meeting)

    assert as_("ben").post(url, sent, headers=headers).status_code in (200, 302)
    assert stored(meeting) == before


# Saved as it is typed


def test_what_is_typed_is_saved_and_the_page_told_on_what_it_stands_now(as_, meeting, url):
    client = as_("ben")
    sent = page_of(client, url) | {"answer_praise": "W"}

    answer = client.post(url, sent, headers=HTMX)

    assert text_of(answer).startswith("Saved at ")
    told = {box["name"]: box["value"] for box in soup(answer).select("input[hx-swap-oob]")}
    assert told.keys() == {"revision", "seen-praise"}
    again = client.post(url, sent | told | {"answer_praise": "Wait"}, headers=HTMX)
    assert not soup(again).select("[id^=notice]")
    assert stored(meeting)["praise"] == "Wait"


def typed(page, **blocks):
    """What is sent of a page while somebody types: the hidden fields, and the blocks that have changed."""
    return {name: value for name, value in page.items() if name.startswith(("seen-", "revision", "told"))} | blocks


def test_of_what_was_not_sent_while_typing_nothing_is_changed(as_, meeting, complete, url):
    complete(meeting)
    before, ben = stored(meeting), as_("ben")

    ben.post(url, typed(page_of(ben, url), answer_praise="Typed"), headers=HTMX)

    assert stored(meeting) == before | {"praise": "Typed"}


@pytest.mark.parametrize(
    ("sent", "block", "now"),
    [
        ({"answer_praise": ""}, "praise", ""),
        ({"focus": ""}, "about-focus", ""),
        ({"answer_rehearsed": "True"}, "rehearsed", True),
        ({"minutes": "45"}, "about-minutes", 45),
        ({"place": ""}, "about-place", ""),
        ({"held_on-day": "19", "held_on-month": "11", "held_on-year": "2026"}, "about-held", "2026-11-19"),
        (
            {"step_1_text": "Count", "step_1_checks": "", "step_1_criteria-0-text": "", "step_1_review_on-day": ""},
            "step-1",
            {"text": "Count", "checks": [], "criteria": [], "review_on": ""},
        ),
    ],
)
def test_one_block_is_saved_while_it_is_typed(as_, meeting, complete, url, sent, block, now):
    complete(meeting)
    before, ben = stored(meeting), as_("ben")

    answer = ben.post(url, typed(page_of(ben, url), **sent), headers=HTMX)

    assert "not yet" not in text_of(answer)
    assert stored(meeting) == before | {block: now}


def test_both_write_different_answers_as_they_type_and_each_sees_the_others(as_, meeting, url):
    ben, amira = as_("ben"), as_("amira")
    bens, amiras = page_of(ben, url), page_of(amira, url)
    ben.post(url, typed(bens, answer_praise="Ben's words", step_1_text="Ben's step"), headers=HTMX)

    answer = soup(amira.post(url, typed(amiras, answer_check_in="Amira's words"), headers=HTMX))

    blocks = answer.select("[data-block][hx-swap-oob]")
    assert {block["id"] for block in blocks} == {"block-praise", "block-step-1"}
    assert answer.select_one("[name=answer_praise]").text.strip() == "Ben's words"
    now = stored(meeting)
    assert (now["praise"], now["check_in"], now["step-1"]["text"]) == ("Ben's words", "Amira's words", "Ben's step")


def test_both_write_the_same_answer_as_they_type_and_the_second_is_shown_both(as_, meeting, url):
    ben, amira = as_("ben"), as_("amira")
    bens, amiras = page_of(ben, url), page_of(amira, url)
    ben.post(url, typed(bens, answer_praise="Ben's words"), headers=HTMX)

    answer = soup(amira.post(url, typed(amiras, answer_praise="Amira's words"), headers=HTMX))

    assert "but not yet: Praise" in answer.text
    assert "Ben's words" in answer.select_one("#notice-praise[hx-swap-oob]").text
    assert not answer.select("[data-block]")
    assert stored(meeting)["praise"] == "Ben's words"


def test_a_page_with_both_versions_sends_all_of_it_once(as_, url):
    ben, amira = as_("ben"), as_("amira")
    amiras = page_of(amira, url)
    ben.post(url, page_of(ben, url) | {"answer_praise": "Ben's words"})

    page = amira.post(url, amiras | {"answer_praise": "Amira's words"})

    assert soup(page).select_one("form[data-autosave=whole]")
    assert not soup(amira.get(url)).select_one("form[data-autosave=whole]")


@pytest.mark.parametrize(
    ("sent", "queries"), [({"answer_praise": "W"}, 7), ({"focus": "Questioning"}, 7), ({"step_1_text": "Count"}, 15)]
)
def test_saving_as_typed_asks_for_nothing_that_was_not_sent(as_, url, django_assert_num_queries, sent, queries):
    """Session, person and roles, the meeting; the answer, between two marks of a transaction; and what a step needs."""
    client = as_("ben")
    page = typed(page_of(client, url), **sent)

    with django_assert_num_queries(queries):
        answer = client.post(url, page, headers=HTMX)

    assert text_of(answer).startswith("Saved at ")


def test_a_page_on_which_nothing_was_typed_yet_has_nothing_to_save(as_, url):
    client = as_("ben")

    assert text_of(client.post(url, page_of(client, url), headers=HTMX)) == "Nothing to save yet"


def test_what_the_other_has_written_comes_along(as_, meeting, url, agreed, plan):
    following, (earlier,) = plan(days=7), agreed.steps.all()
    url = following.get_absolute_url()
    ben, amira = as_("ben"), as_("amira")
    bens, amiras = page_of(ben, url), page_of(amira, url)
    changes = {"answer_praise": "Ben's words", "step_1_text": "Ben's step", f"became_{earlier.pk}": "met"}
    ben.post(url, bens | changes, headers=HTMX)

    answer = soup(amira.post(url, amiras, headers=HTMX))

    blocks = answer.select("[data-block][hx-swap-oob]")
    assert {block["id"] for block in blocks} == {"block-praise", "block-step-1", f"block-became-{earlier.pk}"}
    assert answer.select_one("[name=answer_praise]").text.strip() == "Ben's words"
    assert stored(following)["praise"] == "Ben's words"


def test_a_block_that_is_not_pulled_in_keeps_its_older_digest(as_, meeting, url):
    ben, amira = as_("ben"), as_("amira")
    bens, amiras = page_of(ben, url), page_of(amira, url)
    ben.post(url, bens | {"answer_praise": "Ben's words"}, headers=HTMX)

    answer = soup(amira.post(url, amiras | {"answer_check_in": "Hi"}, headers=HTMX))

    told = {box["name"]: box["value"] for box in answer.select(":scope > input[hx-swap-oob]")}
    assert "seen-praise" not in told
    amira.post(url, amiras | told | {"answer_check_in": "Hi"}, headers=HTMX)
    assert stored(meeting)["praise"] == "Ben's words"


def test_a_conflict_while_typing_is_told_once_and_stays_until_somebody_chooses(as_, meeting, url):
    ben, amira = as_("ben"), as_("amira")
    bens, amiras = page_of(ben, url), page_of(amira, url)
    ben.post(url, bens | {"answer_praise": "Ben's words"}, headers=HTMX)
    sent = amiras | {"answer_praise": "Amira's words"}

    answer = soup(amira.post(url, sent, headers=HTMX))

    assert "but not yet: Praise" in answer.text
    notice = answer.select_one("#notice-praise[hx-swap-oob]")
    assert "Ben's words" in notice.text
    told = notice.select_one("[name=told]")["value"]
    again = soup(amira.post(url, sent | {"answer_praise": "Amira's wor", "told": [told]}, headers=HTMX))
    assert not again.select("#notice-praise")
    assert stored(meeting)["praise"] == "Ben's words"
    button = notice.find("button", string="Keep mine")
    settled = amira.post(url, sent | {"told": [told], button["name"]: button["value"]}, headers=HTMX)
    assert soup(settled).select_one("#notice-praise").text == ""
    assert stored(meeting)["praise"] == "Amira's words"


def test_a_choice_made_on_an_older_text_is_asked_again(as_, meeting, url):
    ben, amira = as_("ben"), as_("amira")
    amiras = page_of(amira, url)
    ben.post(url, page_of(ben, url) | {"answer_praise": "One"})
    page = amira.post(url, amiras | {"answer_praise": "Mine"})
    ben.post(url, page_of(ben, url) | {"answer_praise": "Two"})
    button = soup(page).find("button", string="Keep mine")

    again = amira.post(url, filled(page) | {button["name"]: button["value"]})

    assert "Two" in text_of(again)
    assert stored(meeting)["praise"] == "Two"


def test_a_day_in_the_future_on_which_they_met_is_not_saved_while_typing_and_the_rest_is(as_, meeting, url):
    client = as_("ben")
    typed = {"answer_praise": "W"} | boxes("held_on", TODAY + timedelta(days=1))

    answer = client.post(url, page_of(client, url) | typed, headers=HTMX)

    assert "but not yet: Date on which you met" in text_of(answer)
    assert (stored(meeting)["praise"], stored(meeting)["about-held"]) == ("W", "")


def test_a_day_to_look_again_that_has_passed_may_be_saved_again(as_, meeting, complete, url):
    complete(meeting)
    meeting.steps.update(review_on=TODAY - timedelta(days=1))
    client = as_("ben")

    assert client.post(url, page_of(client, url) | {"step_1_text": "Count to four"}).status_code == 302

    assert meeting.steps.get().text == "Count to four"
    again = client.post(url, page_of(client, url) | boxes("step_1_review_on", TODAY - timedelta(days=2)))
    assert "must be today or in the future" in soup(again).select_one(".govuk-error-summary").text


UNSAVED_DAYS = [
    {"step_1_review_on-day": "1", "step_1_review_on-month": "", "step_1_review_on-year": ""},
    {"step_1_review_on-day": "1", "step_1_review_on-month": "1", "step_1_review_on-year": "2001"},
    {"step_1_review_on-day": "31", "step_1_review_on-month": "2", "step_1_review_on-year": "2027"},
]


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("day", UNSAVED_DAYS)
def test_a_day_to_look_again_that_cannot_be_kept_takes_nothing_of_its_step_with_it(as_, meeting, url, day, headers):
    client = as_("ben")
    step = {"step_1_text": "Count", "step_1_checks": ["observable"], "step_1_criteria-0-text": "Silence"}

    page = client.post(url, page_of(client, url) | step | day, headers=headers)

    assert "Look at it again on" in text_of(page)
    expected = {"text": "Count", "checks": ["observable"], "criteria": ["Silence"], "review_on": ""}
    assert stored(meeting)["step-1"] == expected
    if not headers:  # put right, it is saved with the rest
        soon = TODAY + timedelta(days=7)
        assert client.post(url, filled(page) | boxes("step_1_review_on", soon)).url == url
        assert stored(meeting)["step-1"] == expected | {"review_on": soon.isoformat()}


def test_while_another_day_to_look_again_is_half_typed_the_one_before_stays(as_, meeting, complete, url):
    complete(meeting)
    soon = TODAY + timedelta(days=7)
    meeting.steps.update(review_on=soon)
    client = as_("ben")

    answer = client.post(url, page_of(client, url) | {"step_1_text": "Wait"} | UNSAVED_DAYS[0], headers=HTMX)

    assert "but not yet: Look at it again on" in text_of(answer)
    assert (stored(meeting)["step-1"]["text"], stored(meeting)["step-1"]["review_on"]) == ("Wait", soon.isoformat())


@pytest.mark.parametrize(
    ("planned", "met", "follows", "accepted"),
    [
        (0, None, 0, True),
        (0, -2, -1, True),  # met earlier than planned
        (0, -2, -3, False),
        (5, None, 1, True),  # planned for later, and perhaps held today
        (5, None, -1, False),
        (-3, None, -1, True),
        (-3, None, -4, False),
    ],
)
def test_a_follow_up_is_not_before_the_meeting(as_, plan, planned, met, follows, accepted):
    meeting = plan(days=planned)
    client, url = as_("ben"), meeting.get_absolute_url()
    day = TODAY + timedelta(days=follows)
    sent = page_of(client, url) | {"follow_up_at": "9:30am"} | boxes("follow_up_on", day)
    if met is not None:
        sent |= boxes("held_on", TODAY + timedelta(days=met))

    response = client.post(url, sent)

    assert stored(meeting)["follow-up"] == (f"{day} 09:30" if accepted else "")
    if not accepted:
        assert soup(response).select_one(".govuk-error-summary a")["href"] == "#id_follow_up_on-day"


def test_a_follow_up_typed_by_itself_is_measured_by_the_day_that_is_stored(as_, cast, meeting, write, url):
    write(meeting, cast["ben"], about__held=(TODAY - timedelta(days=2)).isoformat())
    client = as_("ben")
    for days, said in ((1, ""), (3, "but not yet: Date of the follow-up observation")):
        sent = {"follow_up_at": "9:30am"} | boxes("follow_up_on", TODAY - timedelta(days=days))
        answer = client.post(url, typed(page_of(client, url), **sent), headers=HTMX)
        assert said in text_of(answer)
        assert stored(meeting)["follow-up"] == f"{TODAY - timedelta(days=1)} 09:30"


def test_the_planned_day_is_presumed_and_kept_only_when_the_meeting_is_finished(as_, plan, complete):
    meeting = plan(days=-1)
    client, url = as_("ben"), meeting.get_absolute_url()
    sent = page_of(client, url)
    assert {name: value for name, value in sent.items() if name.startswith("held_on")} == boxes(
        "held_on", TODAY - timedelta(days=1)
    )
    client.post(url, sent | {"answer_praise": "W"})
    assert stored(meeting)["about-held"] == ""
    complete(meeting)
    client.post(url, page_of(client, url) | {"finish": "1"})
    assert Meeting.objects.get(pk=meeting.pk).held_on == TODAY - timedelta(days=1)


def test_before_the_planned_day_no_day_is_presumed(as_, plan):
    client, url = as_("ben"), plan(days=3).get_absolute_url()
    assert page_of(client, url)["held_on-day"] == ""


def test_another_day_than_the_presumed_one_is_kept_and_may_be_changed_back(as_, plan):
    meeting = plan(days=-2)
    client, url = as_("ben"), meeting.get_absolute_url()
    for days in (1, 2):
        client.post(url, page_of(client, url) | boxes("held_on", TODAY - timedelta(days=days)))
        assert stored(meeting)["about-held"] == (TODAY - timedelta(days=days)).isoformat()


def test_when_and_where_stand_at_the_top_of_the_page(as_, meeting, url):
    first, *_ = soup(as_("ben").get(url)).select("form[data-autosave] fieldset")
    assert "When and where" in first.text


def test_while_a_date_is_half_typed_the_rest_is_saved_and_the_page_says_so(as_, meeting, url):
    client = as_("ben")

    answer = client.post(url, page_of(client, url) | {"answer_praise": "W", "held_on-year": ""}, headers=HTMX)

    assert "but not yet: Date on which you met" in text_of(answer)
    assert stored(meeting)["praise"] == "W"


# Too late


def test_what_is_typed_into_a_finished_meeting_is_given_back(as_, cast, meeting, url, complete):
    client = as_("amira")
    sent = page_of(client, url)
    complete(meeting)
    actions.finish(meeting, by=cast["ben"])

    page = client.post(url, sent | {"answer_praise": "Late words", "answer_follow_up": "New words"})

    assert page.status_code == 409
    assert "Late words" in text_of(page)
    assert "New words" in text_of(page)
    assert stored(meeting)["praise"] == NOTES["praise"]
    as_typed = client.post(url, sent, headers=HTMX)
    assert as_typed.status_code == 409
    assert "this was finished or sent on after you opened it" in as_typed.text


def test_a_finished_meeting_that_is_finished_again_says_so(as_, cast, meeting, url, complete):
    complete(meeting)
    client = as_("amira")
    sent = page_of(client, url) | {"finish": "1"}
    actions.finish(meeting, by=cast["ben"])

    page = client.post(url, sent)

    assert page.status_code == 409
    assert " ".join(soup(page).select_one("[role=alert]").text.split()) == (
        "Important This meeting has been finished or cancelled in the meantime."
    )


@pytest.mark.parametrize("button", [{}, {"step_1_criteria-add": "1"}])
def test_what_is_wrong_in_a_page_of_a_finished_meeting_is_given_back_too(as_, cast, meeting, url, complete, button):
    complete(meeting)
    client = as_("amira")
    day = {"follow_up_on-day": "31", "follow_up_on-month": "2", "follow_up_on-year": "2026", "follow_up_at": "9.15am"}
    sent = page_of(client, url) | day | {"answer_praise": "x" * 20_001, "minutes": "about 40"}
    actions.finish(meeting, by=cast["ben"])

    page = client.post(url, sent | button)

    assert page.status_code == 409
    assert dict(page.context["unsaved"]) == {
        "Praise": "x" * 20_001,
        "Date of the follow-up observation": "Date of the follow-up observation: 31 2 2026\n"
        "Time of the follow-up observation: 9:15am",
        "How long, in minutes": "about 40",
    }


@pytest.mark.parametrize("ends", [actions.finish, actions.cancel])
def test_what_is_typed_to_move_or_cancel_a_meeting_that_has_ended_is_given_back(
    as_, cast, meeting, complete, write, ends
):
    client = as_("amira")
    move, cancel = f"/cycles/{meeting.pk}/move/", f"/cycles/{meeting.pk}/cancel/"
    to_move = moved(client, meeting, place="Hall") | {"planned_at": "soon"}
    to_cancel = sent_again(client.get(cancel), reason="School trip")
    if ends is actions.finish:
        complete(meeting)
    ends(meeting, by=cast["ben"])

    pages = client.post(move, to_move), client.post(cancel, to_cancel)

    assert [page.status_code for page in pages] == [409, 409]
    assert all("finished or cancelled in the meantime" in text_of(page) for page in pages)
    day = TODAY + timedelta(days=2)
    assert dict(pages[0].context["unsaved"]) == {"Date": f"{day.day} {day:%B %Y}", "Time": "soon", "Place": "Hall"}
    assert pages[1].context["unsaved"] == [("Why is the meeting not taking place?", "School trip")]
    assert as_("grace").post(move, to_move).status_code == as_("grace").post(cancel, to_cancel).status_code == 403


# Finishing, agreeing, and afterwards


def test_a_meeting_is_finished_agreed_by_both_and_kept(as_, meeting, complete, url):
    complete(meeting)
    ben, amira = as_("ben"), as_("amira")

    page = ben.post(
        url, page_of(ben, url) | {"finish": "1", "answer_check_in": "A private worry, and more"}, follow=True
    )
    assert "Read this through" in text_of(page)
    for client in (ben, amira):
        form = soup(client.get(url)).select_one("form[action$='agree/']")
        client.post(form["action"], {"revision": form.select_one("[name=revision]")["value"]})

    kept = text_of(amira.get(url))
    assert "Agreed by Ben Carter, Mentor, on" in kept
    assert "Agreed by Amira Khan, ECT, on" in kept
    for words in (
        "A private worry, and more",
        "Wait time",
        "Count to three",
        "Observable, Clear about how",
        "Silence",
        "Questioning",
    ):
        assert words in kept
    assert not soup(amira.get(url)).select("main form")
    titles = [title.text for title in soup(amira.get(url)).select("main h3")]
    assert {"Check-in", "Praise"} <= set(titles)
    assert "Only the two of you can read these." in kept


def test_finishing_asks_for_what_is_missing_by_its_field(as_, meeting, url):
    client = as_("ben")

    page = client.post(url, page_of(client, url) | {"answer_check_in": "Kept", "finish": "1"})

    links = {link["href"]: link.text for link in soup(page).select(".govuk-error-summary a")}
    assert links == {
        "#id_focus": "Still missing: Focus",
        "#id_answer_praise": "Still missing: Praise",
        "#id_step_1_text": "Still missing: An action step",
    }
    assert stored(meeting)["check_in"] == "Kept"
    assert Meeting.objects.get(pk=meeting.pk).state == "planned"
    typed = {"focus": "F", "answer_praise": "P", "step_1_text": "S", "finish": "1"}
    assert client.post(url, filled(page) | typed).status_code == 302


def test_finishing_names_what_is_wrong_and_what_is_missing_at_once(as_, agreed, plan):
    following, (earlier,) = plan(days=7), agreed.steps.all()
    client, url = as_("ben"), following.get_absolute_url()
    wrong = {"held_on-day": "31", "held_on-month": "2", "held_on-year": "2026", "answer_check_in": "x" * 20_001}

    page = client.post(url, page_of(client, url) | wrong | {f"became_{earlier.pk}": "dropped", "finish": "1"})

    links = [link["href"] for link in soup(page).select(".govuk-error-summary a")]
    assert links == [
        "#id_held_on-day", "#id_focus", f"#id_noticed_{earlier.pk}", "#id_answer_check_in", "#id_answer_praise",
        "#id_step_1_text",
    ]  # fmt: skip
    right = boxes("held_on", TODAY) | {"answer_check_in": "x", "focus": "F", "answer_praise": "P", "step_1_text": "S"}
    assert client.post(url, filled(page) | right | {f"noticed_{earlier.pk}": "N", "finish": "1"}).status_code == 302


def test_what_is_missing_of_a_step_that_the_page_had_no_place_for_is_named_beside_it(as_, agreed, plan):
    ActionStep.objects.create(induction=agreed.induction, meeting=agreed, position=2, text="Second")
    client, url = as_("ben"), plan(days=7).get_absolute_url()
    refined = {f"became_{step.pk}": "refined" for step in agreed.steps.all()}

    page = soup(client.post(url, page_of(client, url) | refined | {"minutes": "soon", "finish": "1"}))

    link = page.find("a", string="Still missing: Better words for “Second”")
    assert "Still missing" in page.select_one(link["href"]).find_previous(class_="govuk-error-message").text


def test_what_is_missing_of_a_step_for_which_there_is_no_place_is_named_too(as_, agreed, plan):
    for position in (2, 3, 4):
        ActionStep.objects.create(induction=agreed.induction, meeting=agreed, position=position, text=f"S{position}")
    client, url = as_("ben"), plan(days=7).get_absolute_url()
    refined = {f"became_{step.pk}": "refined" for step in agreed.steps.all()}
    sent = filled(client.post(url, page_of(client, url) | refined | {"minutes": "soon"}))

    page = client.post(url, sent | {f"step_{number}_text": "Better" for number in (1, 2, 3)} | {"finish": "1"})

    words = "An action step for each one that you refine is still missing"
    assert words in soup(page).select_one(".govuk-error-summary").text


def test_a_step_in_which_something_is_wrong_stays_as_it_was_typed(as_, meeting, complete, url):
    complete(meeting)
    ben, amira = as_("ben"), as_("amira")
    bens, past = page_of(ben, url), TODAY - timedelta(days=9)
    amira.post(url, page_of(amira, url) | {"step_1_text": "Count to five"})

    page = ben.post(url, bens | boxes("step_1_review_on", past))

    sent = filled(page)
    assert (sent["step_1_text"], sent["step_1_review_on-day"]) == ("Count to three", str(past.day))
    assert soup(page).select_one("#id_step_1_review_on-error")
    ben.post(url, sent | dict.fromkeys(boxes("step_1_review_on", TODAY), ""))
    assert stored(meeting)["step-1"]["text"] == "Count to five"


def test_what_is_wrong_in_a_needed_answer_is_not_called_missing(as_, meeting, url):
    client = as_("ben")
    page = client.post(url, page_of(client, url) | {"answer_praise": "x" * 20_001, "finish": "1"})
    said = soup(page).select_one(".govuk-error-summary").text
    assert "Shorten this" in said
    assert "Still missing: Praise" not in said


def test_finishing_with_two_texts_for_one_answer_names_what_is_missing_too(as_, meeting, url):
    ben, amira = as_("ben"), as_("amira")
    amiras = page_of(amira, url)
    ben.post(url, page_of(ben, url) | {"answer_praise": "Ben's words"})

    page = amira.post(url, amiras | {"answer_praise": "Amira's words", "finish": "1"})

    links = [link["href"] for link in soup(page).select(".govuk-error-summary a")]
    assert links == ["#id_focus", "#id_answer_praise", "#id_step_1_text"]


@pytest.mark.parametrize("finished_by_the_other", [True, False])
def test_finishing_what_the_other_has_changed_in_the_same_moment_says_why_not(
    as_, cast, meeting, complete, url, monkeypatch, finished_by_the_other
):
    complete(meeting)
    client, finish = as_("amira"), actions.finish
    sent = page_of(client, url) | {"answer_praise": "Typed", "finish": "1"}

    def meanwhile(found, *, by):
        if finished_by_the_other:
            finish(Meeting.objects.get(), by=cast["ben"])
            return finish(found, by=by)
        raise actions.Refused("This meeting has changed since you opened it.")

    monkeypatch.setattr(actions, "finish", meanwhile)
    page = client.post(url, sent)

    if finished_by_the_other:
        assert page.status_code == 409
        assert "This meeting is at “To be agreed” now" in text_of(page)
        assert "Copy what you still need" not in text_of(page)
        assert soup(page).find("button", string="Agree")
    else:
        assert "This meeting has changed since you opened it." in soup(page).select_one(".govuk-error-summary").text
    assert stored(meeting)["praise"] == "Typed"


def test_finishing_asks_for_what_was_noticed_and_for_a_step_that_has_no_place_yet(as_, cast, agreed, plan, complete):
    ActionStep.objects.create(induction=agreed.induction, meeting=agreed, position=2, text="Second")
    following = plan(days=7)
    client, url = as_("ben"), following.get_absolute_url()
    sent = page_of(client, url) | {"answer_praise": "P", "step_1_text": "S", "finish": "1"}
    sent |= {f"became_{step.pk}": "refined" for step in agreed.steps.all()}

    page = client.post(url, sent)

    summary = soup(page).select_one(".govuk-error-summary").text
    assert "Still missing: What you noticed about “Second”" in summary
    assert "Still missing: Better words for “Second”" in summary
    page = client.post(url, filled(page) | {"step_2_text": "", "finish": "1"})
    summary = soup(page).select_one(".govuk-error-summary").text
    assert "Still missing: An action step for each one that you refine" in summary


def test_the_kept_page_shows_refined_steps_with_what_was_noticed(as_, cast, agreed, plan, complete, write):
    following, (earlier,) = plan(days=7), agreed.steps.all()
    complete(following)
    write(following, cast["ben"], **{f"became__{earlier.pk}": {"state": "refined", "noticed": "Too fast"}})
    write(
        following,
        cast["ben"],
        step__2="",
        follow__up="2026-12-01 09:30",
        about__minutes=50,
        colleagues=[{"who": "Sam", "when": "Monday"}],
        rehearsed=False,
    )
    actions.finish(following, by=cast["ben"])

    kept = text_of(as_("ben").get(following.get_absolute_url()))

    assert "It replaces “Count to three” What was noticed: Too fast" in kept
    assert "Tuesday 1 December 2026, 9:30am" in kept
    assert "50 minutes" in kept
    assert "Sam Monday" in kept
    assert "Rehearsed No" in kept


@pytest.mark.parametrize(("noticed", "said"), [("Nearly there", " Nearly there"), ("", "")])
def test_the_kept_page_shows_the_steps_that_the_two_keep_working_on(as_, cast, agreed, plan, write, noticed, said):
    following, (earlier,), client = plan(days=7), agreed.steps.all(), as_("ben")
    write(
        following,
        cast["ben"],
        praise="Calm",
        about__focus="Questioning",
        **{f"became__{earlier.pk}": {"state": "active", "noticed": noticed}},
    )
    actions.finish(following, by=cast["ben"])
    told = f"Earlier action steps Count to three {ActionStep.State.ACTIVE.label}{said} Notes"
    assert told in text_of(client.get(following.get_absolute_url()))

    last = plan(days=14)
    write(last, cast["ben"], **{f"became__{earlier.pk}": {"state": "dropped", "noticed": "Never"}})

    assert told in text_of(client.get(following.get_absolute_url()))


def test_a_second_click_says_that_one_has_agreed_already(as_, held):
    client = as_("ben")
    for _ in range(2):
        page = client.post(f"/cycles/{held.pk}/steps/agree/", {"revision": held.revision}, follow=True)

    assert "You have agreed already." in text_of(page)
    assert held.agreements.count() == 1


def test_the_page_says_whose_agreement_is_missing_and_that_writing_takes_back_what_was_given(as_, cast, held, url):
    ben, amira = as_("ben"), as_("amira")
    assert "takes back" not in text_of(ben.get(url))
    actions.agree(held, by=cast["ben"], revision=held.revision)

    bens, amiras = ben.get(url), amira.get(url)

    assert "You have agreed. Waiting for Amira Khan to agree." in text_of(bens)
    assert "Read this through" not in text_of(bens)
    assert "Read this through" in text_of(amiras)
    assert "Waiting for" not in text_of(amiras)
    for page in (bens, amiras):
        button = soup(page).find("button", string="Go on writing")
        assert "takes back the agreement" in soup(page).find(id=button["aria-describedby"]).text


def test_an_ect_without_a_mentor_waits_for_the_other(as_, cast, held, url):
    actions.agree(held, by=cast["amira"], revision=held.revision)
    Post.objects.filter(user=cast["ben"]).delete()

    assert "Waiting for the other person to agree." in text_of(as_("amira").get(url))


def test_going_back_to_writing_opens_the_page_again(as_, held, url):
    client = as_("amira")

    page = client.post(f"/cycles/{held.pk}/steps/reopen/", {"revision": held.revision}, follow=True)

    assert soup(page).select_one("form[data-autosave]")


def test_a_step_needs_the_page_that_was_read(as_, held):
    client = as_("ben")

    for sent in ({}, {"revision": "x"}):
        client.post(f"/cycles/{held.pk}/steps/agree/", sent)
    assert client.get(f"/cycles/{held.pk}/steps/agree/").url == held.get_absolute_url()

    assert not held.agreements.exists()


@pytest.mark.parametrize("name", ["finish", "cancel", "unknown"])
def test_other_steps_have_pages_of_their_own(as_, held, name):
    assert as_("ben").post(f"/cycles/{held.pk}/steps/{name}/", {"revision": held.revision}).status_code == 404


# Moving and cancelling


def moved(client, meeting, **typed):
    """What a browser sends from the page on which a meeting is moved, once a day and time are typed."""
    return sent_again(client.get(f"/cycles/{meeting.pk}/move/"), **DATE, **typed)


def sent_again(page, **typed):
    hidden = {box["name"]: box["value"] for box in soup(page).select("main form input[type=hidden]")}
    return hidden | typed


def test_a_move_does_not_replace_anothers_move_that_was_not_read(as_, meeting):
    amira, ben, url = as_("amira"), as_("ben"), f"/cycles/{meeting.pk}/move/"
    first, second = moved(amira, meeting, place="Hall"), moved(ben, meeting, place="Library") | {"planned_at": "3:30pm"}
    amira.post(url, first)
    there = Meeting.objects.get().planned_for

    page = ben.post(url, second)

    assert page.status_code == 409
    assert page.context["theirs"] == [("Time", "9:30am"), ("Place", "Hall")]
    assert "Your version is in the form and is not saved yet." in text_of(page)
    assert soup(page).select_one("[name=planned_at]")["value"] == "3:30pm"
    assert (Meeting.objects.get().planned_for, Meeting.objects.get().place) == (there, "Hall")
    assert ben.post(url, second | sent_again(page)).status_code == 302
    assert (clock(Meeting.objects.get().planned_for), Meeting.objects.get().place) == ("3:30pm", "Library")


def test_the_same_move_twice_is_one(as_, meeting):
    client, url = as_("ben"), f"/cycles/{meeting.pk}/move/"
    sent = moved(client, meeting)
    assert [client.post(url, sent).status_code for _ in range(2)] == [302, 302]
    assert Event.objects.about(meeting).filter(what="move_meeting").count() == 1


def test_what_the_other_types_is_no_reason_to_refuse_a_move(as_, cast, meeting, write):
    client = as_("ben")
    sent = moved(client, meeting)
    write(meeting, cast["amira"], praise="New")
    assert client.post(f"/cycles/{meeting.pk}/move/", sent).status_code == 302
    assert Meeting.objects.get().day == TODAY + timedelta(days=2)


def test_a_day_on_which_they_met_is_not_moved_away_unseen(as_, meeting):
    client, url = as_("ben"), f"/cycles/{meeting.pk}/move/"
    sent = moved(client, meeting)
    Meeting.objects.update(held_on=TODAY)
    page = client.post(url, sent)
    assert page.status_code == 409
    said = f"{TODAY.day} {TODAY:%B %Y}"
    assert ("Date on which you met, which moving takes out", said) in page.context["theirs"]
    assert Meeting.objects.get().held_on == TODAY


@pytest.mark.parametrize("meanwhile", ["writes", "moves"])
def test_a_meeting_is_not_cancelled_over_what_was_not_read(as_, cast, meeting, write, meanwhile):
    client, url = as_("ben"), f"/cycles/{meeting.pk}/cancel/"
    sent = sent_again(client.get(url), reason="School trip")
    if meanwhile == "writes":
        write(meeting, cast["amira"], praise="New")
    else:
        actions.move_meeting(meeting, meeting.planned_for + timedelta(days=1), "", by=cast["amira"])

    page = client.post(url, sent)

    assert page.status_code == 409
    assert "This meeting was written in or moved after you opened this page." in text_of(page)
    assert "School trip" in text_of(page)
    assert Meeting.objects.get().state == "planned"
    assert client.post(url, sent | sent_again(page)).status_code == 302
    assert Meeting.objects.get().state == "cancelled"


def test_a_meeting_is_moved(as_, meeting):
    client = as_("amira")
    assert soup(client.get(f"/cycles/{meeting.pk}/move/")).select_one("[name=place]")["value"] == "Room 4"

    response = client.post(f"/cycles/{meeting.pk}/move/", moved(client, meeting, place="Hall"))

    assert response.url == meeting.get_absolute_url()
    assert Meeting.objects.get().place == "Hall"
    assert soup(client.post(f"/cycles/{meeting.pk}/move/", {"place": "x"})).select_one(".govuk-error-summary")


@pytest.mark.parametrize(("alone", "told"), [(False, " Ben Carter has been emailed."), (True, "")])
def test_who_was_emailed_is_told_by_name(as_, cast, amiras, meeting, alone, told):
    if alone:
        Post.objects.filter(user=cast["ben"]).delete()
    amiras.school.terms.all().delete()
    client = as_("amira")

    planned = client.post(f"/cycles/inductions/{amiras.pk}/plan/", DATE, follow=True)
    moved_ = client.post(f"/cycles/{meeting.pk}/move/", moved(client, meeting), follow=True)
    cancelled = client.post(
        f"/cycles/{meeting.pk}/cancel/", sent_again(client.get(f"/cycles/{meeting.pk}/cancel/")), follow=True
    )

    for page, done in ((planned, "planned"), (moved_, "moved"), (cancelled, "cancelled")):
        assert [str(message) for message in page.context["messages"]] == [f"Meeting {done}.{told}"]
    assert ("With Ben Carter." in text_of(planned)) == (not alone)
    assert "The other person" not in text_of(planned)


def test_a_meeting_that_is_moved_was_not_held_yet(as_, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(held_on=TODAY)
    client = as_("ben")
    client.post(f"/cycles/{meeting.pk}/move/", moved(client, meeting))
    assert Meeting.objects.get().day == TODAY + timedelta(days=2)


def test_a_meeting_is_cancelled(as_, meeting):
    client = as_("amira")
    assert client.get(f"/cycles/{meeting.pk}/cancel/").status_code == 200
    assert soup(client.post(f"/cycles/{meeting.pk}/cancel/", {"reason": "x" * 501})).select_one(".govuk-error-summary")

    page = client.post(f"/cycles/{meeting.pk}/cancel/", {"reason": "School trip"}, follow=True)

    assert "School trip" in text_of(page)


def test_of_a_cancelled_meeting_only_the_sections_stand_in_which_something_was_written(as_, cast, meeting, write):
    write(meeting, cast["ben"], praise="Wait time")
    actions.cancel(meeting, by=cast["ben"])
    page = soup(as_("amira").get(meeting.get_absolute_url()))
    assert [title.text for title in page.select("main h3")] == ["Praise"]
    assert "Nothing was written here." not in page.text


def test_a_cancelled_meeting_in_which_nobody_wrote_has_no_notes(as_, cast, meeting):
    actions.cancel(meeting, by=cast["ben"])
    assert [title.text for title in soup(as_("amira").get(meeting.get_absolute_url())).select("main h2, main h3")] == []


@pytest.mark.parametrize("path", ["move", "cancel"])
@pytest.mark.parametrize(
    ("state", "status"), [("cancelled", "Cancelled"), ("held", "To be agreed"), ("agreed", "Agreed")]
)
def test_who_goes_back_to_the_page_for_moving_or_cancelling_is_told_why_it_is_too_late(
    as_, meeting, path, state, status
):
    Meeting.objects.filter(pk=meeting.pk).update(state=state, held_on=TODAY)
    page = as_("ben").get(f"/cycles/{meeting.pk}/{path}/", follow=True)

    assert page.redirect_chain == [(meeting.get_absolute_url(), 302)]
    assert f"The status of this meeting is “{status}”, so you cannot move or cancel it any more." in text_of(page)
    assert as_("grace").get(f"/cycles/{meeting.pk}/{path}/").status_code == 403


def test_a_meeting_with_an_action_step_says_why_it_is_not_cancelled(as_, meeting, complete):
    complete(meeting)

    page = as_("ben").post(f"/cycles/{meeting.pk}/cancel/", {"reason": "No"})

    assert "it can only be finished" in text_of(page)


def test_a_move_that_comes_too_late_says_so(as_, meeting, monkeypatch):
    def late(*args, **kwargs):
        raise actions.Refused("This meeting has changed since you opened it.")

    monkeypatch.setattr(actions, "move_meeting", late)

    assert "changed since you opened it" in text_of(as_("ben").post(f"/cycles/{meeting.pk}/move/", DATE))


# Privacy


@pytest.mark.parametrize("who", ["grace", "ruth"])
def test_tutor_and_head_see_date_focus_and_action_steps_and_no_note(as_, agreed, url, who):
    page = as_(who).get(url).content.decode()

    assert "Questioning" in page
    assert "Count to three" in page
    assert "Working on it" in page
    for words in ("A private worry", "Wait time", "Silence", "Check-in", "Praise"):
        assert words not in page


@pytest.mark.parametrize("who", ["grace", "ruth"])
def test_tutor_and_head_do_not_see_steps_that_are_still_being_written(as_, meeting, complete, url, who):
    complete(meeting)

    assert "Count to three" not in as_(who).get(url).content.decode()


@pytest.mark.parametrize("who", ["grace", "ruth"])
def test_a_reason_for_cancelling_stays_between_the_two(as_, cast, meeting, url, who):
    actions.cancel(meeting, by=cast["ben"], reason="Feeling low")

    assert "Feeling low" not in as_(who).get(url).content.decode()


def test_for_everybody_else_there_is_no_meeting(as_, agreed, url):
    for who in ("joan", "colin", "olive", "priya", "tom", "zofia", "helen", "samuel"):
        client = as_(who)
        for path in ("", "move/", "cancel/", "steps/agree/"):
            assert client.get(url + path).status_code == 404, (who, path)
            assert client.post(url + path, {"revision": agreed.revision}).status_code == 404, (who, path)


@pytest.mark.parametrize("path", ["", "move/", "cancel/", "steps/agree/"])
@pytest.mark.parametrize("who", ["grace", "ruth"])
def test_tutor_and_head_change_nothing(as_, meeting, url, who, path):
    assert as_(who).post(url + path, {"answer_praise": "x", "revision": "0"}).status_code == 403


# The home page's list


def turns(user):
    return [
        turn
        for meeting in Meeting.objects.waiting_on(user).select_related("induction__ect")
        if (turn := meeting.turn_for(user))
    ]


@pytest.mark.parametrize("who", ["amira", "ben"])
def test_a_planned_meeting_waits_for_both(cast, meeting, who):
    (turn,) = turns(cast[who])

    assert (turn.what, turn.due_on) == ("Hold your meeting", timezone.localdate())
    assert turn.about == f"{meeting}, with {'Ben Carter' if who == 'amira' else 'Amira Khan'}"


def test_a_planned_meeting_of_an_ect_without_a_mentor_is_with_nobody(cast, meeting):
    Post.objects.filter(user=cast["ben"]).delete()
    (turn,) = turns(cast["amira"])
    assert turn.about == str(meeting)


def test_a_finished_meeting_waits_for_whoever_has_not_agreed(cast, held):
    actions.agree(held, by=cast["ben"], revision=held.revision)

    (turn,) = turns(cast["amira"])
    assert (turn.what, turn.due_on) == ("Agree your meeting", held.held_on + timedelta(days=7))
    assert turns(cast["ben"]) == []


@pytest.fixture
def followed_up(cast, meeting, complete, write):
    """`followed_up(days)`: Amira's meeting, agreed, whose follow-up is in so many days."""

    def made(days):
        complete(meeting)
        write(meeting, cast["ben"], follow__up=f"{TODAY + timedelta(days=days)} 09:30")
        actions.finish(meeting, by=cast["ben"])
        for who in ("ben", "amira"):
            actions.agree(meeting, by=cast[who], revision=meeting.revision)
        return meeting

    return made


@pytest.mark.parametrize("days", [0, 1, 2, 20])
def test_a_follow_up_waits_as_soon_as_it_is_set_so_that_cover_can_be_arranged(cast, followed_up, days):
    meeting = followed_up(days)

    for who in ("ben", "amira"):
        (turn,) = turns(cast[who])
        assert turn.due_on == TODAY + timedelta(days=days)
        assert meeting.turn_for(cast[who])


@pytest.mark.parametrize("state", ["met", "refined", "dropped"])
def test_a_follow_up_is_over_when_a_later_meeting_has_said_what_became_of_its_step(
    cast, followed_up, plan, write, state
):
    (step,) = followed_up(0).steps.all()
    following = plan(days=7)
    decided = {"state": state, "noticed": "Seen"}
    assert len(turns(cast["ben"])) == 2
    write(following, cast["ben"], **{f"became__{step.pk}": decided})

    for who in ("ben", "amira"):
        assert [turn.what for turn in turns(cast[who])] == ["Hold your meeting"]
    write(following, cast["ben"], **{f"became__{step.pk}": None})
    assert len(turns(cast["ben"])) == 2


def test_a_follow_up_of_a_meeting_that_set_no_step_waits_too(cast, followed_up):
    followed_up(0).steps.all().delete()

    (turn,) = turns(cast["ben"])
    assert turn.about == "Follow-up observation at 9:30am, with Amira Khan"


def test_a_follow_up_stands_on_both_home_pages_until_its_day_is_over(cast, followed_up):
    meeting = followed_up(1)
    for who, other in (("ben", "Amira Khan"), ("amira", "Ben Carter")):
        assert turns(cast[who]) == [
            Turn(
                f"See your meeting of {date_format(TODAY, 'j F')}",
                f"Follow-up observation at 9:30am, with {other}: “Count to three”",
                meeting.get_absolute_url(),
                TODAY + timedelta(days=1),
                only_a_date=True,
            )
        ]
    Meeting.objects.update(follow_up_at=timezone.now() - timezone.timedelta(days=1))
    assert turns(cast["ben"]) == turns(cast["amira"]) == []
    assert Meeting.objects.get().turn_for(cast["ben"]) is None


def test_of_a_long_action_step_a_follow_up_says_how_it_begins(cast, followed_up):
    followed_up(1).steps.update(text="Count to three. " * 5)
    (turn,) = turns(cast["ben"])
    assert turn.about.endswith("with Amira Khan: “" + "Count to three. " * 3 + "Count to three.…”")


def test_nobody_else_has_a_turn(cast, meeting):
    assert turns(cast["grace"]) == []
    assert meeting.turn_for(cast["grace"]) is None


def test_a_meeting_that_waits_for_nobody_is_no_turn(cast, agreed):
    assert agreed.turn_for(cast["ben"]) is None


def to_plan(person):
    return [(turn.what, turn.about, turn.due_on) for turn in meetings_to_plan(person, TODAY)]


FIRST, NEXT = (("Plan your first meeting", "Amira Khan", None), ("Plan your next meeting", "Amira Khan", None))


def test_a_mentor_is_reminded_to_plan_the_first_meeting_and_after_each_the_next(cast, amiras, plan, complete):
    assert to_plan(cast["ben"]) == [FIRST]
    assert meetings_to_plan(cast["ben"], TODAY)[0].url == f"/cycles/inductions/{amiras.pk}/plan/"

    meeting = plan()
    assert to_plan(cast["ben"]) == []
    complete(meeting)
    actions.finish(meeting, by=cast["ben"])
    actions.agree(meeting, by=cast["ben"], revision=meeting.revision)
    assert to_plan(cast["ben"]) == []
    actions.agree(meeting, by=cast["amira"], revision=meeting.revision)
    assert to_plan(cast["ben"]) == [NEXT]


def test_after_a_meeting_that_was_cancelled_another_is_to_be_planned(cast, meeting):
    actions.cancel(meeting, by=cast["amira"])
    assert to_plan(cast["ben"]) == [FIRST]


def test_nobody_else_is_reminded_to_plan_a_meeting(cast, amiras):
    assert [key for key, person in cast.items() if FIRST in to_plan(person)] == ["ben"]


@pytest.mark.parametrize(
    ("starts", "ends", "reminded"),
    [(60, None, True), (61, None, False), (-400, 0, True), (-400, -1, False)],
)
def test_a_meeting_is_to_be_planned_from_sixty_days_before_the_induction_until_it_ends(
    cast, amiras, starts, ends, reminded
):
    amiras.starts_on = TODAY + timedelta(days=starts)
    amiras.ends_on = TODAY + timedelta(days=ends) if ends is not None else None
    amiras.save()
    assert bool(to_plan(cast["ben"])) == reminded


# Cost


def many(plan, complete, cast, number):
    for day in range(number):
        meeting = plan(days=-day)
        complete(meeting)
        actions.finish(meeting, by=cast["ben"])


@pytest.mark.parametrize("number", [1, 30])
def test_pages_ask_few_questions_at_any_length(as_, cast, plan, complete, number, django_assert_max_num_queries):
    many(plan, complete, cast, number)
    for who in ("ben", "amira", "grace"):
        client = as_(who)
        client.get("/accessibility/")  # a session's first page notes when it began
        with django_assert_max_num_queries(6):
            client.get(LIST)

    following = plan(days=7)
    for who in ("ben", "amira"):
        client = as_(who)
        with django_assert_max_num_queries(12):
            client.get(following.get_absolute_url())
        with django_assert_max_num_queries(12):
            client.get(Meeting.objects.filter(state="held").first().get_absolute_url())
        assert cast[who].places
        with django_assert_max_num_queries(1):
            turns(cast[who])


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_of_a_cycle_asks_few_questions_for_any_number_of_meetings(
    as_, cast, amiras, in_year_2, integrate, number, django_assert_max_num_queries
):
    """Ben mentors two ECTs, and all that he can see of the cycle is there."""
    appoint(cast["ben"], Role.MENTOR, Induction.objects.get(ect=cast["tom"]), starts_on=TODAY, by=None)
    theme = Theme.objects.create(cycle=integrate.cycle, slug="t", number=1, title="T", summary="S", position=1)
    area = Area.objects.create(theme=theme, slug="a", title="A", text="T", position=1)
    DiagnosticItem.objects.create(area=area, slug="i", view="ect", text="I know", position=1)
    for days in range(number):
        actions.start_meeting(
            amiras, by=cast["ben"], template=integrate.templates.get(), cycle_step=integrate,
            planned_for=timezone.now() + timedelta(days=days),
        )  # fmt: skip
    client = as_("ben")
    client.get("/accessibility/")  # a session's first page notes when it began
    with django_assert_max_num_queries(12):
        page = client.get(integrate.cycle.get_absolute_url())
    assert text_of(page).count("with Amira Khan") == number


def test_saving_as_typed_asks_for_the_person_the_meeting_and_one_update(
    as_, meeting, url, django_assert_max_num_queries
):
    client = as_("ben")
    sent = page_of(client, url) | {"answer_praise": "W"}

    with django_assert_max_num_queries(8) as counted:
        client.post(url, sent, headers=HTMX)
    assert sum('FROM "cycles_' in query["sql"] for query in counted.captured_queries) == 1
