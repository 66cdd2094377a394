"""The pages about audits, as the ECT and the mentor use them."""

import io

import page as validator
import pypdf
import pytest

from content.forms import LONGEST
from content.models import Following, Module, Programme, Section, Session
from content.sections import KINDS
from cycles.audits import actions
from cycles.audits.models import Audit
from cycles.learning import actions as learning
from people.actions import Refused, appoint
from people.models import Induction, Post
from people.permissions import Role

from ..conftest import SCALE, soup

HTMX = {"HX-Request": "true"}


def rate_page(audit, moment="start"):
    return f"/learning/audits/{audit.pk}/rate/{moment}/"


def pdf_of(audit):
    return f"/learning/audits/{audit.pk}/pdf/"


def sent(audit, *places, **others):
    keys = ["checks", "feedback", "marking"]
    chosen = {f"answer_{key}": SCALE[place] for key, place in zip(keys, places, strict=False)}
    return {"revision": audit.revision, **chosen, **others}


# Where one begins


@pytest.mark.parametrize("key", ["amira", "ben"])
def test_the_way_from_a_module_leads_to_the_audits(cast, amiras, sign_in, key):
    assert sign_in(cast[key]).get("/learning/audits/").url == f"/learning/audits/inductions/{amiras.pk}/"


def test_a_mentor_of_two_chooses_an_ect(cast, amiras, sign_in):
    toms = Induction.objects.get(ect=cast["tom"])
    appoint(cast["ben"], Role.MENTOR, toms, starts_on=toms.starts_on.replace(year=toms.starts_on.year + 1), by=None)
    page = soup(sign_in(cast["ben"]).get("/learning/audits/"))
    assert [link.text for link in page.select("main li a")] == ["Amira Khan", "Tom Hughes"]


def test_the_ect_begins_where_there_is_an_audit_and_rates_at_once(cast, amiras, module, sign_in):
    client, url = sign_in(cast["amira"]), f"/learning/audits/inductions/{amiras.pk}/"
    page = soup(client.get(url))
    assert page.select_one("button[name=module]")["value"] == "module-4"
    answer = client.post(url, {"module": "module-4"})
    audit = Audit.objects.get()
    assert answer.url == rate_page(audit)
    page = soup(client.get(url))
    assert page.select("button[name=module]") == []
    assert "Not rated yet" in page.text


def test_audits_are_in_the_order_of_their_modules_of_which_one_without_a_number_comes_last(amiras, audit, cast):
    other = Module.objects.get()
    other.pk, other.slug, other.number = None, "a-module", None
    other.save()
    actions.begin(amiras, other, by=cast["amira"])
    assert [audit.module.slug for audit in amiras.audits.all()] == ["module-4", "a-module"]


def test_a_mentor_begins_nothing(cast, amiras, module, sign_in):
    client, url = sign_in(cast["ben"]), f"/learning/audits/inductions/{amiras.pk}/"
    page = soup(client.get(url))
    assert "Year 1: Assessment" in page.text
    assert page.select("button[name=module]") == []
    assert client.post(url, {"module": "module-4"}).status_code == 403


@pytest.fixture
def session(module):
    """`session("end")` is a session of the module in which its end is rated."""

    def made(moment):
        week = 1 if moment == "start" else 6
        session, _ = Session.objects.get_or_create(
            pack=module.pack,
            module=module,
            slug=f"week-{week}",
            week=week,
            title="T",
            summary="S",
            audit=moment,
            position=week,
        )
        return session.get_absolute_url()

    return made


def ways(client, url):
    """The links of the place that tells of the audit, by their words."""
    return {link.text: link["href"] for link in soup(client.get(url)).select("main .govuk-inset-text a")}


def test_a_session_leads_the_ect_to_the_rating_that_it_asks_for(cast, amiras, module, session, sign_in, rate):
    client = sign_in(cast["amira"])
    for moment in ("start", "end"):
        assert ways(client, session(moment)) == {"Begin the audit": f"/learning/audits/inductions/{amiras.pk}/"}
    audit = actions.begin(amiras, module, by=cast["amira"])
    for moment in ("start", "end"):
        assert ways(client, session(moment)) == {"Rate the start of the module": rate_page(audit)}
    rate(audit, 0, 1, 3)
    assert ways(client, session("start")) == {"See your ratings": audit.get_absolute_url()}
    assert ways(client, session("end")) == {"Rate the end of the module": rate_page(audit, "end")}
    rate(audit, 0, 1, 3)
    assert ways(client, session("end")) == {"See your ratings": audit.get_absolute_url()}


def test_a_session_leads_the_mentor_to_the_audit_and_nobody_else(cast, audit, session, sign_in):
    there = {"See the audit of Amira Khan": audit.get_absolute_url()}
    assert ways(sign_in(cast["ben"]), session("start")) == there
    for key in ("priya", "grace", "olive"):
        assert ways(sign_in(cast[key]), session("start")) == {}


def test_a_session_asks_the_database_as_often_for_two_audits_as_for_one(
    cast, audit, module, session, sign_in, django_assert_max_num_queries
):
    url, client, counts = session("start"), sign_in(cast["ben"]), []
    toms = Induction.objects.get(ect=cast["tom"])
    actions.begin(toms, module, by=cast["tom"])
    for names in (["Amira Khan"], ["Amira Khan", "Tom Hughes"]):
        client.get(url)
        with django_assert_max_num_queries(12) as asked:
            assert list(ways(client, url)) == [f"See the audit of {name}" for name in names]
        counts.append(len(asked))
        Post.objects.filter(induction=toms, role="mentor").update(user=cast["ben"])
    assert counts[0] == counts[1]


def test_a_session_offers_no_audit_that_is_not_theirs_to_begin(cast, amiras, module, session, sign_in):
    client = sign_in(cast["amira"])
    module.audit.retired = True
    module.audit.save()
    assert ways(client, session("start")) == {}
    module.audit.retired = False
    module.audit.save()
    Programme.objects.create(pack=module.pack, slug="other", title="T", summary="S", position=2)
    assert ways(client, session("start")) == {}  # which of the two is followed has not been chosen


@pytest.mark.parametrize("slug", ["", "nothing", "\0"])
def test_a_module_that_is_not_there_is_not_found(cast, amiras, module, sign_in, slug):
    answer = sign_in(cast["amira"]).post(f"/learning/audits/inductions/{amiras.pk}/", {"module": slug})
    assert answer.status_code == 404


def test_a_module_without_an_audit_says_so(cast, amiras, module, sign_in):
    Module.objects.update(audit=None)
    answer = sign_in(cast["amira"]).post(
        f"/learning/audits/inductions/{amiras.pk}/", {"module": "module-4"}, follow=True
    )
    assert "This module has no audit." in answer.content.decode()


@pytest.mark.parametrize("follows", ["this one", "another", "none yet"])
def test_of_two_programmes_only_the_one_that_is_followed_has_audits_to_begin(cast, amiras, module, sign_in, follows):
    other = Programme.objects.create(pack=module.pack, slug="other", title="Other", summary="S", position=2)
    if follows != "none yet":
        Following.objects.create(induction=amiras, programme=module.programme if follows == "this one" else other)
    client, url = sign_in(cast["amira"]), f"/learning/audits/inductions/{amiras.pk}/"
    offered = [button["value"] for button in soup(client.get(url)).select("button[name=module]")]
    answer = client.post(url, {"module": "module-4"}, follow=True)
    if follows == "this one":
        assert offered == ["module-4"]
        assert Audit.objects.get().module == module
    else:
        assert offered == []
        assert "This module is not in the programme that you follow." in answer.content.decode()
        assert not Audit.objects.exists()


def test_an_audit_that_has_begun_stays_when_another_programme_is_followed(cast, amiras, module, audit, sign_in):
    other = Programme.objects.create(pack=module.pack, slug="other", title="Other", summary="S", position=2)
    Following.objects.create(induction=amiras, programme=other)
    client, url = sign_in(cast["amira"]), f"/learning/audits/inductions/{amiras.pk}/"
    assert soup(client.get(url)).select_one("tbody th a")["href"] == audit.get_absolute_url()
    assert client.post(url, {"module": "module-4"}).url == rate_page(audit)


@pytest.mark.parametrize("key", ["grace", "ruth", "joan", "colin", "olive", "tom", "priya"])
def test_an_audit_is_nobody_elses(cast, amiras, audit, sign_in, key):
    client = sign_in(cast[key])
    for url in (f"inductions/{amiras.pk}/", f"{audit.pk}/", f"{audit.pk}/rate/start/"):
        assert client.get(f"/learning/audits/{url}").status_code == 404, url
    assert client.post(pdf_of(audit)).status_code == 404


# Rating


def test_the_statements_to_rate_are_numbered_as_on_the_page_of_the_audit(cast, audit, sign_in):
    page = soup(sign_in(cast["amira"]).get(rate_page(audit)))
    legends = [legend.text.strip() for legend in page.select("main legend")]
    assert legends == ["1. I plan checks.", "2. My feedback is used.", "3. Marking is manageable."]
    assert page.find("label", string=lambda text: text and text.strip() == "What do you hope for?")


def test_ratings_are_saved_as_they_are_chosen(cast, audit, sign_in):
    client = sign_in(cast["amira"])
    answer = client.post(rate_page(audit), sent(audit, 2), headers=HTMX)
    audit.refresh_from_db()
    assert audit.start_answers == {"checks": SCALE[2]}
    assert "Saved at" in answer.content.decode()
    assert soup(answer).select_one("#id_revision")["value"] == str(audit.revision)


def test_what_is_no_answer_is_told_and_the_rest_saved(cast, audit, sign_in):
    answer = sign_in(cast["amira"]).post(rate_page(audit), sent(audit, 2, answer_feedback="Nonsense"), headers=HTMX)
    audit.refresh_from_db()
    assert audit.start_answers == {"checks": SCALE[2]}
    assert soup(answer).select_one("[data-unsaved]").text == "2. My feedback is used."


# Of each kind what is there, what is typed instead, and what comes of that.
ANSWERED = {
    "text": ("Shorter evenings", {"": "Longer weekends"}, "Longer weekends"),
    "rows": ([{"what": "Quizzes"}], {"-0-what": "Mini whiteboards"}, [{"what": "Mini whiteboards"}]),
    "yes_no": (False, {"": "True"}, True),
    "checklist": (["Seen"], {"": ["Small"]}, ["Small"]),
    "choice": ("Seen", {"": "Small"}, "Small"),
    "rating": ("Seen", {"": "Small"}, "Small"),
}
EMPTIED = {"text": ({"": ""}, ""), "rows": ({"-0-what": ""}, []), "checklist": ({"": ""}, [])}


@pytest.fixture
def of_every_kind(cast, amiras, module):
    """An audit with a section of each kind, named after it, and an answer in each."""
    module.audit.sections.all().delete()
    for position, (key, kind) in enumerate(KINDS.items()):
        brings = {"columns": [{"key": "what", "title": "What"}], "options": ["Seen", "Small"]}.get(kind.brings)
        more = {kind.brings: brings} if brings else {}
        Section.objects.create(template=module.audit, position=position, kind=key, key=key, title=key, **more)
    audit = actions.begin(amiras, module, by=cast["amira"])
    answers = {kind: there for kind, (there, _, _) in ANSWERED.items()}
    return actions.rate(audit, "start", answers, revision=0, by=cast["amira"])


def typed(audit, kind, parts):
    return {"revision": audit.revision} | {f"answer_{kind}{part}": value for part, value in parts.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_not_sent_stays_whatever_kind_it_is_of(cast, of_every_kind, sign_in, kind):
    was = of_every_kind.start_answers
    _, parts, comes = ANSWERED[kind]
    sign_in(cast["amira"]).post(rate_page(of_every_kind), typed(of_every_kind, kind, parts), headers=HTMX)
    of_every_kind.refresh_from_db()
    assert of_every_kind.start_answers == was | {kind: comes}


def test_a_row_that_is_added_while_something_is_saved_changes_nothing(cast, of_every_kind, sign_in):
    was = of_every_kind.start_answers
    typed = {"revision": of_every_kind.revision, "answer_rows-add": "1", "answer_rows-0": ""}
    answer = sign_in(cast["amira"]).post(rate_page(of_every_kind), typed, headers=HTMX)
    of_every_kind.refresh_from_db()
    assert (answer.status_code, of_every_kind.start_answers) == (200, was)


@pytest.mark.parametrize("kind", EMPTIED)
def test_what_was_emptied_is_emptied_and_the_rest_stays(cast, of_every_kind, sign_in, kind):
    was = of_every_kind.start_answers
    parts, comes = EMPTIED[kind]
    sign_in(cast["amira"]).post(rate_page(of_every_kind), typed(of_every_kind, kind, parts), headers=HTMX)
    of_every_kind.refresh_from_db()
    assert of_every_kind.start_answers == was | {kind: comes}


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("text", {"": "x" * (LONGEST + 1)}),
        ("rows", {"-0-what": "x" * (LONGEST + 1)}),
        ("yes_no", {"": "Perhaps"}),
        ("checklist", {"": ["Large"]}),
        ("choice", {"": "Large"}),
    ],
)
def test_what_cannot_be_saved_leaves_what_is_there(cast, of_every_kind, sign_in, kind, parts):
    was = of_every_kind.start_answers
    sign_in(cast["amira"]).post(rate_page(of_every_kind), typed(of_every_kind, kind, parts), headers=HTMX)
    of_every_kind.refresh_from_db()
    assert of_every_kind.start_answers == was


def test_with_the_button_one_comes_back_later(cast, audit, sign_in):
    answer = sign_in(cast["amira"]).post(rate_page(audit), sent(audit, 2, 1), follow=True)
    assert answer.redirect_chain == [(audit.get_absolute_url(), 302)]
    assert "Saved. You can come back" in answer.content.decode()
    page = soup(sign_in(cast["amira"]).get(rate_page(audit)))
    assert [box["value"] for box in page.select("input[type=radio][checked]")] == [SCALE[2], SCALE[1]]


def test_completing_asks_for_what_is_missing_and_keeps_the_rest(cast, audit, sign_in):
    client = sign_in(cast["amira"])
    page = soup(client.post(rate_page(audit), sent(audit, 2, complete="1")))
    links = [link.text for link in page.select(".govuk-error-summary a")]
    assert links == ["Still to rate: My feedback is used.", "Still to rate: Marking is manageable."]
    audit.refresh_from_db()
    assert page.select_one("[name=revision]")["value"] == str(audit.revision) == "1"
    answer = client.post(rate_page(audit), sent(audit, 2, 1, 0, complete="1"), follow=True)
    assert "Completed. Your mentor has been told." in answer.content.decode()
    assert "Rate the end" in answer.content.decode()


def test_completed_in_the_very_moment_by_another_window(cast, audit, sign_in, monkeypatch):
    def refuse(*args, **kwargs):
        raise Refused("This audit has changed since you opened it.")

    monkeypatch.setattr(actions, "take_step", refuse)
    answer = sign_in(cast["amira"]).post(rate_page(audit), sent(audit, 0, 1, 2, complete="1"), follow=True)
    assert "This audit has changed since you opened it." in answer.content.decode()


def test_the_second_window_gets_both_versions(cast, audit, rate, sign_in):
    rate(audit, 1, 1, complete=False)
    client = sign_in(cast["amira"])
    answer = client.post(rate_page(audit), {**sent(audit, 3, 1), "revision": "0"})
    page = soup(answer)
    assert answer.status_code == 409
    assert [term.text.strip() for term in page.select(".govuk-notification-banner dt")] == ["I plan checks."]
    assert [text.text.strip() for text in page.select(".govuk-notification-banner dd")] == [SCALE[1]]
    assert [box["value"] for box in page.select("input[type=radio][checked]")] == [SCALE[3], SCALE[1]]
    revision = page.select_one("[name=revision]")["value"]
    client.post(rate_page(audit), {**sent(audit, 3, 1), "revision": revision})
    audit.refresh_from_db()
    assert audit.start_answers["checks"] == SCALE[3]
    stale = client.post(rate_page(audit), {**sent(audit, 0), "revision": "0"}, headers=HTMX)
    assert stale.status_code == 409


def test_what_comes_after_the_end_is_shown_and_not_saved(cast, audit, rate, sign_in):
    rate(audit, 0, 1, 2)
    client = sign_in(cast["amira"])
    answer = client.post(rate_page(audit), sent(audit, 0, 3, 2, answer_hopes="Time"))
    page = soup(answer)
    assert answer.status_code == 409
    banner = page.select_one(".govuk-notification-banner__content")
    assert "completed in the meantime" in banner.text
    assert [title.text for title in banner.select("h3")] == ["My feedback is used.", "What do you hope for?"]
    assert client.post(rate_page(audit), sent(audit, 1), headers=HTMX).status_code == 409
    audit.refresh_from_db()
    assert (audit.start_answers["feedback"], audit.end_answers) == (SCALE[1], {})


def test_nothing_is_lost_when_the_same_was_completed(cast, audit, rate, sign_in):
    rate(audit, 0, 1, 2)
    page = soup(sign_in(cast["amira"]).post(rate_page(audit), sent(audit, 0, 1, 2)))
    assert page.select(".govuk-notification-banner__content h3") == []


def test_a_rating_that_is_not_open_leads_to_the_page(cast, audit, rate, sign_in):
    client = sign_in(cast["amira"])
    assert client.get(rate_page(audit, "end")).url == audit.get_absolute_url()
    assert client.get(rate_page(audit, "middle")).status_code == 404
    assert sign_in(cast["ben"]).get(rate_page(audit)).status_code == 403


# Both ratings


def test_nothing_shows_before_the_start_is_complete(cast, audit, rate, sign_in):
    rate(audit, 0, 1, complete=False)
    for key, may in (("amira", True), ("ben", False)):
        page = soup(sign_in(cast[key]).get(audit.get_absolute_url()))
        assert "Ratings show here once the start is complete." in page.text
        assert page.select("svg.app-chart, table") == []
        assert bool(page.select(".app-next a")) is may


def test_the_start_alone_says_what_to_work_on(cast, audit, rate, sign_in):
    rate(audit, 0, 1, 3)
    page = soup(sign_in(cast["ben"]).get(audit.get_absolute_url()))
    assert [cell.text for cell in page.select("thead th")] == ["Statement", "Start", "Support"]
    assert "What was rated in the lower half of the scale needs support." in page.text
    assert [row.select("td")[-1].text.strip() for row in page.select("tbody tr")] == [
        "Needs support",
        "Needs support",
        "–",
    ]
    assert page.select("a[href*='actions/new']") == []


def test_chart_and_table_say_the_same(cast, rated_twice, sign_in):
    page = soup(sign_in(cast["ben"]).get(rated_twice.get_absolute_url()))
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert rows == [
        ["1. I plan checks. Framework 6.1, 6.a", SCALE[0], f"{SCALE[2]} (up 2)", "–"],
        ["2. My feedback is used. Framework 6.3", SCALE[1], f"{SCALE[1]} (no change)", "Needs support"],
        ["3. Marking is manageable.", SCALE[3], f"{SCALE[2]} (down 1)", "Needs support"],
    ]
    for shape in ("wide", "narrow"):
        svg = page.select_one(f".app-{shape} svg[role=img]")
        named = [svg.find(id=name).text for name in svg["aria-labelledby"].split()]
        assert named[0] == "Chart of the ratings of statements 1 to 3"
        assert "from “With support” to “I can help others”" in named[1]
        assert len(svg.select("rect")) == 1 + 3  # the legend's, and one for each end


def test_what_needs_support_can_be_made_an_action(cast, rated_twice, sign_in):
    client = sign_in(cast["amira"])
    page = soup(client.get(rated_twice.get_absolute_url()))
    rows = [row for row in page.select("tbody tr") if "Needs support" in row.text]
    assert [row.th.contents[0] for row in rows] == ["2. My feedback is used.", "3. Marking is manageable."]
    link = rows[0].a["href"]
    form = soup(client.get(link))
    assert form.select_one("#id_what_for").text.strip() == "My feedback is used."
    client.post(link, {"text": "Ask pupils to redraft", "what_for": "My feedback is used."})
    page = soup(client.get(rated_twice.get_absolute_url()))
    assert [link.contents[0] for link in page.select("tbody a")] == [
        "Ask pupils to redraft", "Make this an action", "Make this an action",
    ]  # fmt: skip


def test_where_nothing_needs_support_the_page_says_so(cast, audit, rate, sign_in):
    rate(audit, 2, 2, 2)
    rate(audit, 3, 3, 3)
    page = soup(sign_in(cast["amira"]).get(audit.get_absolute_url()))
    assert "Nothing was rated in the lower half of the scale, and nothing went down." in page.text


def test_what_is_asked_beside_the_statements_is_shown_at_either_end(cast, rated_twice, sign_in):
    text = soup(sign_in(cast["ben"]).get(rated_twice.get_absolute_url())).select_one("main").get_text("|", strip=True)
    assert "What do you hope for?|Start of the module|Shorter evenings|End of the module|Not answered" in text


def test_every_page_of_an_audit_takes_twelve_queries_at_most(
    cast, amiras, module, rated_twice, sign_in, django_assert_max_num_queries
):
    client = sign_in(cast["amira"])

    def count():
        for url in (f"inductions/{amiras.pk}/", f"{rated_twice.pk}/"):
            with django_assert_max_num_queries(12):
                client.get(f"/learning/audits/{url}")

    count()
    module.audit.sections.update(statements=["6.1"])
    for number in range(40):
        other = Module.objects.create(
            pack=module.pack, programme=module.programme, slug=f"module-{number}-more", year=1, number=number,
            title=f"Module {number}", summary="S", audit=module.audit, position=number,
        )  # fmt: skip
        actions.begin(amiras, other, by=cast["amira"])
        written = {"text": f"Action {number}", "what_for": "", "by_when": None, "standard": ""}
        learning.add(amiras, written, by=cast["amira"], audit=rated_twice, section="feedback")
    count()


# On paper


def text_of(document):
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(document)).pages)


@pytest.mark.parametrize("key", ["amira", "ben"])
def test_the_pdf_has_the_chart_and_the_table_and_meets_the_standards(cast, rated_twice, sign_in, key):
    answer = sign_in(cast[key]).post(pdf_of(rated_twice))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="audit-of-assessment-amira-khan.pdf"'
    words = text_of(answer.content)
    assert "Rated at the start on" in words
    assert "3. Marking is manageable. I can help others With confidence (down 1) Needs support" in words
    for profile in ("pdfa3a", "ua1"):
        found = validator.validate_pdf_bytes(answer.content, profile=profile).failures
        assert [fault.message for fault in found if "STREAM-LENGTH" not in fault.rule_id] == []
    assert b"Chart of the ratings of statements 1 to 3" in pictures(answer.content)


def pictures(document):
    """What is said of each figure in place of it."""
    reader = pypdf.PdfReader(io.BytesIO(document))
    said, waiting = b"", [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, pypdf.generic.DictionaryObject):
            said += str(element.get("/Alt", "")).encode()
            kids = element.get("/K", [])
            waiting += kids if isinstance(kids, list) else [kids]
    return said


def test_the_pdf_lists_the_actions_that_came_of_it(cast, amiras, rated_twice, sign_in):
    written = {"text": "Ask pupils to redraft", "what_for": "", "by_when": None, "standard": ""}
    learning.add(amiras, written, by=cast["amira"], audit=rated_twice, section="feedback")
    words = text_of(sign_in(cast["amira"]).post(pdf_of(rated_twice)).content)
    assert "Ask pupils to redraft (to do)" in words


def test_there_is_a_pdf_of_an_audit_that_is_not_rated_yet(cast, audit, sign_in):
    answer = sign_in(cast["amira"]).post(pdf_of(audit))
    assert "The start has not been rated yet." in text_of(answer.content)


def test_the_page_has_the_pdf_made_by_a_button(cast, rated_twice, sign_in):
    client = sign_in(cast["amira"])
    form = soup(client.get(rated_twice.get_absolute_url())).select_one("main form")
    assert (form["method"], form["action"], form.button.text) == ("post", pdf_of(rated_twice), "Download as a PDF")
    assert client.get(pdf_of(rated_twice)).status_code == 405


def test_pdfs_of_an_audit_are_limited_for_each_person(cast, audit, sign_in, monkeypatch):
    monkeypatch.setattr("ectprogramme.pdf.render", lambda html: b"%PDF")
    client = sign_in(cast["amira"])
    assert [client.post(pdf_of(audit)).status_code for _ in range(7)] == [200] * 6 + [429]
    assert sign_in(cast["ben"]).post(pdf_of(audit)).status_code == 200
