"""The pages, as the ECT and the mentor use them."""

from datetime import date, time, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from content.models import Template
from cycles.models import ActionStep, Meeting
from observations.actions import arrange, save, take_step
from observations.models import Proforma
from observations.workflow import State
from people.actions import appoint
from people.models import Event, Induction, Notice
from people.permissions import Role

from .conftest import answers, arrangements, boxes, digests, fresh, person

YESTERDAY = timezone.localdate() - timedelta(days=1)
MINE, THEIRS = YESTERDAY + timedelta(days=7), YESTERDAY + timedelta(days=14)


def sent_arrangements(**changes):
    """What a browser sends from the page of the arrangements."""
    typed = {
        "expert_name": "Wilhelmina Quince",
        "planned_at": "9:30am",
        "action_step": "",
        "focus": "Waiting after a question",
        "to_notice": "Who answers, and when",
        **boxes("planned_on", YESTERDAY),
    }
    return typed | changes


def sent(page, **changes):
    """What a browser sends from the page of the proforma: all its hidden fields, and everything filled in."""
    typed = {
        "expert_name": "Wilhelmina Quince",
        "answer_context": "A lesson on fractions",
        "answer_actions-0-teacher_action": "Waits five seconds",
        "answer_actions-0-pupil_impact": "More hands go up",
        "answer_suggests": "I will count to five",
        **boxes("happened_on", YESTERDAY),
        **{f"seen-{name}": digest for name, digest in page.context["form"].seen.items()},
    }
    return typed | changes


def page_of(proforma, page=""):
    return f"/experts/{proforma.pk}/{page}"


# The list and setting up


def test_the_list_is_the_ects_own_and_the_mentors_ects(cast, make, sign_in):
    mine, other = make(focus="Amira's focus"), make(ect="zofia", focus="Zofia's focus")

    for key in ("amira", "ben"):
        page = sign_in(cast[key]).get("/experts/")
        assert [row["proforma"] for row in page.context["rows"]] == [mine]
        assert "Zofia" not in page.content.decode()
    assert [row["proforma"] for row in sign_in(cast["daniel"]).get("/experts/").context["rows"]] == [other]


def test_an_empty_list_offers_to_set_one_up(cast, sign_in):
    page = sign_in(cast["ben"]).get("/experts/").content.decode()

    assert "None has been set up yet" in page
    assert "Set one up for Amira Khan" in page


def test_a_mentor_of_two_chooses_for_whom_one_is_set_up(cast, sign_in):
    tom = Induction.objects.get(ect=cast["tom"])
    appoint(cast["ben"], Role.MENTOR, tom, starts_on=timezone.localdate(), by=None)

    links = BeautifulSoup(sign_in(cast["ben"]).get("/experts/").content, "lxml").select("dl a")

    assert [link.text for link in links] == ["Set one up for Amira Khan", "Set one up for Tom Hughes"]
    assert links[1]["href"] == f"/experts/inductions/{tom.pk}/new/"


def test_the_list_says_whose_turn_it_is(cast, make, sign_in):
    make(State.COMPLETED)

    assert "Discuss what your ECT learnt from an expert" in sign_in(cast["ben"]).get("/experts/").content.decode()
    assert "Discuss what your ECT" not in sign_in(cast["amira"]).get("/experts/").content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_the_database_the_same_for_one_and_for_thirty(
    cast, make, sign_in, rows, django_assert_max_num_queries
):
    for number in range(rows):
        make(focus=f"Focus {number}")
    client = sign_in(cast["ben"])

    with django_assert_max_num_queries(9):
        page = client.get("/experts/")

    assert len(page.context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_a_proforma_asks_the_database_the_same_for_one_row_and_for_thirty(
    cast, make, sign_in, rows, django_assert_max_num_queries
):
    proforma = make()
    many = [{"teacher_action": f"Action {number}", "pupil_impact": ""} for number in range(rows)]
    Proforma.objects.filter(pk=proforma.pk).update(answers={"actions": many})
    client = sign_in(cast["amira"])

    with django_assert_max_num_queries(9):
        read = client.get(page_of(proforma))
    with django_assert_max_num_queries(9):
        written = client.get(page_of(proforma, "fill-in/"))

    assert read.content.decode().count("Action ") == written.content.decode().count("Action ") == rows


def test_older_visits_are_a_page_away(cast, make, sign_in):
    first, *_ = [make(focus=f"Focus {number}") for number in range(31)]
    client = sign_in(cast["ben"])

    newest = client.get("/experts/")
    link = BeautifulSoup(newest.content, "html.parser").find("a", string="Older visits")
    older = client.get("/experts/" + link["href"])

    assert len(newest.context["rows"]) == 30
    assert [row["proforma"] for row in older.context["rows"]] == [first]
    assert "Older visits" not in older.content.decode()
    assert "There are no older visits." in client.get(f"/experts/?before={first.pk}").content.decode()


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 40, "999999"])
def test_an_unknown_page_of_the_list_is_not_found(cast, make, sign_in, before):
    assert sign_in(cast["ben"]).get("/experts/", {"before": before}).status_code == 404


def test_the_mentor_sets_one_up(cast, templates, sign_in):
    client = sign_in(cast["ben"])
    address = f"/experts/inductions/{cast['amira'].induction.pk}/new/"

    assert "never an evaluation of the expert" in client.get(address).content.decode()
    page = client.post(address, sent_arrangements(kind="discussion"), follow=True)

    proforma = Proforma.objects.get()
    assert page.redirect_chain == [(page_of(proforma), 302)]
    assert (proforma.title, proforma.state, proforma.expert_name) == ("Talking", State.PLANNED, "Wilhelmina Quince")
    assert f"{proforma.planned_at:%H:%M}" == "09:30"
    assert "Send the focus to the expert beforehand" in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": ""}, "Select an answer for “How?”"),
        ({"focus": ""}, "Say what the focus is, or choose an action step"),
        (boxes("planned_on", None), "Enter the day that goes with this time"),
        ({"planned_on-month": "13"}, "Day must be a real date"),
        ({"planned_on-year": "1926"}, "Year must be 2000 or later"),
        ({"planned_on-year": "2126"}, "Year must be before 2100"),
        ({"planned_at": "nine"}, "Enter a time, like 9:30am or 14:30"),
        ({"expert_name": "x" * 141}, "to 140 characters or fewer"),
        ({"action_step": "999"}, "Select a valid choice"),
    ],
)
def test_a_slip_in_the_arrangements_is_said_beside_the_field(cast, templates, sign_in, changes, message):
    address = f"/experts/inductions/{cast['amira'].induction.pk}/new/"

    page = sign_in(cast["ben"]).post(address, sent_arrangements(kind="discussion") | changes)

    assert message in page.content.decode()
    assert "Who answers, and when" in page.content.decode()
    assert "<title>Error: " in page.content.decode()
    assert not Proforma.objects.exists()


def test_a_missing_template_is_said_on_the_page(cast, templates, sign_in):
    Template.objects.update(retired=True)
    address = f"/experts/inductions/{cast['amira'].induction.pk}/new/"

    page = sign_in(cast["ben"]).post(address, sent_arrangements(kind="discussion"))

    assert "no proforma of this kind" in page.content.decode()
    assert "Who answers, and when" in page.content.decode()


def test_the_action_steps_to_choose_from_are_those_in_hand(cast, make, sign_in):
    def step(key, number, text, **more):
        induction = cast[key].induction
        meeting, _ = Meeting.objects.get_or_create(
            induction=induction, title="Weekly", defaults={"planned_for": timezone.now()}
        )
        if more:
            more["decided_in"] = meeting
        return ActionStep.objects.create(induction=induction, meeting=meeting, position=number, text=text, **more)

    step("amira", 1, "Count to five")
    met = step("amira", 2, "Greet at the door", state=ActionStep.State.MET)
    step("amira", 3, "")
    step("zofia", 1, "Zofia's own")
    client = sign_in(cast["amira"])

    page = client.get(page_of(make(), "arrangements/"))
    assert [label for _, label in page.context["form"].fields["action_step"].choices] == [
        "None of these",
        "Count to five",
    ]
    # a step that was met in the meantime stays chosen
    page = client.get(page_of(make(focus="", action_step=met), "arrangements/"))
    assert [label for _, label in page.context["form"].fields["action_step"].choices] == [
        "None of these", "Greet at the door", "Count to five",
    ]  # fmt: skip
    assert "Greet at the door" in client.get(page_of(Proforma.objects.get(action_step=met))).content.decode()


def test_the_arrangements_are_changed_by_either_of_the_two(cast, make, sign_in):
    proforma = make()
    for key, name in [("amira", "Ines Duarte"), ("ben", "Otis Grant")]:
        client = sign_in(cast[key])
        page = client.get(page_of(proforma, "arrangements/"))
        hidden = {f"seen-{field}": digest for field, digest in page.context["form"].seen.items()}
        page = client.post(
            page_of(proforma, "arrangements/"), sent_arrangements(expert_name=name, **hidden), follow=True
        )
        assert "Arrangements saved" in page.content.decode()
        assert fresh(proforma).expert_name == name


def test_a_stale_page_of_the_arrangements_gets_both_versions_and_may_choose(cast, make, sign_in):
    meeting = Meeting.objects.create(induction=cast["amira"].induction, title="Weekly", planned_for=timezone.now())
    step = ActionStep.objects.create(induction=meeting.induction, meeting=meeting, position=1, text="Count to five")
    proforma, client = make(), sign_in(cast["ben"])
    hidden = {
        f"seen-{name}": digest
        for name, digest in client.get(page_of(proforma, "arrangements/")).context["form"].seen.items()
    }
    theirs = arrangements(focus="Routines", planned_on=THEIRS, planned_at=time(14, 5), action_step=step, to_notice="")
    seen = client.get(page_of(proforma, "arrangements/")).context["form"].seen
    arrange(proforma, theirs, seen=seen, by=person(cast["amira"]))
    mine = sent_arrangements(focus="Cold calling", to_notice="Whom she asks", **hidden, **boxes("planned_on", MINE))

    page = client.post(page_of(proforma, "arrangements/"), mine)

    assert page.status_code == 409
    assert dict(page.context["theirs"]) == {
        "Focus": "Routines",
        "Day": f"{THEIRS.day} {THEIRS:%B %Y}",
        "Time": "2:05pm",
        "What to notice or learn": "",
    }
    assert "Cold calling" in page.content.decode()
    assert fresh(proforma).focus == "Routines"

    again = {f"seen-{name}": digest for name, digest in page.context["form"].seen.items()}
    client.post(page_of(proforma, "arrangements/"), mine | again)
    proforma = fresh(proforma)
    assert (proforma.focus, proforma.to_notice, proforma.planned_on) == ("Cold calling", "Whom she asks", MINE)
    assert proforma.action_step == step  # only the other had changed that


def test_another_choice_of_action_step_is_shown_by_its_text(cast, make, sign_in):
    meeting = Meeting.objects.create(induction=cast["amira"].induction, title="Weekly", planned_for=timezone.now())
    one, two = (
        ActionStep.objects.create(induction=meeting.induction, meeting=meeting, position=number, text=text)
        for number, text in enumerate(["Count to five", "Greet at the door"], 1)
    )
    proforma, client = make(), sign_in(cast["ben"])
    seen = client.get(page_of(proforma, "arrangements/")).context["form"].seen
    arrange(proforma, arrangements(action_step=one), seen=seen, by=person(cast["amira"]))

    hidden = {f"seen-{name}": digest for name, digest in seen.items()}
    page = client.post(page_of(proforma, "arrangements/"), sent_arrangements(action_step=two.pk, **hidden))

    assert ("Action step that it serves", "Count to five") in page.context["theirs"]


# Filling in


def test_the_ect_fills_it_in_and_comes_back(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    page = client.get(page_of(proforma, "fill-in/"))
    text = page.content.decode()
    assert "Waiting after a question" in text
    assert "Who answers, and when" in text
    assert "never an evaluation of the expert" in text

    page = client.post(page_of(proforma, "fill-in/"), sent(page, answer_again="True"), follow=True)

    assert "Saved. You can come back" in page.content.decode()
    proforma = fresh(proforma)
    assert proforma.happened_on == YESTERDAY
    assert proforma.answers == {
        "context": "A lesson on fractions",
        "actions": [{"teacher_action": "Waits five seconds", "pupil_impact": "More hands go up"}],
        "suggests": "I will count to five",
        "again": True,
    }
    assert "More hands go up" in client.get(page_of(proforma, "fill-in/")).content.decode()


def optional_in(page):
    """What is marked as optional, and what is not, without the parts of a date, the rows and the choices."""
    found = BeautifulSoup(page.content, "lxml").select(
        "main form .govuk-label--s, main form .govuk-fieldset__legend--s"
    )
    labels = [label.text for label in found if not label.text.startswith("Row ")]
    marked = [label.removesuffix(" (optional)") for label in labels if label.endswith(" (optional)")]
    return marked, [label for label in labels if not label.endswith(" (optional)")]


def test_what_need_not_be_answered_in_the_end_is_marked(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])

    asked = ["Teacher action", "Impact on pupils"]
    assert optional_in(client.get(page_of(proforma, "fill-in/"))) == (
        ["Context and aims", "Worth another visit"],
        ["Expert colleague", "When it took place", "What happened", *asked, "What I will try"],
    )
    Proforma.objects.filter(pk=proforma.pk).update(paper="proformas/1", paper_name="a.pdf")
    assert optional_in(client.get(page_of(proforma, "fill-in/"))) == (
        ["Context and aims", "What happened", "What I will try", "Worth another visit"],
        ["Expert colleague", "When it took place", *asked],
    )
    arranging = ["Expert colleague", "Day", "Action step that it serves", "Focus"]
    assert optional_in(client.get(page_of(proforma, "arrangements/"))) == (
        ["Time", "What to notice or learn"], arranging,
    )  # fmt: skip
    setting_up = client.get(f"/experts/inductions/{proforma.induction_id}/new/")
    assert optional_in(setting_up) == (["Time", "What to notice or learn"], ["How?", *arranging])


TOMORROW = timezone.localdate() + timedelta(days=1)


def day_in(page):
    """The day on which it took place as its boxes hold it, None if they are empty."""
    found = {each["name"]: each.get("value") for each in BeautifulSoup(page.content, "lxml").select("input[name]")}
    parts = [found[f"happened_on-{part}"] for part in ("year", "month", "day")]
    return date(*map(int, parts)) if all(parts) else None


def test_the_planned_day_is_filled_in_and_completing_stores_it(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    page = client.get(page_of(proforma, "fill-in/"))
    assert day_in(page) == YESTERDAY

    typing = typed(proforma, answer_suggests="Count")
    client.post(page_of(proforma, "fill-in/"), typing, headers={"HX-Request": "true"})
    assert fresh(proforma).happened_on is None  # of the day nothing was sent yet
    client.post(
        page_of(proforma, "fill-in/"),
        sent(page, **boxes("happened_on", day_in(page)), answer_suggests="Count", complete="1"),
    )

    assert (fresh(proforma).state, fresh(proforma).happened_on) == (State.COMPLETED, YESTERDAY)


@pytest.mark.parametrize(
    ("planned_on", "happened_on", "shown"),
    [
        (TOMORROW, None, None),  # still to come
        (None, None, None),
        (timezone.localdate(), None, timezone.localdate()),
        (YESTERDAY - timedelta(days=7), YESTERDAY, YESTERDAY),  # it took place on another day
    ],
)
def test_the_day_filled_in_is_what_was_written_or_the_planned_one_once_it_is_here(
    cast, make, sign_in, planned_on, happened_on, shown
):
    proforma = make(State.PLANNED if planned_on else State.SET_UP, planned_on=planned_on)
    Proforma.objects.filter(pk=proforma.pk).update(happened_on=happened_on)

    assert day_in(sign_in(cast["amira"]).get(page_of(proforma, "fill-in/"))) == shown


def test_a_day_filled_in_on_a_page_stands_when_the_plan_changes_meanwhile_and_yields_to_another_that_was_written(
    cast, make, sign_in
):
    proforma, client = make(), sign_in(cast["amira"])
    page = client.get(page_of(proforma, "fill-in/"))
    arranged = client.get(page_of(proforma, "arrangements/")).context["form"].seen
    arrange(proforma, arrangements(planned_on=MINE), seen=arranged, by=person(cast["ben"]))
    client.post(page_of(proforma, "fill-in/"), sent(page, **boxes("happened_on", day_in(page))))
    assert (fresh(proforma).happened_on, fresh(proforma).planned_on) == (YESTERDAY, MINE)

    other = make(focus="Another")
    page = client.get(page_of(other, "fill-in/"))
    earlier = YESTERDAY - timedelta(days=1)
    save(other, {"happened_on": earlier}, seen=digests(other), by=person(cast["amira"]))
    page = client.post(page_of(other, "fill-in/"), sent(page, **boxes("happened_on", day_in(page))))
    assert dict(page.context["theirs"]) == {"When it took place": f"{earlier.day} {earlier:%B %Y}"}


def test_a_day_that_nobody_typed_is_not_given_back_when_it_comes_too_late(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    page = client.get(page_of(proforma, "fill-in/"))
    late = sent(page, **boxes("happened_on", day_in(page)), answer_context="Typed too late", answer_suggests="")
    take_step(proforma, "cancel", by=person(cast["ben"]))

    page = client.post(page_of(proforma, "fill-in/"), late)

    assert [label for label, _ in page.context["lost"]] == ["Context and aims", "What happened, row 1"]


def test_blank_rows_are_left_out_and_half_filled_ones_kept(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    page = client.get(page_of(proforma, "fill-in/"))
    rows = {
        "answer_actions-0-teacher_action": "",
        "answer_actions-0-pupil_impact": "",
        "answer_actions-3-teacher_action": "",
        "answer_actions-3-pupil_impact": "Heads turn",
        "answer_actions-7-teacher_action": "   ",
        "answer_actions-7-pupil_impact": "",
    }

    client.post(page_of(proforma, "fill-in/"), sent(page, **rows))

    assert fresh(proforma).answers["actions"] == [{"teacher_action": "", "pupil_impact": "Heads turn"}]


def test_rows_are_added_and_removed_without_javascript_and_nothing_typed_is_lost(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    typed = sent(client.get(page_of(proforma, "fill-in/")))

    page = client.post(page_of(proforma, "fill-in/"), typed | {"answer_actions-add": "1"})
    text = page.content.decode()
    assert 'name="answer_actions-1-teacher_action"' in text
    assert "Waits five seconds" in text
    assert "I will count to five" in text
    assert page.context["form"].seen == {name[5:]: value for name, value in typed.items() if name.startswith("seen-")}

    more = typed | {"answer_actions-1-teacher_action": "Asks again", "answer_actions-1-pupil_impact": ""}
    page = client.post(page_of(proforma, "fill-in/"), more | {"answer_actions-remove": "0"})
    text = page.content.decode()
    assert "Asks again" in text
    assert "Waits five seconds" not in text
    assert fresh(proforma).answers == {}


def test_it_is_saved_as_it_is_typed_and_goes_on_from_there(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    page = client.get(page_of(proforma, "fill-in/"))
    assert f'hx-post="{page_of(proforma, "fill-in/")}"' in page.content.decode()

    first = client.post(
        page_of(proforma, "fill-in/"), sent(page, answer_suggests="Count"), headers={"HX-Request": "true"}
    )
    assert first.status_code == 200
    assert "Saved at" in first.content.decode()
    new = first.context["seen"]
    assert 'name="seen-answer_suggests"' in new
    assert 'hx-swap-oob="true"' in new
    assert fresh(proforma).answers["suggests"] == "Count"

    hidden = {f"seen-{name}": digest for name, digest in digests(proforma).items()}
    assert all(f'value="{digest}"' in new for digest in hidden.values() if digest)
    assert 'name="seen-answer_again"' not in new  # it was not sent
    second = client.post(
        page_of(proforma, "fill-in/"), sent(page, answer_suggests="Count to", **hidden), headers={"HX-Request": "true"}
    )
    assert second.status_code == 200
    assert fresh(proforma).answers["suggests"] == "Count to"


def typed(proforma, **answers):
    """What is sent while somebody types: the digests, and what has changed."""
    return {f"seen-{name}": digest for name, digest in digests(proforma).items()} | answers


def test_of_what_was_not_sent_while_typing_nothing_is_changed(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    save(proforma, answers(answer_again=True), seen=digests(proforma), by=person(cast["amira"]))
    before = fresh(proforma).written()

    url = page_of(proforma, "fill-in/")
    client.post(url, typed(proforma, answer_suggests="Count"), headers={"HX-Request": "true"})
    client.post(url, typed(proforma, expert_name=""), headers={"HX-Request": "true"})

    assert fresh(proforma).written() == before | {"answer_suggests": "Count", "expert_name": ""}
    assert fresh(proforma).state == State.SET_UP


def test_rows_are_saved_while_they_are_typed_and_taken_away(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    url, row = page_of(proforma, "fill-in/"), "answer_actions-0-teacher_action"

    client.post(url, typed(proforma, **{row: "Waits"}), headers={"HX-Request": "true"})
    assert fresh(proforma).answers == {"actions": [{"teacher_action": "Waits", "pupil_impact": ""}]}
    client.post(url, typed(proforma, **{row: "", "answer_actions-0-": ""}), headers={"HX-Request": "true"})
    assert fresh(proforma).answers == {"actions": []}


def test_saving_as_typed_asks_for_nothing_that_was_not_sent(cast, make, sign_in, django_assert_num_queries):
    """Session, person and roles, the proforma; the answer, between two marks of a transaction."""
    proforma, client = make(), sign_in(cast["amira"])
    page = typed(proforma, answer_suggests="Count")

    with django_assert_num_queries(7):
        answer = client.post(page_of(proforma, "fill-in/"), page, headers={"HX-Request": "true"})

    assert "Saved at" in answer.content.decode()


def test_saving_as_it_is_typed_keeps_what_is_right_and_says_what_is_not(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    page = client.get(page_of(proforma, "fill-in/"))

    page = client.post(
        page_of(proforma, "fill-in/"), sent(page, **{"happened_on-year": ""}), headers={"HX-Request": "true"}
    )

    assert 'but not yet: <span class="app-saved--waiting" data-unsaved>When it took place<' in page.content.decode()
    proforma = fresh(proforma)
    assert (proforma.happened_on, proforma.answers["suggests"]) == (None, "I will count to five")


def test_a_slip_is_said_beside_the_field_and_nothing_typed_is_lost(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    page = client.get(page_of(proforma, "fill-in/"))
    tomorrow = timezone.localdate() + timedelta(days=1)

    page = client.post(page_of(proforma, "fill-in/"), sent(page, **boxes("happened_on", tomorrow)))

    assert "When it took place must be today or in the past" in page.content.decode()
    assert "I will count to five" in page.content.decode()
    assert fresh(proforma).answers == {}


def test_completing_asks_for_what_is_missing_beside_the_fields_and_saves_the_rest(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    page = client.get(page_of(proforma, "fill-in/"))
    gaps = {
        "expert_name": "",
        "answer_suggests": "",
        "answer_actions-0-teacher_action": "",
        "answer_actions-0-pupil_impact": "",
        "complete": "1",
        **boxes("happened_on", None),
    }

    page = client.post(page_of(proforma, "fill-in/"), sent(page, **gaps))

    text = page.content.decode()
    for title in ("Who the expert was", "When it took place", "What happened", "What I will try"):
        assert f"Fill in “{title}” to complete the proforma" in text
    assert page.context["form"].errors.keys() == {"expert_name", "happened_on", "answer_actions", "answer_suggests"}
    proforma = fresh(proforma)
    assert proforma.state == State.SET_UP  # without an expert it is to be arranged again
    assert proforma.answers["context"] == "A lesson on fractions"

    # the page stands on what was just saved
    page = client.post(page_of(proforma, "fill-in/"), sent(page, complete="1"), follow=True)
    assert "Completed. Your mentor has been told" in page.content.decode()
    assert fresh(proforma).state == State.COMPLETED


def test_what_is_completed_is_changed_until_it_was_discussed_and_nobody_is_told(cast, make, sign_in):
    proforma, client = make(State.COMPLETED), sign_in(cast["amira"])
    told = Notice.objects.count()
    form = BeautifulSoup(client.get(page_of(proforma)).content, "html.parser").select_one("form[action$='reopen/']")
    assert form.button.text == "Change what you wrote"

    page = client.post(form["action"], follow=True)

    assert page.redirect_chain == [(page_of(proforma, "fill-in/"), 302)]
    assert "I will count to five" in page.content.decode()
    assert Notice.objects.count() == told
    client.post(page_of(proforma, "fill-in/"), sent(page, answer_suggests="Count to ten", complete="1"))
    assert (fresh(proforma).state, fresh(proforma).answers["suggests"]) == (State.COMPLETED, "Count to ten")
    take_step(fresh(proforma), "discuss", by=person(cast["ben"]))
    late = client.post(form["action"], follow=True)
    assert "This proforma is at “Discussed” now" in late.content.decode()
    assert "Change what you wrote" not in late.content.decode()
    assert sign_in(cast["ben"]).post(form["action"]).status_code == 403


def test_a_visit_without_a_planned_day_is_opened_again_on_the_day_that_it_took_place(cast, make, sign_in):
    proforma, amira = make(State.SET_UP), person(cast["amira"])
    save(proforma, answers(), seen=digests(proforma), by=amira)
    take_step(fresh(proforma), "complete", by=amira)
    sign_in(cast["amira"]).post(page_of(proforma, "reopen/"))
    assert (fresh(proforma).state, fresh(proforma).planned_on) == (State.PLANNED, YESTERDAY)


def test_a_double_click_completes_once(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    typed = sent(client.get(page_of(proforma, "fill-in/")), complete="1")

    pages = [client.post(page_of(proforma, "fill-in/"), typed) for _ in range(2)]

    assert [(page.status_code, page.url) for page in pages] == [(302, page_of(proforma))] * 2
    assert Event.objects.about(proforma).filter(what="complete").count() == 1


def test_a_step_that_was_taken_meanwhile_is_refused_in_words(cast, make, sign_in):
    proforma, client = make(State.COMPLETED), sign_in(cast["ben"])

    pages = [client.post(page_of(proforma, "discuss/"), follow=True) for _ in range(2)]

    assert "Marked as discussed" in pages[0].content.decode()
    assert "This proforma is at “Discussed” now" in pages[1].content.decode()
    assert Event.objects.about(proforma).filter(what="discuss").count() == 1


def test_a_stale_tab_gets_both_versions_and_may_choose(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    page = client.get(page_of(proforma, "fill-in/"))
    save(proforma, answers(answer_suggests="From the other tab"), seen=digests(proforma), by=person(cast["amira"]))
    mine = sent(page, **{"answer_actions-0-teacher_action": "Asks twice"})

    page = client.post(page_of(proforma, "fill-in/"), mine)

    assert page.status_code == 409
    assert dict(page.context["theirs"]) == {
        "What happened": "Waits five seconds: More hands go up",
        "What I will try": "From the other tab",
    }
    assert "I will count to five" in page.content.decode()
    assert "Two versions" in page.content.decode()
    assert fresh(proforma).answers["suggests"] == "From the other tab"

    client.post(page_of(proforma, "fill-in/"), sent(page, answer_suggests="Both"))
    assert fresh(proforma).answers["suggests"] == "Both"


def test_a_stale_tab_that_saves_as_it_is_typed_is_told(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    page = client.get(page_of(proforma, "fill-in/"))
    save(proforma, answers(answer_suggests="From the other tab"), seen=digests(proforma), by=person(cast["amira"]))

    page = client.post(page_of(proforma, "fill-in/"), sent(page), headers={"HX-Request": "true"})

    assert page.status_code == 409
    assert "Press Save to see both versions." in page.content.decode()
    assert fresh(proforma).answers["suggests"] == "From the other tab"


def test_what_was_typed_too_late_is_shown_to_be_copied(cast, make, sign_in):
    proforma, client = make(), sign_in(cast["amira"])
    page = client.get(page_of(proforma, "fill-in/"))
    typed = sent(page, answer_suggests="Typed too late", answer_context="")
    save(proforma, answers(), seen=digests(proforma), by=person(cast["amira"]))
    take_step(fresh(proforma), "complete", by=person(cast["amira"]))

    page = client.post(page_of(proforma, "fill-in/"), typed)
    assert page.status_code == 409
    assert page.context["lost"] == [("What I will try", "Typed too late")]
    assert "Here is what you typed that was not saved." in page.content.decode()
    assert "To change it, choose “Change what you wrote” on its page." in page.content.decode()
    assert fresh(proforma).answers["suggests"] == "I will count to five"

    typing = client.post(page_of(proforma, "fill-in/"), typed, headers={"HX-Request": "true"})
    assert typing.status_code == 409


def test_arrangements_that_come_too_late_are_shown_too(cast, make, sign_in):
    proforma, client = make(State.CANCELLED), sign_in(cast["ben"])

    page = client.post(page_of(proforma, "arrangements/"), sent_arrangements(focus="Typed too late"))

    assert page.context["lost"] == [("Time", "9:30am"), ("Focus", "Typed too late")]


@pytest.mark.parametrize("button", [{}, {"answer_actions-add": "1"}])
def test_what_is_wrong_in_a_page_that_comes_too_late_is_given_back_as_it_was_typed(cast, make, sign_in, button):
    proforma, client = make(), sign_in(cast["amira"])
    url = page_of(proforma, "fill-in/")
    day = {"happened_on-day": "31", "happened_on-month": "2", "happened_on-year": ""}
    late = sent(client.get(url), answer_suggests="Typed too late", answer_again="True", **day)
    take_step(proforma, "cancel", by=person(cast["ben"]))

    page = client.post(url, late | {"answer_actions-0-pupil_impact": "x" * 20_001} | button)

    assert page.status_code == 409
    assert "This proforma is at “Cancelled” now, so it cannot be changed." in page.content.decode()
    assert dict(page.context["lost"]) == {
        "When it took place": "31 2",
        "Context and aims": "A lesson on fractions",
        "What happened, row 1": "Teacher action: Waits five seconds\nImpact on pupils: " + "x" * 20_001,
        "What I will try": "Typed too late",
        "Worth another visit": "Yes",
    }
    assert client.post(url, late | day, headers={"HX-Request": "true"}).status_code == 409


def test_arrangements_with_a_slip_and_a_reason_that_come_too_late_are_given_back(cast, make, sign_in):
    proforma, client = make(State.COMPLETED), sign_in(cast["ben"])
    step = {"action_step": "999999"}

    page = client.post(page_of(proforma, "arrangements/"), sent_arrangements(planned_at="nine", **step))

    assert page.status_code == 409
    assert page.context["lost"] == [("Time", "nine"), ("Action step that it serves", "999999")]
    reason = client.post(page_of(proforma, "cancel/"), {"reason": "It has snowed"})
    assert (reason.status_code, reason.context["lost"]) == (409, [("Why will it not take place?", "It has snowed")])
    assert client.post(page_of(proforma, "cancel/"), {"reason": ""}).url == page_of(proforma)


@pytest.mark.parametrize("state", [State.COMPLETED, State.DISCUSSED, State.CANCELLED])
@pytest.mark.parametrize("page", ["fill-in/", "arrangements/", "cancel/", "paper/upload/"])
def test_what_is_finished_is_only_read_and_whoever_would_write_is_told_why(cast, make, sign_in, state, page):
    proforma, client = make(state), sign_in(cast["amira"])

    answer = client.get(page_of(proforma, page), follow=True)

    assert answer.redirect_chain == [(page_of(proforma), 302)]
    assert proforma.why_closed_to(person(cast["amira"])) in answer.content.decode()


# Reading


def test_the_page_reads_as_it_was_written(cast, make, sign_in):
    proforma = make(State.DISCUSSED)

    text = sign_in(cast["ben"]).get(page_of(proforma)).content.decode()

    for said in ("Wilhelmina Quince", "Waits five seconds", "More hands go up", "Impact on pupils", "Not answered"):
        assert said in text
    assert "(Mentor) marked it as discussed" in text
    assert "What you can do now" not in text
    assert "send to the expert" not in text


@pytest.mark.parametrize("emptied", [{}, {"context": "", "actions": [], "again": None}])
def test_nothing_is_said_of_answers_before_there_are_any(cast, make, sign_in, emptied):
    proforma, client = make(), sign_in(cast["ben"])
    Proforma.objects.filter(pk=proforma.pk).update(answers=emptied)

    text = client.get(page_of(proforma)).content.decode()
    for absent in ("What came of it", "Context and aims", "Not answered"):
        assert absent not in text

    Proforma.objects.filter(pk=proforma.pk).update(answers={"again": False})
    text = client.get(page_of(proforma)).content.decode()
    assert text.count("Not answered") == 3
    assert "What came of it" in text


def test_the_page_offers_what_can_be_done_now(cast, make, sign_in):
    planned, completed = make(), make(State.COMPLETED, focus="Another")

    ect, mentor = (sign_in(cast[key]).get(page_of(planned)).content.decode() for key in ("amira", "ben"))
    assert "Fill in" in ect
    assert "Fill in" not in mentor
    for text in (ect, mentor):
        assert "Change the arrangements" in text
        assert "Cancel this visit" in text
        assert "My focus:\nWaiting after a question" in text
        assert "mailto" not in text
    assert "Mark as discussed" in sign_in(cast["ben"]).get(page_of(completed)).content.decode()
    assert "Mark as discussed" not in sign_in(cast["amira"]).get(page_of(completed)).content.decode()


def test_what_people_write_is_shown_as_text(cast, make, sign_in):
    proforma = make(focus="<script>alert(1)</script>")

    assert "<script>alert" not in sign_in(cast["amira"]).get(page_of(proforma)).content.decode()


@pytest.mark.parametrize("reason", ["The expert is away", ""])
def test_either_cancels_with_a_reason_or_without(cast, make, sign_in, reason):
    proforma, client = make(), sign_in(cast["ben"])
    assert "Cancel this visit" in client.get(page_of(proforma, "cancel/")).content.decode()

    page = client.post(page_of(proforma, "cancel/"), {"reason": reason}, follow=True)

    assert reason in page.content.decode()
    assert fresh(proforma).state == State.CANCELLED


@pytest.mark.parametrize("who", ["amira", "ben"])
def test_a_visit_is_not_cancelled_over_arrangements_that_were_not_read(cast, make, sign_in, who):
    proforma, client = make(), sign_in(cast["ben"])
    url = page_of(proforma, "cancel/")
    sent = {"reason": "It has snowed", "revision": hidden_revision(client.get(url))}
    seen = client.get(page_of(proforma, "arrangements/")).context["form"].seen
    arrange(proforma, arrangements(planned_on=THEIRS), seen=seen, by=person(cast[who]))

    page = client.post(url, sent)

    assert page.status_code == 409
    assert "This visit was changed after you opened this page." in page.content.decode()
    assert "It has snowed" in page.content.decode()
    assert fresh(proforma).is_open
    client.post(url, sent | {"revision": hidden_revision(page)})
    assert fresh(proforma).state == State.CANCELLED


def hidden_revision(page):
    return BeautifulSoup(page.content, "lxml").select_one("[name=revision]")["value"]


# Who may


def test_only_the_ect_writes_and_only_the_mentor_ticks(cast, make, sign_in):
    proforma = make()

    mentor = sign_in(cast["ben"])
    assert [mentor.get(page_of(proforma, page)).status_code for page in ("fill-in/", "paper/upload/")] == [403, 403]
    assert mentor.post(page_of(proforma, "fill-in/"), {}).status_code == 403
    assert sign_in(cast["amira"]).post(page_of(proforma, "discuss/")).status_code == 403
    assert sign_in(cast["ben"]).get(page_of(proforma, "discuss/")).status_code == 405
