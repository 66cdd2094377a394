"""Who gets what from each address: one table, by hand, for every URL and every kind of person.

A row says who gets which answer to a GET, or to a POST where there is no page to get; everybody else who is signed in gets
404, and whoever is not is led to sign in.
"""

from dataclasses import dataclass, field

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from content.actions import upload_packs
from content.adapting.actions import begin as adapt
from content.examples.actions import add as add_example
from content.models import StudySection, Template
from content.packs import gather
from cycles.models import LearningAction
from ectprogramme import pdf
from people.models import Induction, User
from reviews.models import Record, Review
from reviews.records import make_pdf
from tests.content.packs import PROGRAMME

OTHERS = {"zofia", "daniel", "helen", "samuel", "farah", "nadia"}  # of another school and another appropriate body
ALL = {"amira", "ben", "grace", "ruth", "joan", "colin", "olive"} | OTHERS | {"tom", "priya"}
MENTORS = {"ben", "priya", "daniel"}
PAIRS = MENTORS | {"amira", "tom", "zofia"}
ADMINISTRATORS = {"joan", "farah", "olive"}
SCHOOLS = ADMINISTRATORS | {"grace", "helen", "ruth", "samuel", "colin", "nadia"}
KEEPERS = {"ben", "priya", "grace", "ruth", "joan"}  # of Ashdown's own examples


@dataclass
class Row:
    """The answers of one address: names of people by status; `args` names what it is about; `public` needs no sign-in."""

    args: tuple = ()
    ok: set = field(default_factory=set)
    refused: set = field(default_factory=set)  # 403: may know of it, but not do this
    moved: set = field(default_factory=set)  # 302
    by_post: set = field(default_factory=set)  # the address is for POST alone, and these may
    public: bool = False


def people(names):
    return set(names.split())


# Amira's things at Ashdown; `draft` is her review while Grace writes it, `done` Tom's that was submitted and reviewed.
ACCESS = {
    "home": Row(ok=ALL),
    "accessibility": Row(ok=ALL, public=True),
    "personas": Row(ok=ALL, public=True),
    "check": Row(ok=ALL, public=True),
    "account": Row(ok=ALL),
    "form_token": Row(ok=ALL),
    "jobs": Row(ok=people("olive"), refused=ALL - people("olive")),
    "people:inductions": Row(ok=ALL),
    "people:induction": Row(("amira",), people("amira ben grace ruth joan colin olive")),
    "people:schools": Row(
        ok={"olive"}, moved=SCHOOLS - {"olive"}, refused=ALL - SCHOOLS
    ),  # to the only one that is theirs
    "people:school": Row(("school",), people("grace ruth joan colin olive")),
    "content:list": Row(ok=ALL),
    "content:guidance": Row(ok=ALL),
    "content:search": Row(ok=ALL),
    "content:cycle": Row(("cycle",), ALL),
    "content:upload": Row(ok=people("olive"), refused=ALL - people("olive")),
    "content:uploaded": Row(("upload",), people("olive")),
    "content:download": Row(("pack",), people("olive"), ALL - people("olive")),
    "content:reading": Row(ok=PAIRS, refused=ALL - PAIRS),
    "content:module": Row(("module",), ALL),
    "content:session": Row(("session",), ALL),
    "content:study": Row(("study",), ALL),
    "content:section": Row(("study", "next-steps"), ALL),
    "content:reflection": Row(("reflection",), people("amira ben")),
    "content:reflection_step": Row(("reflection", "open"), by_post=people("amira ben")),
    "content:following": Row(("amira",), people("grace joan olive"), people("amira ben ruth colin")),
    "adapting:list": Row(("school",), people("grace ruth joan")),
    "adapting:copy": Row(("adaptation",), by_post=people("grace ruth joan")),
    "adapting:template": Row(("adaptation",), people("grace ruth joan")),
    "adapting:step": Row(("adaptation", "put_to_use"), people("grace ruth joan")),
    "cycles:preview": Row(("adaptation",), people("grace ruth joan")),
    "audits:home": Row(moved=PAIRS, refused=ALL - PAIRS),
    "audits:list": Row(("amira",), people("amira ben")),
    "audits:audit": Row(("audit",), people("amira ben")),
    "audits:rate": Row(("audit", "end"), people("amira"), people("ben")),
    "audits:pdf": Row(("audit",), by_post=people("amira ben")),
    "learning:home": Row(moved=PAIRS, refused=ALL - PAIRS),
    "learning:log": Row(("amira",), people("amira ben")),
    "learning:csv": Row(("amira",), people("amira ben")),
    "learning:pdf": Row(("amira",), by_post=people("amira ben")),
    "learning:new": Row(("amira",), people("amira"), people("ben")),
    "learning:action": Row(("action",), people("tom priya")),
    "learning:step": Row(("action", "finish"), by_post=people("tom"), refused=people("priya")),
    "electives:list": Row(("amira",), people("amira ben"), people("grace ruth joan colin olive")),
    "electives:propose": Row(("amira", "study"), people("amira"), people("ben grace ruth joan colin olive")),
    "electives:change": Row(("choice",), moved=people("amira ben")),  # it is begun
    "electives:close": Row(("choice", "withdraw"), moved=people("amira ben")),
    "electives:step": Row(("choice", "agree"), by_post=people("amira ben")),
    "examples:list": Row(("school",), KEEPERS, people("amira tom")),
    "examples:add": Row(("school", "study", "reflective-practice"), KEEPERS, people("amira tom")),
    "examples:change": Row(("example",), KEEPERS, people("amira tom")),
    "examples:remove": Row(("example",), KEEPERS - {"priya"}, people("priya amira tom")),  # Ben has added it
    "examples:file": Row(("example",), KEEPERS | people("amira tom")),
    "printing:page": Row(("modules", "module"), ALL),
    "printing:pdf": Row(("studies", "study"), ALL),
    "cycles:list": Row(ok=ALL - ADMINISTRATORS - {"colin", "nadia"}, refused=ADMINISTRATORS | {"colin", "nadia"}),
    "cycles:plan": Row(("amira",), people("amira ben"), people("grace ruth joan colin olive")),
    "cycles:meeting": Row(("meeting",), people("amira ben grace ruth")),
    "cycles:move": Row(("meeting",), people("amira ben"), people("grace ruth")),
    "cycles:cancel": Row(("meeting",), people("amira ben"), people("grace ruth")),
    "cycles:step": Row(("meeting", "agree"), moved=people("amira ben"), refused=people("grace ruth")),
    "observations:list": Row(ok=PAIRS, refused=ALL - PAIRS),
    "observations:set_up": Row(("amira",), people("amira ben")),
    "observations:proforma": Row(("proforma",), people("amira ben")),
    "observations:arrange": Row(("proforma",), people("amira ben")),
    "observations:fill_in": Row(("proforma",), people("amira"), people("ben")),
    "observations:discuss": Row(("proforma",), by_post=people("ben"), refused=people("amira")),
    "observations:reopen": Row(("proforma",), by_post=people("amira"), refused=people("ben")),
    "observations:cancel": Row(("proforma",), people("amira ben")),
    "observations:paper": Row(("proforma",)),
    "observations:upload": Row(("proforma",), people("amira"), people("ben")),
    "reviews:list": Row(ok=ALL - MENTORS - ADMINISTRATORS, refused=MENTORS | ADMINISTRATORS),
    "reviews:read": Row(("draft",), people("amira grace ruth")),
    "reviews:edit": Row(("draft",), people("grace"), people("amira ruth")),
    "reviews:comment": Row(("draft",), moved={"amira"}, refused=people("grace ruth")),
    "reviews:sign": Row(("draft",), moved=people("amira grace"), refused={"ruth"}),
    "reviews:step": Row(("draft", "release"), people("grace"), people("amira ruth")),
    "reviews:dates": Row(("amira",), people("amira grace ruth colin"), people("ben joan olive")),
    "reviews:record": Row(("record",), people("tom grace ruth colin")),
}


@pytest.fixture
def things(demo):
    """What the rows are about, in the demonstration."""
    record = Record.objects.get(review__induction__ect__name="Tom Hughes", review__number=1)
    make_pdf(record.pk)
    amira = Induction.objects.get(ect__name="Amira Khan")
    six_steps = Template.objects.get(slug="six-step-meeting")
    asking = StudySection.objects.get(slug="reflective-practice", study__slug="assessment-elective-5")
    sheet = {"kind": "file", "title": "A sheet", "text": "", "url": "", "seconds": None}
    sheet["file"] = SimpleUploadedFile("sheet.pdf", b"%PDF-1.7")
    return {
        "choice": amira.electives.get(state="agreed").pk,
        "example": add_example(asking, amira.school, sheet, by=amira.mentor).pk,
        "module": "module-4",
        "session": "module-4-week-6",
        "study": "assessment-elective-5",
        "reflection": amira.reflections.get(state="shared").pk,
        "amira": amira.pk,
        "adaptation": adapt(amira.school, six_steps, by=amira.tutor).pk,
        "school": amira.school_id,
        "cycle": "development-cycle-1",
        "pack": "programme",
        "upload": upload_packs(gather([PROGRAMME]), by=User.objects.get(name="Olive Turner")).pk,
        "audit": amira.audits.get().pk,
        "action": LearningAction.objects.get().pk,
        "meeting": amira.meetings.get(state="planned").pk,
        "proforma": amira.proformas.get().pk,
        "draft": Review.objects.get(induction=amira, number=1).pk,
        "record": record.code,
    }


def addresses(resolver=None, prefix=""):
    """Every named URL of the project, but those of allauth, which has its own tests."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if "accounts/" not in str(entry.pattern):
                yield from addresses(entry, f"{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"


def test_no_address_is_missing_from_the_table_and_none_is_too_many():
    assert sorted({*addresses(), "account"}) == sorted(ACCESS)


def expected(row):
    if row.by_post:
        return dict.fromkeys(ALL, 405) | {"nobody": 302}
    answers = dict.fromkeys(ALL, 404) | {"nobody": 200 if row.public else 302}
    for names, status in [(row.ok, 200), (row.refused, 403), (row.moved, 302)]:
        answers |= dict.fromkeys(names, status)
    return answers


def test_each_person_gets_from_each_address_what_the_table_says(things, client):
    users = {user.email.split("@")[0]: user for user in User.objects.all()}
    assert set(users) == ALL
    differences = []
    for key in ["nobody", *users]:
        if key in users:
            client.force_login(users[key])
        for name, row in ACCESS.items():
            answer = client.get(reverse(name, args=[things.get(arg, arg) for arg in row.args]))
            if answer.streaming:
                list(answer.streaming_content)  # to the end, which closes the file
            if answer.status_code != expected(row)[key]:
                differences.append(f"{key} gets {answer.status_code} from {name}, not {expected(row)[key]}")
            if key == "nobody" and not row.public:
                assert answer.url.startswith("/accounts/login/")
    assert not differences, "\n".join(differences)


def test_what_has_no_page_is_done_by_those_only_whom_the_table_names(things, client, monkeypatch):
    monkeypatch.setattr(pdf, "render", lambda html: b"%PDF-1.7")
    differences = []
    for user in User.objects.all():
        client.force_login(user)
        key = user.email.split("@")[0]
        for name, row in ACCESS.items():
            if not row.by_post:
                continue
            undo = transaction.savepoint()
            status = client.post(reverse(name, args=[things.get(arg, arg) for arg in row.args])).status_code
            transaction.savepoint_rollback(undo)
            answer = "done" if status in (200, 302) else status
            told = "done" if key in row.by_post else 403 if key in row.refused else 404
            if answer != told:
                differences.append(f"{key} gets {answer} from {name}, not {told}")
    assert not differences, "\n".join(differences)
