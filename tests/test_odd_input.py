"""No input gets a fault of ours: every form of the application, sent with what nobody should type."""

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


def names_in(page):
    """The names of a page's controls, beside some that belong to no form."""
    soup = BeautifulSoup(page.content, "lxml")
    found = {control["name"] for control in soup.select("main [name]")}
    return (
        found
        | {
            "job",
            "revision",
            "seen",
            "persona",
            "check",
            "state",
            "add",
            "up",
            "targets-999999-text",
            "step-9-text",
            "digest",
        }
    ) - {"csrfmiddlewaretoken"}


def noting(written):
    """Puts every change of the database into the list, but for sessions, which each request may touch."""

    def note(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql:
            written.append(sql)
        return execute(sql, params, many, context)

    return note


def test_no_form_breaks_at_anything_that_is_typed(forms, client, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    client.raise_request_exception = False
    faults = []
    for key, name, args in forms:
        url = reverse(name, args=args)
        if key:
            client.force_login(User.objects.get(email__startswith=f"{key}@"))
            if name == "reviews:sign":
                client.post(reverse("account_reauthenticate"), {"password": demonstration.PASSWORD})
        page = client.get(url)
        fields = names_in(page)
        ways = [{}, {"HX-Request": "true"}] if b"data-autosave" in page.content else [{}]
        for odd in ODD:
            written = []
            with connection.execute_wrapper(noting(written)):
                for headers in ways:
                    answer = client.post(url, dict.fromkeys(fields, odd), headers=headers)
                    if answer.status_code >= 500:
                        faults.append(f"{name} answers {answer.status_code} to {odd[:20]!r} {headers}")
            # what was kept of it can be shown; where nothing was, the page is as it was
            if written or odd == ODD[-1]:
                assert client.get(url).status_code < 500
        answer = client.post(url, headers=ways[-1])  # nothing at all
        if answer.status_code >= 500:
            faults.append(f"{name} answers {answer.status_code} to an empty body {ways[-1]}")
    assert not faults, "\n".join(faults)


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
