"""No input gets a fault of ours: every form of the application, sent with what nobody should type."""

from itertools import cycle

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.urls import reverse

from content.actions import upload_packs
from content.adapting.actions import begin as adapt
from content.examples.actions import add
from content.models import SectionDone, Study, Template
from content.packs import Source
from cycles.models import LearningAction
from ectprogramme import demonstration, pdf
from people.models import Induction, User
from reviews.models import Review

ODD = [
    "",
    "nul\0in the middle",
    "🦊 Łukasz \u202e gnp.exe \ufffe",
    "<script>alert(1)</script> {{ 7|add:7 }} {% csrf_token %} '; DROP TABLE people_user; --",
    "-1",
    "9" * 400,
    "NaN",
    "x" * 70_000,
    "True",
    "2026-99-99",
]
QUERIES = [{}, {"after": "\0_\0"}, {"after": "9999-12-31_9223372036854775807"}, {"show": "\0"}, {"ect": "x" * 5000},
           {"before": "9" * 30}, {"before": "\0"}, {"q": "\0"}, {"q": "x" * 5000}, {"q": "a", "page": "9" * 30},
           {"q": "('\"*: NEAR/3 -"}, {"year": "\0", "ect": "\0"}, {"year": "9" * 30},
           {"words": "\0", "kind": "\0", "page": "-1"}, {"audit": "9" * 30, "statement": "\0"}]  # fmt: skip


BOXES = 5  # of one form that are tried


@pytest.fixture
def forms(demo, monkeypatch):
    """Pages with a form: who may send it, and where."""
    monkeypatch.setattr(pdf, "render", lambda html: b"%PDF-1.7")  # nothing of what is typed is in one
    amira = Induction.objects.get(ect__name="Amira Khan")
    meeting, proforma = amira.meetings.get(state="planned"), amira.proformas.get()
    adaptation = adapt(amira.school, Template.objects.get(slug="six-step-meeting"), by=amira.tutor)
    elective = Study.objects.get(slug="assessment-elective-5")
    SectionDone.objects.filter(person=amira.ect).delete()  # an elective that is begun cannot be exchanged
    choice = amira.electives.get(state="agreed")
    words = {"kind": "text", "title": "Pairs", "text": "See them.", "url": "", "seconds": None}
    example = add(elective.sections.get(slug="reflective-practice"), amira.school, words, by=amira.mentor)
    reports = {review.state: review.pk for review in Review.objects.exclude(saved_at=None)}
    olive = User.objects.get(name="Olive Turner")
    upload = upload_packs(
        [Source("a.yaml", b'slug: a\ntitle: A\nedition: "1"\nprogrammes: [{slug: a, title: A, summary: A}]')], by=olive
    )
    return [
        ("grace", "reviews:edit", [reports["draft"]]),
        ("grace", "reviews:edit", [reports["returned"]]),  # a formal assessment
        ("tom", "reviews:comment", [reports["released"]]),
        ("zofia", "reviews:sign", [reports["commented"]]),
        ("colin", "reviews:step", [reports["submitted"], "send_back"]),
        ("olive", "jobs", []),
        ("olive", "content:upload", []),
        ("olive", "content:uploaded", [upload.pk]),
        ("ben", "cycles:plan", [amira.pk]),
        ("ben", "cycles:meeting", [meeting.pk]),
        ("ben", "cycles:move", [meeting.pk]),
        ("ben", "cycles:step", [meeting.pk, "agree"]),
        ("ben", "cycles:cancel", [meeting.pk]),
        ("amira", "audits:list", [amira.pk]),
        ("amira", "audits:rate", [amira.audits.get().pk, "end"]),
        ("amira", "learning:new", [amira.pk]),
        ("tom", "learning:action", [LearningAction.objects.get().pk]),
        ("tom", "learning:step", [LearningAction.objects.get().pk, "finish"]),
        ("ben", "observations:set_up", [amira.pk]),
        ("ben", "observations:arrange", [proforma.pk]),
        ("grace", "adapting:list", [amira.school_id]),
        ("grace", "adapting:template", [adaptation.pk]),
        ("grace", "adapting:step", [adaptation.pk, "put_to_use"]),
        ("amira", "observations:fill_in", [proforma.pk]),
        ("amira", "observations:upload", [proforma.pk]),
        ("amira", "observations:cancel", [proforma.pk]),
        ("amira", "content:section", ["assessment-elective-5", "next-steps"]),
        ("amira", "content:section", ["assessment-elective-5", "applying-your-learning"]),
        ("ben", "content:section", ["assessment-elective-5", "mentor-reminder"]),
        ("ben", "content:reflection_step", [amira.reflections.get(state="shared").pk, "open"]),
        ("joan", "content:following", [amira.pk]),
        ("amira", "electives:propose", [amira.pk, elective.slug]),
        ("ben", "electives:change", [choice.pk]),
        ("ben", "examples:add", [amira.school_id, elective.slug, "reflective-practice"]),
        ("ben", "examples:change", [example.pk]),
        ("ben", "printing:pdf", ["sessions", "module-4-week-6"]),
        (None, "check", []),
        (None, "personas", []),
        (None, "account_login", []),
        (None, "account_reset_password", []),
        ("amira", "account_change_password", []),
        ("amira", "account_reauthenticate", []),
    ]


def main_form(page):
    """The form of a page that has most to fill in."""
    found = BeautifulSoup(page.content, "lxml").select("main form[method=post]")
    return max(found, key=lambda form: len(form.select("[name]")), default=None)


def names_in(form):
    """The names of a form's controls, beside some that belong to no form."""
    own = {control["name"] for control in form.select("[name]")} if form else set()
    others = {"job", "revision", "seen", "persona", "check", "state", "add", "up", "targets-999999-text", "step-9-text"}
    return (own | others | {"digest"}) - {"csrfmiddlewaretoken"}


def good_values(form):
    """What the form sends as it is, its token left out, with some words in each empty box and a choice in each open question."""
    values = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        kind, name = control.get("type", control.name), control["name"]
        if kind in ("radio", "checkbox"):
            if kind == "radio":
                values.setdefault(name, [control.get("value", "on")])
            if control.has_attr("checked"):
                values[name] = [*(values.get(name, []) if kind == "checkbox" else []), control.get("value", "on")]
        elif kind == "select":
            chosen = control.select_one("option[selected]") or control.select("option")[-1]
            values[name] = [chosen["value"]]
        elif kind not in ("file", "submit", "csrfmiddlewaretoken"):
            value = control.get_text() if kind == "textarea" else control.get("value", "")
            has_its_own = (
                kind == "hidden" or control.get("inputmode") or "govuk-input--width" in str(control.get("class"))
            )
            values[name] = [value if value.strip() or has_its_own else "Some words"]
    values.pop("csrfmiddlewaretoken", None)
    return values


def noting(written):
    """Puts every change of the database into the list, but for those that each request may make: of sessions and places."""

    def note(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and not any(
            table in sql for table in ("django_session", "keptplace")
        ):
            written.append(sql)
        return execute(sql, params, many, context)

    return note


@pytest.fixture
def pages(forms, client, settings):
    """Each page with a form, opened by whoever may send it: its name, its address and what is sent by hand or as typed."""
    settings.ACCOUNT_RATE_LIMITS = False
    client.raise_request_exception = False

    def opened():
        for key, name, args in forms:
            if key:
                client.force_login(User.objects.get(email__startswith=f"{key}@"))
                if name == "reviews:sign":
                    client.post(reverse("account_reauthenticate"), {"password": demonstration.PASSWORD})
            yield name, reverse(name, args=args)

    return opened


def test_no_form_breaks_when_all_of_it_is_odd(pages, client):
    faults = []
    for name, url in pages():
        page = client.get(url)
        fields = names_in(main_form(page))
        ways = [{}, {"HX-Request": "true"}] if b"data-autosave" in page.content else [{}]
        for odd in ODD[::2]:
            for headers in ways:
                answer = client.post(url, dict.fromkeys(fields, odd), headers=headers)
                if answer.status_code >= 500:
                    faults.append(f"{name} answers {answer.status_code} to {odd[:20]!r} {headers}")
        answer = client.post(url, headers=ways[-1])  # nothing at all
        if answer.status_code >= 500:
            faults.append(f"{name} answers {answer.status_code} to an empty body {ways[-1]}")
        assert client.get(url).status_code < 500
    assert not faults, "\n".join(faults)


# Of these nothing is kept, whatever is in the one box: a name that is not the signer's, a meeting in which something was
# decided above, and an elective that is on the list.
KEEP_NOTHING = {"reviews:sign", "cycles:cancel", "electives:propose"}


def test_what_is_odd_in_one_place_is_kept_or_refused_and_can_be_shown(pages, client):
    """A form as it is, but for one box: the rest is good, so that what is odd gets as far as it can."""
    faults, kept, tried, odd = [], set(), set(), cycle(ODD)
    for name, url in pages():
        done = set()
        while len(done) < BOXES and (form := main_form(client.get(url))):
            boxes = [
                box["name"] for box in form.select("input[type=text], input:not([type]), textarea") if box.get("name")
            ]
            untried = [box for box in boxes if box not in done]
            if not untried:
                break
            done.add(box := untried[-1 if len(done) % 2 else 0])
            tried.add(name)
            written, value = [], next(odd)
            with connection.execute_wrapper(noting(written)):
                answer = client.post(url, good_values(form) | {box: value})
            if answer.status_code >= 500:
                faults.append(f"{name} answers {answer.status_code} to {value[:20]!r} in {box}")
            if written:
                kept.add(name)
        assert client.get(url).status_code < 500
    assert not faults, "\n".join(faults)
    assert tried - kept == KEEP_NOTHING


def test_no_page_breaks_at_anything_in_its_address(forms, client):
    client.raise_request_exception = False
    faults = []
    client.force_login(User.objects.get(email__startswith="grace@"))
    for name in ("home", "reviews:list", "cycles:list", "content:list", "content:search", "check"):
        for query in QUERIES:
            answer = client.get(reverse(name), query)
            if answer.status_code >= 500:
                faults.append(f"{name} {query}")
    client.force_login(User.objects.get(email__startswith="amira@"))
    answers = [(query, client.get(reverse("content:reading"), query).status_code) for query in QUERIES]
    faults += [f"content:reading {query}" for query, status in answers if status != 200]
    client.force_login(User.objects.get(email__startswith="tom@"))
    tom = Induction.objects.get(ect__name="Tom Hughes").pk
    for name in ("learning:log", "learning:csv", "learning:new", "audits:list"):
        for query in QUERIES:
            answer = client.get(reverse(name, args=[tom]), query)
            if answer.status_code >= 500:
                faults.append(f"{name} {query}")
    paths = [
        "/reviews/99999999999999999999999/",
        "/records/%00/",
        "/cycles/9223372036854775808/",
        "/content/cycles/%F0/",
        "/content/studies/%F0/%F0/",
        "/content/reflections/9223372036854775808/",
        "/examples/99999999999999999999/",
        "/electives/inductions/9223372036854775808/",
        "/print/studies/%00/",
    ]
    faults += [path for path in paths if client.get(path).status_code >= 500]
    assert not faults, "\n".join(faults)
