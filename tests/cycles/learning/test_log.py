"""The learning log: what is in it for whom, filtered, in pages, and taken along."""

import csv
import io
from datetime import date, timedelta

import page as validator
import pytest
import time_machine
from django.utils import timezone

from content.models import Reflection, Standard, Statement, Study, StudySection
from cycles.learning import actions
from cycles.learning.entries import Entry, Kind
from cycles.learning.export import as_csv, harmless
from cycles.models import ActionStep, Meeting
from people.actions import appoint
from people.models import Induction
from people.permissions import Role

from ..conftest import soup

WRITTEN = {
    "text": "Ask pupils to redraft",
    "what_for": "My feedback is used.",
    "by_when": date(2027, 1, 8),
    "standard": "",
}


@pytest.fixture
def standards(module):
    for number, title in ((1, "High expectations"), (6, "Assessment")):
        Standard.objects.create(pack=module.pack, code=f"TS{number}", title=title, position=number)
    for number, code in enumerate(["6.1", "6.3", "6.a"]):
        Statement.objects.create(pack=module.pack, code=code, text=f"Words of {code}", position=number)


@pytest.fixture
def reflections(module, amiras):
    """Three of Amira's: private, shared, and read by Ben."""
    study = Study.objects.create(
        pack=module.pack, module=module, slug="five", kind="elective", title="Five", summary="S", position=1
    )
    now = timezone.now()
    times = {"shared": {"shared_at": now}, "opened": {"shared_at": now, "opened_at": now}}
    for position, state in enumerate(["private", "shared", "opened"]):
        section = StudySection.objects.create(
            study=study, slug=state, title=f"A {state} one", audience="ect", minutes=5, text="…", position=position
        )
        section.statements.set(Statement.objects.filter(code="6.1"))
        Reflection.objects.create(
            induction=amiras, section=section, question="Why?", text=f"My {state} thought", state=state,
            begun_at=now - timedelta(days=30 + position), **times.get(state, {}),
        )  # fmt: skip


@pytest.fixture
def full(cast, amiras, agreed, standards, rated_twice, reflections):
    """A log with all that there is: an action step, an own action, two ratings, three reflections."""
    Meeting.objects.update(held_on=timezone.localdate() - timedelta(days=7))
    return actions.add(amiras, WRITTEN, by=cast["amira"], audit=rated_twice, section="feedback")


@pytest.fixture
def url(amiras):
    return f"/learning/inductions/{amiras.pk}/"


def titles(response):
    return [link.text for link in soup(response).select("tbody td:nth-of-type(2) > a")]


STEP, OWN = "Count to three", "Ask pupils to redraft"
START, END = (f"Audit of assessment: {moment} of the module" for moment in ("start", "end"))
PRIVATE, SHARED, READ = (f"Reflection on “A {state} one”" for state in ("private", "shared", "opened"))


# What is in it


def test_the_ect_has_all_of_it_the_newest_first(cast, full, url, sign_in):
    assert titles(sign_in(cast["amira"]).get(url)) == [OWN, END, START, STEP, PRIVATE, SHARED, READ]


def test_the_mentor_has_it_without_reflections_that_are_not_shared(cast, full, url, sign_in):
    answer = sign_in(cast["ben"]).get(url)
    assert titles(answer) == [OWN, END, START, STEP, SHARED, READ]
    text = answer.content.decode()
    assert "My opened thought" in text
    assert "My private thought" not in text
    assert "My shared thought" not in text  # until Ben opens it
    assert "Add an action" not in text


@pytest.mark.parametrize("name", ["", "log.csv", "actions/new/"])
@pytest.mark.parametrize("key", ["grace", "ruth", "joan", "colin", "olive", "tom", "priya", "zofia"])
def test_the_log_is_nobody_elses(cast, url, sign_in, key, name):
    client = sign_in(cast[key])
    assert client.get(url + name).status_code == 404
    assert client.post(url + "log.pdf").status_code == 404


@pytest.mark.parametrize("name", ["", "log.csv"])
def test_notes_of_meetings_are_never_in_it(cast, full, url, sign_in, name):
    ActionStep.objects.update(noticed="A note on what was noticed")
    text = sign_in(cast["amira"]).get(url + name).content.decode()
    assert "Silence" in text  # a success criterion
    for note in ("A private worry", "Wait time in the starter", "A note on what was noticed", "Questioning"):
        assert note not in text


def test_the_page_says_who_reads_what_of_it(cast, amiras, url, sign_in):
    to_the_ect = soup(sign_in(cast["amira"]).get(url)).text
    assert "the audit ratings that you have completed, and a reflection only once you share it" in to_the_ect
    assert "the reflections that are shared with you" in soup(sign_in(cast["ben"]).get(url)).text


def test_of_one_day_and_kind_the_newest_is_first_as_well(cast, amiras, reflections, url, sign_in):
    for text in ("Begin", "Again", "Change"):
        actions.add(amiras, WRITTEN | {"text": text}, by=cast["amira"])
    noon = timezone.now().replace(hour=12) - timedelta(days=9)
    for minutes, state in enumerate(["shared", "private", "opened"]):
        Reflection.objects.filter(state=state).update(begun_at=noon - timedelta(minutes=minutes))
    found = titles(sign_in(cast["amira"]).get(url))
    assert found == ["Change", "Again", "Begin", SHARED, PRIVATE, READ]


def test_what_is_of_one_day_is_in_the_order_of_the_time_of_day(
    cast, amiras, agreed, audit, rate, reflections, url, sign_in
):
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    Meeting.objects.update(planned_for=noon, held_on=noon.date())
    for hours, state in [(-3, "opened"), (1, "shared"), (3, "private")]:
        Reflection.objects.filter(state=state).update(begun_at=noon + timedelta(hours=hours))
    with time_machine.travel(noon - timedelta(hours=1), tick=False):
        actions.add(amiras, WRITTEN, by=cast["amira"])
    with time_machine.travel(noon + timedelta(hours=2), tick=False):
        rate(audit, 0, 1, 2)
    with time_machine.travel(noon + timedelta(hours=4), tick=False):
        answer = sign_in(cast["amira"]).get(url)
    assert titles(answer) == [PRIVATE, START, SHARED, STEP, OWN, READ]


def test_where_only_the_day_is_known_it_comes_before_all_else_of_that_day(cast, full, url, sign_in):
    long_ago = timezone.now() - timedelta(days=30)  # of the private one
    Meeting.objects.update(held_on=timezone.localdate(long_ago))
    full.added_on = timezone.localdate(long_ago)
    full.save()
    assert titles(sign_in(cast["amira"]).get(url)) == [END, START, PRIVATE, STEP, OWN, SHARED, READ]


@pytest.mark.parametrize("state", ["planned", "cancelled"])
def test_a_step_is_in_it_once_its_meeting_was_held(cast, held, url, sign_in, state):
    client = sign_in(cast["amira"])
    assert titles(client.get(url)) == [STEP]
    Meeting.objects.update(state=state, cancel_reason="Ill" if state == "cancelled" else "")
    assert titles(client.get(url)) == []


def test_a_rating_is_in_it_once_it_is_complete(cast, audit, rate, url, sign_in):
    rate(audit, 0, 1, 2)
    rate(audit, 3, complete=False)
    answer = sign_in(cast["amira"]).get(url)
    assert titles(answer) == [START]
    assert (
        "With support: I plan checks.\nBeginning: My feedback is used."
        in soup(answer).select_one("details .app-words").text
    )


def test_an_empty_log_says_what_will_be_in_it(cast, amiras, url, sign_in):
    page = soup(sign_in(cast["amira"]).get(url))
    assert "Nothing is in the log yet." in page.text
    assert "0 entries" in page.text


def test_an_action_says_what_for_by_when_and_when_it_was_done(cast, full, url, sign_in):
    actions.take_step(full, "finish", by=cast["amira"])
    text = soup(sign_in(cast["amira"]).get(url)).select_one("tbody tr").text
    for words in ("What for: My feedback is used.", "By: 8 January 2027", "Done: ", "About TS6, 6.3"):
        assert words in text


# Filters


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "own_action"}, [OWN]),
        ({"kind": "action_step"}, [STEP]),
        ({"kind": "audit"}, [END, START]),
        ({"kind": "reflection"}, [PRIVATE, SHARED, READ]),
        ({"standard": "TS6"}, [OWN, END, START, PRIVATE, SHARED, READ]),
        ({"statement": "6.3"}, [OWN, END, START]),
        ({"words": "COUNT three"}, [STEP]),
        ({"words": "feedback"}, [OWN, END, START]),
        ({"words": "count feedback"}, []),
        ({"kind": "audit", "words": "hands"}, []),
        ({"kind": "nonsense", "standard": "TS1", "statement": "9.9"}, [OWN, END, START, STEP, PRIVATE, SHARED, READ]),
        ({"words": "\0"}, [OWN, END, START, STEP, PRIVATE, SHARED, READ]),
    ],
)
def test_the_log_is_filtered_by_kind_standard_statement_and_words(cast, full, url, sign_in, query, found):
    assert titles(sign_in(cast["amira"]).get(url, query)) == found


def test_standards_and_statements_are_offered_where_there_is_something_about_them(cast, full, url, sign_in):
    page = soup(sign_in(cast["amira"]).get(url))
    offered = {
        name: [option.text for option in page.select(f"#id_{name} option")] for name in ("standard", "statement")
    }
    assert offered == {
        "standard": ["All standards", "TS6 Assessment"],
        "statement": ["All statements", "6.1 Words of 6.1", "6.3 Words of 6.3", "6.a Words of 6.a"],
    }


def test_the_page_says_what_it_is_filtered_by_and_the_downloads_follow(cast, full, url, sign_in):
    client = sign_in(cast["amira"])
    page = soup(client.get(url, {"kind": "audit", "words": "plan"}))
    assert page.select_one("main [role=status]").text == "2 entries: kind “Module audit”; words “plan”"
    link = page.select_one("a[href*='log.csv']")["href"]
    rows = list(csv.reader(io.StringIO(client.get(link).content.decode("utf-8-sig"))))
    assert [row[2] for row in rows[1:]] == [END, START]
    page = soup(client.get(url, {"words": "nowhere"}))
    assert "No entries match." in page.text
    assert page.select_one("details a").text == "Show all of it"


# Pages and queries


def test_the_log_goes_on_after_thirty_entries_with_its_filter(cast, amiras, url, sign_in):
    for number in range(31):
        actions.add(amiras, WRITTEN | {"text": f"Action {number:02}"}, by=cast["amira"])
    client = sign_in(cast["amira"])
    first = client.get(url, {"words": "action"})
    assert len(titles(first)) == 30
    older = soup(first).select_one(".govuk-pagination__next a")
    assert older.select_one(".govuk-pagination__link-label").text == "2 of 2"
    second = client.get(url + older["href"])
    assert titles(second) == ["Action 00"]
    assert soup(second).select_one(".govuk-pagination__prev a")["href"] == "?words=action&page=1"
    assert titles(client.get(url, {"page": "nonsense"})) == titles(first)


@pytest.mark.parametrize("name", ["", "log.csv", "log.pdf"])
def test_the_log_takes_as_many_queries_for_forty_rows_as_for_one(
    cast, amiras, full, url, sign_in, django_assert_max_num_queries, name
):
    client = sign_in(cast["amira"])
    ask = client.post if name == "log.pdf" else client.get
    with django_assert_max_num_queries(12):
        ask(url + name)
    meeting, study = Meeting.objects.get(), Study.objects.get()
    for number in range(40):
        actions.add(amiras, WRITTEN | {"text": f"Action {number}"}, by=cast["amira"])
        other = Meeting.objects.create(
            induction=amiras, title="M", planned_for=meeting.planned_for, held_on=meeting.held_on, state="agreed"
        )
        step = ActionStep.objects.create(induction=amiras, meeting=other, position=1, text=f"Step {number}")
        step.criteria.create(position=1, text="Seen")
        section = StudySection.objects.create(
            study=study, slug=f"s-{number}", title="S", audience="ect", minutes=5, text="…", position=number + 9
        )
        section.statements.set(Statement.objects.all())
        Reflection.objects.create(induction=amiras, section=section, question="?", text="A thought")
    with django_assert_max_num_queries(12):
        ask(url + name)


# Taken along


@pytest.mark.parametrize(
    "begin",
    [*"=+-@＝＋－＠﹢\t\r\n", "\ufeff=", "\u200b+", " -", "\u00a0@", "\u3164=", "\u2800＝", "\u034f=", "=\u0338"],
)
def test_no_cell_is_taken_for_a_formula(cast, amiras, url, sign_in, begin):
    entry = Entry(timezone.now(), Kind.OWN_ACTION, f"{begin}HYPERLINK(1)", "/", f"{begin}2", "", f"{begin}cmd|x")
    row = as_csv([entry]).decode("utf-8-sig").split("\r\n", 1)[1]
    cells = next(csv.reader(io.StringIO(row, newline="")))
    assert [cells[place] for place in (2, 3, 4)] == [f"'{begin}HYPERLINK(1)", f"'{begin}cmd|x", f"'{begin}2"]
    assert harmless(f"a{begin}b") == f"a{begin}b"


@pytest.mark.parametrize("cell", ["", " ", "\ufeff", "Łukasz", " 7 + 7", "（see）", "≠"])
def test_a_cell_that_is_no_formula_is_written_as_it_was_typed(cell):
    assert harmless(cell) == cell


def test_the_table_is_utf_8_with_a_mark_and_has_everything(cast, full, url, sign_in):
    answer = sign_in(cast["amira"]).get(url + "log.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="learning-log-amira-khan.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["What"] for row in rows] == [OWN, END, START, STEP, PRIVATE, SHARED, READ]
    assert rows[0] == {
        "Date": timezone.localdate().isoformat(),
        "Kind": "Own action",
        "What": OWN,
        "More": "What for: My feedback is used.\nBy: 8 January 2027",
        "Status": "To do",
        "Teachers' Standards": "TS6",
        "Framework statements": "6.3",
    }


@pytest.mark.parametrize("query", [{}, {"kind": "audit"}, {"words": "nowhere"}])
def test_the_pdf_meets_the_standards(cast, full, url, sign_in, query):
    document = sign_in(cast["ben"]).post(url + "log.pdf", query_params=query).content
    for profile in ("pdfa3a", "ua1"):
        found = validator.validate_pdf_bytes(document, profile=profile).failures
        assert [fault.message for fault in found if "STREAM-LENGTH" not in fault.rule_id] == []


def test_the_page_has_the_pdf_made_by_a_button_as_it_is_filtered(cast, full, url, sign_in):
    client = sign_in(cast["amira"])
    for query, words in [("", ""), ("?kind=audit", "?kind=audit")]:
        form = soup(client.get(url + query)).select_one("main form[method=post]")
        assert (form["action"], form.button.text) == (f"{url}log.pdf{words}", "Download as a PDF")
    assert client.get(url + "log.pdf").status_code == 405


def test_the_pdf_has_what_the_page_shows(cast, full, url, sign_in, monkeypatch):
    monkeypatch.setattr("ectprogramme.pdf.render", lambda html: html.encode())
    document = sign_in(cast["amira"]).post(f"{url}log.pdf?kind=audit").content.decode()
    assert START in document
    assert OWN not in document


def test_pdfs_of_the_log_are_limited_for_each_person(cast, url, sign_in, monkeypatch):
    monkeypatch.setattr("ectprogramme.pdf.render", lambda html: b"%PDF")
    client = sign_in(cast["amira"])
    assert [client.post(url + "log.pdf").status_code for _ in range(7)] == [200] * 6 + [429]
    assert sign_in(cast["ben"]).post(url + "log.pdf").status_code == 200


# One's own actions


@pytest.mark.parametrize("key", ["amira", "ben"])
def test_the_menu_leads_to_the_log(cast, url, sign_in, key):
    client = sign_in(cast[key])
    assert soup(client.get("/")).select_one("nav a[href='/learning/']").text == "Learning log"
    assert client.get("/learning/").url == url


def test_a_mentor_of_two_chooses_a_log(cast, sign_in):
    toms = Induction.objects.get(ect=cast["tom"])
    appoint(cast["ben"], Role.MENTOR, toms, starts_on=toms.starts_on.replace(year=toms.starts_on.year + 1), by=None)
    page = soup(sign_in(cast["ben"]).get("/learning/"))
    assert [link.text for link in page.select("main li a")] == ["Amira Khan", "Tom Hughes"]


def test_an_action_of_ones_own_needs_no_audit(cast, url, sign_in):
    client = sign_in(cast["amira"])
    page = soup(client.post(url + "actions/new/", {"text": ""}))
    assert [link.text for link in page.select(".govuk-error-summary a")] == ["Enter an answer for “What will you do?”"]
    answer = client.post(url + "actions/new/", {"text": "Watch two lessons"}, follow=True)
    assert titles(answer) == ["Watch two lessons"]
    assert sign_in(cast["ben"]).get(url + "actions/new/").status_code == 403


@pytest.mark.parametrize(
    "query", ["audit=x", "audit=99999", "audit={}", "audit={}&statement=no", "audit=²&statement=checks"]
)
def test_a_statement_that_is_not_there_is_passed_over(cast, audit, url, sign_in, query):
    page = soup(sign_in(cast["amira"]).get(f"{url}actions/new/?{query.format(audit.pk)}"))
    assert page.select_one("#id_what_for").text.strip() == ""


def test_a_statement_fills_in_what_for_and_its_standard(cast, audit, standards, url, sign_in):
    page = soup(sign_in(cast["amira"]).get(f"{url}actions/new/?audit={audit.pk}&statement=checks"))
    assert page.select_one("#id_what_for").text.strip() == "I plan checks."
    assert page.select_one("#id_standard option[selected]")["value"] == "TS6"
    page = soup(sign_in(cast["amira"]).get(f"{url}actions/new/?audit={audit.pk}&statement=marking"))
    assert page.select_one("#id_standard option[selected]")["value"] == ""


def sent(action, **changes):
    typed = {"text": action.text, "what_for": action.what_for, "standard": "", "revision": action.revision}
    typed |= {"by_when-day": "8", "by_when-month": "1", "by_when-year": "2027"}
    return typed | changes


def test_an_action_is_changed_on_its_page(cast, full, url, sign_in):
    client = sign_in(cast["amira"])
    page = soup(client.get(full.get_absolute_url()))
    assert page.select_one("#id_text").text.strip() == OWN
    answer = client.post(full.get_absolute_url(), sent(full, text="Ask twice"))
    assert answer.url == url
    full.refresh_from_db()
    assert full.text == "Ask twice"


def test_the_second_window_gets_both_versions(cast, full, sign_in):
    client = sign_in(cast["amira"])
    client.post(full.get_absolute_url(), sent(full, text="Ask twice", **{"by_when-day": "9"}))
    answer = client.post(full.get_absolute_url(), sent(full, text="Ask once"))
    page = soup(answer)
    assert answer.status_code == 409
    assert [text.text.strip() for text in page.select(".govuk-notification-banner dd")] == [
        "Ask twice",
        "9 January 2027",
    ]
    assert page.select_one("#id_text").text.strip() == "Ask once"
    client.post(full.get_absolute_url(), sent(full, text="Ask once", revision=page.select_one("#id_revision")["value"]))
    full.refresh_from_db()
    assert full.text == "Ask once"


def test_done_by_a_button_and_opened_again(cast, full, url, sign_in):
    client, page = sign_in(cast["amira"]), full.get_absolute_url()
    assert client.post(f"{page}steps/finish/").url == url
    read = soup(client.get(page))
    assert "Done" in read.select_one("dl").text
    assert read.select("textarea") == []
    assert "is at “Done” now" in client.post(f"{page}steps/finish/", follow=True).content.decode()
    late = soup(client.post(page, sent(full, text="Ask once more")))
    assert "This action is done" in late.select_one(".govuk-error-summary").text
    assert late.select_one("#id_text").text.strip() == "Ask once more"
    button = soup(client.get(page)).select_one("form[action$='reopen/']")
    client.post(button["action"], {"revision": button.select_one("[name=revision]")["value"]})
    full.refresh_from_db()
    assert full.done_on is None
    assert client.post(f"{page}steps/nonsense/").status_code == 404
    assert client.get(f"{page}steps/finish/").status_code == 405


def test_an_action_is_not_done_over_words_that_were_not_read(cast, full, url, sign_in):
    client, page = sign_in(cast["amira"]), full.get_absolute_url()
    button = soup(client.get(page)).select_one("form[action$='finish/']")
    client.post(page, sent(full, text="Something else"))

    late = client.post(button["action"], {"revision": button.select_one("[name=revision]")["value"]}, follow=True)

    assert "This has changed since you opened it. Read it again" in late.content.decode()
    assert soup(late).select_one("#id_text").text.strip() == "Something else"
    full.refresh_from_db()
    assert full.done_on is None


def test_the_mentor_reads_an_action_and_changes_nothing(cast, full, sign_in):
    full.standard = "TS6"
    full.save()
    client = sign_in(cast["ben"])
    page = soup(client.get(full.get_absolute_url()))
    assert [text.text for text in page.select("dd")][:4] == [
        OWN,
        "My feedback is used.",
        "8 January 2027",
        "TS6 Assessment",
    ]
    assert page.select("main form") == []
    assert client.post(full.get_absolute_url(), sent(full, text="Mine")).status_code == 403
    assert client.post(f"{full.get_absolute_url()}steps/finish/").status_code == 403
    assert sign_in(cast["grace"]).get(full.get_absolute_url()).status_code == 404
