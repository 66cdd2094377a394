"""The home page, the pages about the service itself, and the pages for what goes wrong."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django_q.conf import Conf
from django_q.models import Failure, OrmQ

from cycles.models import Audit, LearningAction, Meeting
from ectprogramme import schedules
from ectprogramme.typists import FIELD, mark_of
from ectprogramme.views import JOBS, server_error
from observations.models import Proforma
from people.models import Induction, User
from reviews.models import Review


def home(sign_in, person):
    return sign_in(person).get("/")


# Whose turn it is


MOST_URGENT = {
    "grace": ("Change and release again", "First formal assessment, Summer"),
    "colin": ("Review", "Progress review, Spring"),
    "samuel": ("Sign", "First formal assessment, Summer"),
    "helen": ("Sign", "Progress review, Spring"),
    "ben": ("Hold your meeting", "Amira Khan"),
}


def test_the_most_urgent_thing_comes_first(demo, sign_in):
    for key, (what, about) in MOST_URGENT.items():
        turn = home(sign_in, demo[key]).context["next"]
        assert turn.what == what
        assert about in turn.about


def test_whoever_has_nothing_to_do_is_told_so(demo, sign_in):
    for key in ("ruth", "joan", "nadia", "olive"):
        assert "Nothing is waiting for you" in home(sign_in, demo[key]).content.decode(), key


def test_everything_that_waits_is_listed_in_order(demo, sign_in):
    response = home(sign_in, demo["amira"])
    turns = [response.context["next"], *(turn for turn, _ in response.context["turns"])]
    dates = [turn.due_on for turn in turns if turn.due_on]
    assert dates == sorted(dates)
    assert {"Hold your meeting", "Visit an expert"} <= {turn.what for turn in turns}


def test_a_meeting_of_the_last_days_is_to_be_agreed_and_not_overdue(demo, sign_in):
    context = home(sign_in, demo["tom"]).context
    turns = [(context["next"], context["next_overdue"]), *context["turns"]]
    ((turn, overdue),) = [found for found in turns if found[0].what == "Agree your meeting"]
    assert "with Priya Shah" in turn.about
    assert not overdue


def test_a_follow_up_comes_first_only_where_nothing_is_to_be_done(demo, sign_in):
    """It is the one thing with a date that Priya has, and what she has to do has none."""
    response = home(sign_in, demo["priya"])
    (follow_up,) = [turn for turn, _ in response.context["turns"] if turn.only_a_date]
    assert not response.context["next"].only_a_date

    Proforma.objects.all().delete()
    LearningAction.objects.all().delete()
    Audit.objects.all().delete()
    response = home(sign_in, demo["priya"])
    assert response.context["next"] == follow_up
    assert f"On {date_format(follow_up.due_on, 'l j F')}." in response.content.decode()


def test_a_mentor_with_nothing_else_to_do_plans_the_next_meeting(demo, sign_in):
    assert "Plan your next meeting" not in home(sign_in, demo["ben"]).content.decode()
    Meeting.objects.filter(state="planned").delete()
    response = home(sign_in, demo["daniel"])
    assert (response.context["next"].what, response.context["next"].about) == (
        "Plan your first meeting",
        "Zofia Łukaszewska",
    )
    turns = [response.context["next"], *(turn for turn, _ in home(sign_in, demo["ben"]).context["turns"])]
    assert turns[-1].what == "Plan your next meeting"


def test_reports_that_are_not_on_the_home_page_are_told_of_and_the_oldest_comes_first(demo, sign_in):
    colin, review = demo["colin"], Review.objects.filter(state="submitted").first()
    assert "More reports wait for you" not in home(sign_in, colin).content.decode()
    for n in range(10):  # each older than the one before
        review.pk, review.number, review.due_on = None, 90 + n, review.due_on - timedelta(days=1)
        review.save()
    response = home(sign_in, colin)
    assert response.context["next"].url == review.get_absolute_url()
    assert len(response.context["turns"]) == 9
    assert "More reports wait for you" in response.content.decode()


def test_what_is_overdue_is_marked(demo, sign_in):
    assert "It was due on" in home(sign_in, demo["grace"]).content.decode()


def test_a_report_that_is_far_off_does_not_wait_for_anybody(demo, sign_in):
    far = timezone.localdate() + timedelta(days=61)
    Review.objects.filter(state="draft").update(saved_at=None, due_on=far)
    turns = [turn.what for turn, _ in home(sign_in, demo["grace"]).context["turns"]]
    assert "Fill in" not in turns


def test_a_headteacher_is_told_what_is_overdue_at_the_school_and_whom_it_waits_for(demo, sign_in):
    today = timezone.localdate()
    Review.objects.update(due_on=today + timedelta(days=1))
    not_made = Review.objects.filter(induction__ect=demo["tom"], state="draft").earliest("due_on", "pk")
    reviewed = Review.objects.filter(induction__ect=demo["tom"], state="reviewed").earliest("due_on", "pk")
    Review.objects.filter(pk__in=[not_made.pk, reviewed.pk]).update(due_on=today - timedelta(days=1))
    html = home(sign_in, demo["ruth"]).content.decode()
    assert html.partition("Overdue at your school")[2].count("Waiting for the induction tutor to release it.") == 1
    assert f"{not_made}, Tom Hughes" in html
    for who in ("samuel", "grace", "colin"):
        assert "Overdue at your school" not in home(sign_in, demo[who]).content.decode()


def test_every_home_page_takes_few_queries(demo, sign_in, django_assert_max_num_queries):
    for person in demo.values():
        client = sign_in(person)
        with django_assert_max_num_queries(12):
            client.get("/")


def test_the_menu_has_what_is_the_persons_and_marks_where_they_are(demo, sign_in):
    client = sign_in(demo["ben"])
    labels = [link["label"] for link in client.get("/").context["navigation"]]
    assert labels == ["Home", "Meetings", "Experts", "Reading", "Learning log", "Programme", "Account", "Sign out"]
    current = {link["label"]: link["current"] for link in client.get("/cycles/").context["navigation"]}
    assert current["Meetings"] == "page"
    meeting = Meeting.objects.filter(induction__ect=demo["amira"]).first()
    current = {link["label"]: link["current"] for link in client.get(meeting.get_absolute_url()).context["navigation"]}
    assert (current["Meetings"], current["Home"]) == ("true", "")
    assert Proforma.objects.exists()


@pytest.mark.parametrize(("key", "marked"), [("amira", "Reading"), ("ben", "Reading"), ("grace", "Programme")])
def test_the_menu_marks_reading_on_its_pages_for_whoever_reads_there(demo, sign_in, key, marked):
    client = sign_in(demo[key])
    for path in (
        "/content/modules/module-4/",
        "/content/sessions/module-4-week-6/",
        "/content/studies/assessment-elective-5/next-steps/",
        "/content/cycles/development-cycle-1/",
    ):
        links = client.get(path).context["navigation"]
        assert [(link["label"], link["current"]) for link in links if link["current"]] == [(marked, "true")]
    links = client.get("/content/").context["navigation"]
    assert [link["label"] for link in links if link["current"]] == ["Programme"]


def test_the_menu_marks_reading_where_an_elective_is_chosen(demo, sign_in):
    links = sign_in(demo["amira"]).get(f"/electives/inductions/{demo['amira'].induction.pk}/").context["navigation"]
    assert [link["label"] for link in links if link["current"]] == ["Reading"]


# The demonstration's sign-in


def test_a_persona_signs_in_by_one_click(cast, client):
    assert "Grace Okafor" in client.get(reverse("personas")).content.decode()
    response = client.post(reverse("personas"), {"persona": "grace"})
    assert response.url == "/"
    assert client.get("/").context["user"] == cast["grace"]


@pytest.mark.parametrize("key", ["", "nobody"])
def test_somebody_who_is_not_in_the_cast_cannot(cast, client, key):
    assert client.post(reverse("personas"), {"persona": key}).status_code == 404


def test_personas_are_not_there_without_the_demonstration(cast, client, settings):
    settings.DEMONSTRATION = False
    assert client.get(reverse("personas")).status_code == 404
    assert client.post(reverse("personas"), {"persona": "grace"}).status_code == 404
    assert "Demonstration people" not in client.get(reverse("accessibility")).content.decode()


def test_personas_say_so_when_there_are_none(client, db):
    assert "load the demonstration first" in client.get(reverse("personas")).content.decode()


# Background jobs


def failed_job(number=1):
    now = timezone.now()
    return Failure.objects.create(
        id=f"{number:032}", name="job", func="people.tasks.send_notice", args=(0,), started=now, stopped=now, success=False,
        result="OSError: no mail server", attempt_count=5,
    )  # fmt: skip


def test_failed_jobs_wait_for_the_programme_administrator_and_for_nobody_else(cast, sign_in):
    failed_job(1)
    turn = home(sign_in, cast["olive"]).context["next"]
    assert (turn.what, turn.about, turn.url) == ("See what failed", "1 background job failed", reverse("jobs"))
    failed_job(2)
    assert home(sign_in, cast["olive"]).context["next"].about == "2 background jobs failed"
    assert home(sign_in, cast["joan"]).context["next"] is None


def test_every_background_job_has_words():
    ours = [Path(app.path) for app in apps.get_app_configs() if "site-packages" not in app.path]
    code = [path for folder in ours for path in folder.rglob("*.py")]
    asked = {name for path in code for name in re.findall(r'async_task\(\s*"([^"]+)"', path.read_text())}
    assert asked | {job.task for job in schedules.JOBS.values()} == set(JOBS)


def test_many_failed_jobs_are_on_several_pages(cast, sign_in):
    for number in range(31):
        failed_job(number)
    client = sign_in(cast["olive"])
    pages = [client.get(reverse("jobs"), {"page": page}).content.decode() for page in (1, 2)]
    assert [page.count("no mail server") for page in pages] == [30, 1]
    assert "?page=2" in pages[0]


def test_a_failed_job_is_shown_and_tried_again(cast, sign_in, monkeypatch):
    monkeypatch.setattr(Conf, "SYNC", False)
    failure = failed_job()
    client = sign_in(cast["olive"])
    html = client.get(reverse("jobs")).content.decode()
    assert "no mail server" in html
    assert ">Send an email</h2>" in html
    assert "5 times" in html
    assert client.post(reverse("jobs"), {"job": failure.pk}).url == reverse("jobs")
    assert not Failure.objects.filter(pk=failure.pk).exists()
    assert OrmQ.objects.get().task["func"] == "people.tasks.send_notice"
    assert client.post(reverse("jobs"), {"job": failure.pk}).status_code == 404


# What goes wrong


@pytest.mark.parametrize(
    ("path", "status", "words"), [("/nothing-here/", 404, "Page not found"), ("/jobs/", 403, "You cannot do this")]
)
def test_errors_say_what_to_do(cast, sign_in, path, status, words):
    response = sign_in(cast["ben"]).get(path)
    assert response.status_code == status
    assert f'<h1 class="govuk-heading-l">{words}</h1>' in response.content.decode()


def test_a_request_that_cannot_be_read_is_told_so(client, db):
    response = client.post(reverse("check"), {f"n{number}": "" for number in range(2001)})
    assert response.status_code == 400
    assert "We could not read that request" in response.content.decode()


def test_a_fault_of_ours_gets_a_page_that_needs_nothing(rf):
    response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Sorry, there is a problem" in response.content.decode()


def test_a_form_sent_after_the_session_ended_keeps_what_was_typed(client, db):
    response = client.post("/reviews/1/edit/", {"reasons": "Typed <b>long</b> and hard", "password": "secret"})
    html = response.content.decode()
    assert response.status_code == 403
    assert "Typed &lt;b&gt;long&lt;/b&gt; and hard" in html
    assert "secret" not in html
    assert "Sign in again" in html
    assert "<title>Your session has ended" in html


def test_what_was_typed_is_shown_under_the_names_of_its_fields(client, db):
    sent = {
        "answer_probe-areas": "Endings",
        "targets-0-review_on": "Friday",
        "revision": "7 or so",
        "seen-praise": "abc",
        FIELD: mark_of(User(pk=1, name="Somebody")),
        "planned_on-day": "12",
    }
    page = BeautifulSoup(client.post("/reviews/1/edit/", sent).content, "html.parser")
    shown = zip(page.select("details dt"), page.select("details dd"), strict=True)
    assert [(name.text, words.text) for name, words in shown] == [
        ("Probe areas", "Endings"),
        ("Targets 1 review on", "Friday"),
        ("Planned on day", "12"),
    ]
    kept = {box["name"]: box.text.removeprefix("\n") for box in page.select("form textarea[hidden]")}
    assert kept == sent  # what is sent again is all of it


def test_a_form_that_somebody_else_opened_is_not_done(cast, sign_in, client):
    """Grace leaves a form open, and Ruth signs in in the same browser."""
    amira = Induction.objects.get(ect=cast["amira"])
    url = reverse("content:following", args=[amira.pk])
    form = BeautifulSoup(sign_in(cast["grace"]).get(url).content, "html.parser").select_one("main form")
    sent = {box["name"]: box["value"] for box in form.select("input[type=hidden]")} | {"phase": "send"}
    for headers in ({}, {"HX-Request": "true"}):
        answer = sign_in(cast["joan"]).post(url, sent, headers=headers)
        assert answer.status_code == 403
        amira.refresh_from_db()
        assert amira.phase != "send"
    page = BeautifulSoup(sign_in(cast["joan"]).post(url, sent).content, "html.parser")
    assert page.h1.text == "Somebody else is signed in"
    assert "Grace Okafor opened this form, and Joan Pike is signed in now." in page.text
    assert not page.select("details"), "what Grace typed is not shown to Joan"
    again = {box["name"]: box.text.removeprefix("\n") for box in page.select("main form textarea[hidden]")}
    assert again["phase"] == "send"
    assert sign_in(cast["joan"]).post(url, again).status_code == 403
    assert sign_in(cast["grace"]).post(url, again).status_code == 302


def test_a_form_from_a_session_of_somebody_else_is_kept_for_them_and_not_shown(cast):
    """Its token is not the session's either, and that is found out first."""
    html = without_token(cast["ruth"], {"Origin": "http://testserver"}, **{FIELD: mark_of(cast["grace"])})
    assert "Grace Okafor opened this form, and Ruth Bennett is signed in now." in html
    main = BeautifulSoup(html, "html.parser").main
    for kept in main.select("textarea[hidden]"):
        kept.decompose()
    assert "Typed long and hard" not in main.text


@pytest.mark.parametrize("made_up", ["", "x", "WzEsICJHcmFjZSJd:AAAA", "\0"])
def test_a_made_up_name_of_whoever_opened_a_form_counts_for_nothing(cast, sign_in, made_up):
    client = sign_in(cast["grace"])
    assert client.post("/demonstration/", {FIELD: made_up, "persona": "nobody"}).status_code == 404


def test_the_token_to_send_a_form_again_is_the_sessions(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["grace"])
    token = client.get("/form-token/").json()["token"]
    sent = {"csrfmiddlewaretoken": token, "reasons": "x"}
    assert client.post("/reviews/0/edit/", sent, headers={"Origin": "http://testserver"}).status_code == 404
    assert client.post("/reviews/0/edit/", sent, headers={"Origin": "http://other.example"}).status_code == 403


def without_token(person, headers, **sent):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    response = client.post("/reviews/1/edit/", {"reasons": "Typed long and hard", **sent}, headers=headers)
    assert response.status_code == 403
    return response.content.decode()


@pytest.mark.parametrize("headers", [{"Origin": "http://testserver"}, {"Referer": "http://testserver/reviews/1/edit/"}])
def test_a_form_with_a_lost_token_is_shown_to_be_sent_again(cast, headers):
    html = without_token(cast["grace"], headers)
    assert "Send your form once more" in html
    assert "Typed long and hard" in html
    assert "Your session has ended" not in html


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://testserver"},
        {"Origin": "http://testserver.other.example"},
        {"Origin": "http://other.example", "Referer": "http://testserver/"},
        {"Referer": "http://other.example/http://testserver/"},
    ],
)
def test_a_form_of_another_site_is_refused_and_not_offered_to_be_sent(cast, headers):
    html = without_token(cast["grace"], headers)
    assert "You cannot do this" in html
    assert "Typed long and hard" not in html
    assert "csrfmiddlewaretoken" not in html


def test_a_file_has_to_be_chosen_again(client, db, tmp_path):
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF")
    with file.open("rb") as upload:
        html = client.post("/experts/1/paper/upload/", {"paper": upload}).content.decode()
    assert "choose your file again" in html


def test_saving_as_typed_without_a_session_gets_a_short_answer(client, db):
    response = client.post("/reviews/1/edit/", {"reasons": "x"}, headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert "Sign in in another tab" in response.content.decode()
    assert "<html" not in response.content.decode()
