"""The pages about reports, as each person meets them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from ectprogramme import demonstration
from people.actions import Refused
from people.models import Induction
from reviews import actions, questions
from reviews.calendar import Kind
from reviews.models import Record, Review

from .conftest import advance, sign

DRAFT = {
    "on_track": "True", "reasons": "Calm lessons (TS7).", "evidence_summary": "Two observations.", "entitlements_met": "True",
    "days_absent": "0.5", "staying": "True", "next_fte": "1", "targets_agreed": "on",
    "targets-0-text": "Ask every pupil to answer a question.", "targets-0-standards": "TS6",
}  # fmt: skip


@pytest.fixture
def visit(sign_in, cast):
    """`visit("grace", "reviews:edit", 1, data)` gets or posts a page as that person, freshly signed in."""

    def ask(key, name, *args, post=None, **headers):
        client = sign_in(cast[key])
        if name == "reviews:sign":
            client.post(reverse("account_reauthenticate"), {"password": demonstration.PASSWORD})
        url = reverse(name, args=args)
        return client.get(url, **headers) if post is None else client.post(url, post, **headers)

    return ask


def draft(review, **changes):
    return {**DRAFT, "revision": review.revision, **changes}


def boxes(name, day):
    """A date as its three boxes send it."""
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


# The list


def test_the_dashboard_lists_what_is_due_and_overdue_first(visit, report, cast):
    soon, late = report(), report("commented", number=2, ect="tom")
    Review.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    html = visit("grace", "reviews:list").content.decode()
    assert html.index("Tom Hughes") < html.index("Amira Khan")
    assert html.count("Overdue") == 1
    assert html.count("has not signed") == 4
    assert f'href="{reverse("reviews:edit", args=[soon.pk])}"' in html
    assert reverse("reviews:sign", args=[late.pk]) not in html


def test_the_ect_is_led_to_sign_from_the_list(visit, report):
    review = report("commented")
    assert reverse("reviews:sign", args=[review.pk]) in visit("amira", "reviews:list").content.decode()


def test_an_ect_is_offered_nothing_to_do_with_a_report_that_they_cannot_read_yet(visit, report):
    report()
    html = visit("amira", "reviews:list").content.decode()
    assert "Waiting for the induction tutor to release it" in html
    assert ">Read<" not in html
    assert ">Read<" in visit("ruth", "reviews:list").content.decode()


@pytest.mark.parametrize(
    ("state", "who", "waits"),
    [
        ("draft", "ruth", "Waiting for the induction tutor to release it"),
        ("released", "grace", "Waiting for Amira Khan to comment"),
        ("commented", "ruth", "Waiting for Amira Khan to sign"),
        ("ect_signed", "amira", "Waiting for the induction tutor to sign"),
        ("tutor_signed", "grace", "Waiting for the headteacher to sign"),
        ("submitted", "amira", "Waiting for the appropriate body to review it"),
        ("returned", "ruth", "Waiting for the induction tutor to release it"),
    ],
)
def test_whoever_has_nothing_to_do_is_told_whom_a_report_waits_for(visit, report, state, who, waits):
    review = report(state, kind=Kind.FIRST_ASSESSMENT)
    show = {"show": "done"} if state == "submitted" else {}
    client = visit(who, "reviews:list").client
    in_the_list = client.get(reverse("reviews:list"), show).content.decode()
    assert waits in in_the_list
    assert ">Read<" in in_the_list
    assert waits in client.get(review.get_absolute_url()).content.decode()


def test_whose_turn_it_is_reads_of_nobody_else(visit, report):
    review = report("released")
    client = visit("amira", "reviews:list").client
    for url in (reverse("reviews:list"), review.get_absolute_url()):
        assert "Waiting for" not in client.get(url).content.decode()
    done = report("reviewed", number=2)
    assert "Waiting for" not in client.get(done.get_absolute_url()).content.decode()


def test_a_returned_report_is_offered_for_what_is_asked(visit, report):
    review = report("returned")
    client = visit("grace", "reviews:list").client
    for url in (reverse("reviews:list"), review.get_absolute_url(), "/"):
        html = client.get(url).content.decode()
        assert "Change and release again" in html
        assert ">Fill in<" not in html


def test_a_returned_report_is_not_told_as_one_that_nobody_has_signed(visit, report, cast):
    review = report("returned")
    client = visit("grace", "reviews:list").client
    signed = "ECT ✘has not signed againInduction tutor ✘has not signed againAn earlier version was signed"
    assert cells(client)["Signed"] == signed
    page = client.get(review.get_absolute_url()).text
    assert "Not signed yet" not in page
    assert page.count("Not signed again yet. Amira Khan signed an earlier version on ") == 1
    assert page.count("Not signed again yet. Grace Okafor signed an earlier version on ") == 1
    for name, who in [("release", "grace"), ("comment", "amira")]:
        actions.take_step(review, name, by=cast[who])
    sign(review, cast["amira"])
    assert cells(client)["Signed"] == (
        "ECT ✔has signedInduction tutor ✘has not signed againAn earlier version was signed"
    )
    page = client.get(review.get_absolute_url()).text
    assert page.count("signed an earlier version") == 1


def test_a_report_that_was_taken_back_between_two_signatures_tells_of_the_first(visit, report, cast):
    review = report("ect_signed")
    actions.take_step(review, "take_back", by=cast["grace"])
    client = visit("grace", "reviews:list").client
    assert cells(client)["Signed"] == "ECT ✘has not signed againInduction tutor ✘has not signed"
    page = client.get(review.get_absolute_url()).text
    assert "Amira Khan signed an earlier version" in page
    assert page.count("Not signed yet") == 1


def cells(client):
    """Of the first row of the list: what each cell says, by its column."""
    row = BeautifulSoup(client.get(reverse("reviews:list")).content, "lxml").select_one("tbody tr")
    return {cell["data-label"]: cell.text.strip() for cell in row.select("td")}


def test_an_officer_is_led_to_a_report_to_review_and_there_to_the_mark(visit, report):
    review = report("submitted")
    client = visit("colin", "reviews:list").client
    assert ">Review<" in client.get(reverse("reviews:list")).content.decode()
    html = client.get(review.get_absolute_url()).content.decode()
    assert ">Mark as reviewed<" in html
    assert ">Review<" not in html


@pytest.mark.parametrize("on_track", [True, False])
def test_an_officer_sees_at_a_glance_that_an_ect_is_not_on_track(visit, report, on_track):
    review = report("submitted")
    Review.objects.filter(pk=review.pk).update(on_track=on_track)
    client = visit("colin", "reviews:list").client
    for url in (reverse("reviews:list"), review.get_absolute_url()):
        assert (">Not on track<" in client.get(url).content.decode()) == (not on_track)
    assert ("Amira Khan, not on track" in client.get("/").content.decode()) == (not on_track)
    Review.objects.filter(pk=review.pk).update(state="returned")
    for url in (reverse("reviews:list"), review.get_absolute_url()):
        assert "ot on track" not in client.get(url).content.decode(), "what the school is writing"


def for_the_officer(report, number):
    """Reports that wait for Colin, of which every third says that the ECT is not on track; as many are returned."""
    many(report, 2 * number)
    for n, review in enumerate(Review.objects.order_by("due_on", "pk")):
        state = "returned" if n % 2 else "submitted"
        Review.objects.filter(pk=review.pk).update(state=state, on_track=n % 3 != 0)


@pytest.mark.parametrize("who", ["colin", "grace"])
def test_an_officer_finds_first_what_waits_for_them_and_is_not_on_track(visit, report, who):
    for_the_officer(report, 80)  # more than a page of what comes first
    first, shown = Review.objects.filter(state="submitted", on_track=False), Review.objects.all()
    if who == "grace":
        first, shown = first.none(), shown.filter(state="returned")
    expected = [*first.order_by("due_on", "pk"), *shown.exclude(pk__in=first).order_by("due_on", "pk")]
    client = visit(who, "reviews:list").client
    assert all_pages(client) == [review.pk for review in expected]


def test_an_officers_home_page_begins_with_what_is_not_on_track(visit, report):
    late, soon = report("submitted"), report("submitted", ect="tom")
    Review.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=30))
    Review.objects.filter(pk=soon.pk).update(on_track=False)
    home = visit("colin", "home")
    turns = [home.context["next"], *(turn for turn, _ in home.context["turns"])]
    assert [turn.url for turn in turns] == [soon.get_absolute_url(), late.get_absolute_url()]
    Review.objects.filter(pk=soon.pk).update(on_track=True)
    assert visit("colin", "home").context["next"].url == late.get_absolute_url()


@pytest.mark.parametrize("number", [2, 30])
def test_an_officers_list_takes_the_same_few_queries_for_any_number_of_rows(
    visit, report, django_assert_num_queries, number
):
    for_the_officer(report, number)
    client = visit("colin", "reviews:list").client
    with django_assert_num_queries(7):  # session, person, places; what comes first, its signatures, and so of the rest
        client.get(reverse("reviews:list"))


def test_far_off_and_reviewed_reports_are_one_click_away(visit, report):
    far = report(complete=False)
    Review.objects.filter(pk=far.pk).update(due_on=timezone.localdate() + timedelta(days=90))
    done = report("reviewed", number=2)
    url = reverse("reviews:list")
    client = visit("grace", "reviews:list").client
    assert far.get_absolute_url() not in client.get(url).content.decode()
    assert far.get_absolute_url() in client.get(url, {"show": "later"}).content.decode()
    assert done.get_absolute_url() in client.get(url, {"show": "done"}).content.decode()
    assert "Nothing is due" in client.get(url, {"show": "nonsense"}).content.decode()


@pytest.mark.parametrize(
    ("show", "words"), [("open", "Nothing is due"), ("later", "Nothing further"), ("done", "No report")]
)
def test_an_empty_list_says_so(visit, cast, show, words):
    client = visit("grace", "reviews:list").client
    assert words in client.get(reverse("reviews:list"), {"show": show}).content.decode()


def many(report, number):
    first = report("released")
    Review.objects.bulk_create(
        Review(
            induction=first.induction, kind=Kind.PROGRESS_REVIEW, number=n + 2, term_name=f"Term {n + 2}", fte=1,
            period_from=first.period_from, period_to=first.period_to, due_on=first.due_on + timedelta(days=n // 2), why="",
            served_terms="1", state="released",
        )
        for n in range(number - 1)
    )  # fmt: skip


def test_a_long_list_goes_on_by_keys_and_shows_each_report_once(visit, report):
    many(report, 60)
    seen = all_pages(visit("grace", "reviews:list").client)
    assert len(seen) == len(set(seen)) == 60


def all_pages(client):
    """The numbers of the reports in the list, from page to page."""
    next_page, seen = "", []
    while next_page is not None:
        answer = client.get(reverse("reviews:list") + next_page)
        seen += [row["review"].pk for row in answer.context["rows"]]
        link = BeautifulSoup(answer.content, "lxml").select_one("a[rel=next]")
        next_page = link and link["href"]
    return seen


@pytest.mark.parametrize(
    "after", ["", "x", "2026-13-45_1", "2026-01-01_x", "2026-01-01_" + "9" * 30, "_", "2026-01-01_²", "_first"]
)
def test_a_key_that_is_none_is_passed_over(visit, report, after):
    report("released")
    client = visit("grace", "reviews:list").client
    assert len(client.get(reverse("reviews:list"), {"after": after}).context["rows"]) == 1


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_takes_the_same_few_queries_for_any_number_of_rows(visit, report, django_assert_num_queries, number):
    many(report, number)
    client = visit("grace", "reviews:list").client
    with django_assert_num_queries(5):  # session, person, places, reports with names, signatures
        client.get(reverse("reviews:list"))


# Reading


def test_a_draft_is_there_for_the_ect_but_does_not_say_a_word(visit, report):
    review = report()
    html = visit("amira", "reviews:read", review.pk).content.decode()
    assert "You will see what it says" in html
    assert "Lessons are calm" not in html


def test_a_released_report_is_read_by_the_ect(visit, report):
    html = visit("amira", "reviews:read", report("released").pk).content.decode()
    assert "Lessons are calm" in html
    assert "released it to the ECT" in html


def test_a_return_is_explained_to_the_school(visit, report):
    html = visit("grace", "reviews:read", report("returned").pk).content.decode()
    assert "Name a standard." in html
    assert "Download the signed record" in html


def test_the_appropriate_body_reads_what_it_returned_when_it_is_submitted_again(visit, report):
    review = report("returned")
    html = visit("colin", "reviews:read", review.pk).content.decode()
    assert "You can read it when it has been submitted again." in html
    assert "releases it" not in html
    assert (
        "You will see what it says when the induction tutor releases it."
        in visit("amira", "reviews:read", review.pk).content.decode()
    )


@pytest.mark.parametrize(
    ("state", "name", "args"),
    [
        ("reviewed", "read", []),
        ("returned", "read", []),
        ("returned", "edit", []),
        ("returned", "step", ["release"]),
        ("draft", "step", ["release"]),
        ("submitted", "step", ["send_back"]),
        ("commented", "sign", []),
        ("released", "comment", []),
    ],
)
def test_each_page_takes_few_queries(visit, report, standards, django_assert_max_num_queries, state, name, args):
    report("submitted", ect="amira")
    told = {"on_track": False, "ect_informed": True, "support_plan_in_place": False, "support_plan_reason": "Not yet."}
    review = report(kind=Kind.FIRST_ASSESSMENT, number=2, **told)
    review.concerns.create(standard=standards[0], evidence="Seen twice.")
    review.outcomes.create(text=review.previous_targets().get().text, outcome="met")
    advance(review, state)
    who = {"send_back": "colin", "sign": "amira", "comment": "amira"}.get((args or [name])[0], "grace")
    client = visit(who, f"reviews:{name}", review.pk, *args).client
    with django_assert_max_num_queries(12):
        assert client.get(reverse(f"reviews:{name}", args=[review.pk, *args])).status_code == 200


# Writing


def test_a_draft_is_saved_with_any_answer_missing(visit, report):
    review = report(complete=False)
    response = visit("grace", "reviews:edit", review.pk, post={"revision": 0, "reasons": "So far."})
    assert response.status_code == 302
    review.refresh_from_db()
    assert (review.reasons, review.on_track, review.revision) == ("So far.", None, 1)


def test_a_whole_report_is_saved_and_led_to_its_release(visit, report):
    review = report(complete=False)
    response = visit("grace", "reviews:edit", review.pk, post=draft(review, release="1"))
    assert response.url == reverse("reviews:step", args=[review.pk, "release"])
    review.refresh_from_db()
    target = review.targets.get()
    assert [standard.code for standard in target.standards.all()] == ["TS6"]
    assert review.state == "draft"


def test_release_asks_for_what_is_missing_beside_the_field_after_saving(visit, report):
    review = report(complete=False)
    response = visit("grace", "reviews:edit", review.pk, post=draft(review, release="1", days_absent=""))
    html = response.content.decode()
    assert "Enter the days absent, or 0" in html
    assert "<title>Error: " in html
    review.refresh_from_db()
    assert review.reasons == "Calm lessons (TS7)."
    again = visit("grace", "reviews:edit", review.pk, post=draft(review, release="1"))
    assert again.status_code == 302, "the page carries the revision that was just saved"


def said_to_be_wrong(response):
    """The lines of the error summary."""
    links = BeautifulSoup(response.content, "html.parser").select(".govuk-error-summary__list li")
    return [link.text for link in links]


def test_release_shows_what_is_wrong_and_what_is_missing_at_once(visit, report):
    target = report("reviewed").targets.get()
    review = report(complete=False, kind=Kind.FIRST_ASSESSMENT, number=2)
    statements = {f"statement_TS{n}": "Secure." for n in range(1, 8)}
    sent = {"revision": 0, "reasons": "x" * 5001, "days_absent": "0.3", "targets-0-review_on-day": "31", **statements}
    response = visit("grace", "reviews:edit", review.pk, post=sent | {"release": "1"})
    assert said_to_be_wrong(response) == [
        "Say whether the ECT is on track",
        "Shorten this to 5000 characters or fewer: it has 5001",
        "Sum up the evidence",
        "Enter an answer for “TS8 Standard TS8”",
        "Enter an answer for “Standard P2”",
        f"Select an answer for “{target}”",
        "Enter an answer for “Target”",
        "Look at it again on must include a month and year",
        "Tick that the ECT has agreed the targets",
        "Say whether entitlements were met",
        "Days absent must be a whole or half number, like 2 or 2.5",
        "Say whether the ECT is staying",
    ]


def test_a_formal_assessment_asks_for_the_statements_that_are_empty(visit, report):
    review = report(complete=False, kind=Kind.FIRST_ASSESSMENT)
    statements = {f"statement_TS{n}": "Secure." for n in range(1, 8)}
    response = visit("grace", "reviews:edit", review.pk, post=draft(review, release="1", **statements))
    assert "statement_TS8" in response.context["form"].errors
    review.refresh_from_db()
    assert review.statements.count() == 7
    visit("grace", "reviews:edit", review.pk, post=draft(review, statement_TS1="Changed."))
    assert [(row.standard.code, row.text) for row in review.statements.all()] == [("TS1", "Changed.")]


def test_a_final_assessment_asks_for_a_recommendation(visit, report):
    review = report(complete=False, kind=Kind.FINAL_ASSESSMENT)
    html = visit("grace", "reviews:edit", review.pk).content.decode()
    assert "The headteacher&#x27;s recommendation" in html
    assert "Full-time equivalent (FTE) next term" not in html


def test_earlier_targets_are_carried_into_the_form(visit, report):
    first = report("reviewed")
    review = report(complete=False, number=2)
    target = first.targets.get()
    response = visit("grace", "reviews:edit", review.pk, post=draft(review, release="1"))
    assert f"outcome_{target.pk}" in response.context["form"].errors
    review.refresh_from_db()
    answers = {f"outcome_{target.pk}": "met", f"outcome_comment_{target.pk}": "Seen daily."}
    assert visit("grace", "reviews:edit", review.pk, post=draft(review, release="1", **answers)).status_code == 302
    assert str(review.outcomes.get()) == f"{target}: Met"
    html = visit("grace", "reviews:edit", review.pk).content.decode()
    assert "Seen daily." in html


def test_concerns_are_rows_each_standard_once(visit, report):
    review = report(complete=False)
    rows = {
        "on_track": "False",
        "concerns-0-standard": "TS1", "concerns-0-evidence": "Seen.",
        "concerns-1-standard": "TS1", "concerns-1-evidence": "Seen again.",
    }  # fmt: skip
    response = visit("grace", "reviews:edit", review.pk, post=draft(review, **rows))
    assert "Choose each standard once" in response.content.decode()
    assert not review.concerns.exists()
    review.refresh_from_db()
    visit("grace", "reviews:edit", review.pk, post=draft(review, **rows | {"concerns-1-standard": "TS2"}))
    assert [row.standard.code for row in review.concerns.all()] == ["TS1", "TS2"]
    html = visit("grace", "reviews:edit", review.pk).content.decode()
    assert "Seen again." in html


def test_what_was_typed_stands_beside_its_error(visit, report):
    review = report(complete=False)
    html = visit("grace", "reviews:edit", review.pk, post=draft(review, days_absent="lots")).content.decode()
    assert "Calm lessons (TS7)." in html
    assert "lots" in html
    assert "There is a problem" in html


def test_a_draft_with_a_wrong_answer_is_saved_without_it_and_the_page_says_so(visit, report):
    review = report(complete=False)
    sent = draft(review, on_track="False", evidence_summary="New words.", days_absent="-3")
    response = visit("grace", "reviews:edit", review.pk, post=sent)
    html = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" in html
    assert "must be 0 or more" in html
    assert "but not yet: Days absent in this period." in html
    assert 'value="-3"' in html
    review.refresh_from_db()
    assert (review.on_track, review.evidence_summary, review.days_absent) == (False, "New words.", None)
    assert review.targets.count() == 1
    again = sent | {"days_absent": "3", "revision": response.context["form"].data["revision"]}
    assert visit("grace", "reviews:edit", review.pk, post=again).status_code == 302
    review.refresh_from_db()
    assert review.days_absent == 3


def test_the_reason_for_no_support_plan_is_asked_where_there_is_none(visit, report):
    review = report(complete=False)
    for plan, hidden in ((None, True), (True, True), (False, False)):
        Review.objects.filter(pk=review.pk).update(on_track=False, support_plan_in_place=plan)
        page = BeautifulSoup(visit("grace", "reviews:edit", review.pk).content, "html.parser")
        around = page.find(id="id_support_plan_reason").find_parent(class_="govuk-radios__conditional")
        assert ("govuk-radios__conditional--hidden" in around["class"]) == hidden


def test_a_report_with_a_wrong_answer_is_saved_without_it_and_not_led_to_its_release(visit, report):
    review = report(complete=False)
    response = visit("grace", "reviews:edit", review.pk, post=draft(review, next_fte="1.5", release="1"))
    assert response.context["form"].errors.keys() == {"next_fte"}
    assert said_to_be_wrong(response) == ["“Full-time equivalent (FTE) next term” must be 1 or less"], (
        "and not missing too"
    )
    review.refresh_from_db()
    assert (review.reasons, review.next_fte) == ("Calm lessons (TS7).", None)


def test_a_row_is_added_without_losing_a_word(visit, report):
    review = report(complete=False)
    html = visit("grace", "reviews:edit", review.pk, post=draft(review, **{"targets-add": "1"})).content.decode()
    assert "targets-1-text" in html
    assert "Ask every pupil to answer a question." in html


def test_a_day_to_look_at_a_target_again_is_still_to_come(visit, report):
    review = report(complete=False)
    past = timezone.localdate() - timedelta(days=1)
    html = visit(
        "grace", "reviews:edit", review.pk, post=draft(review, **boxes("targets-0-review_on", past))
    ).content.decode()
    assert "The day to look at it again must be today or in the future" in html
    assert not review.targets.filter(review_on=past).exists()


def test_a_day_that_has_passed_since_it_was_set_may_be_saved_again(visit, report):
    review = report(complete=False)
    today = timezone.localdate()
    sent = draft(review, **boxes("targets-0-review_on", today))
    assert visit("grace", "reviews:edit", review.pk, post=sent).status_code == 302
    past = today - timedelta(days=1)
    review.targets.update(review_on=past)
    review.refresh_from_db()
    sent = draft(review, **boxes("targets-0-review_on", past) | {"targets-0-text": "Ask all."})
    assert visit("grace", "reviews:edit", review.pk, post=sent).status_code == 302
    assert review.targets.get().text == "Ask all."


def test_a_day_that_has_passed_is_not_saved_while_typing_and_the_rest_is(visit, report):
    review = report(complete=False)
    past = timezone.localdate() - timedelta(days=1)
    sent = draft(review, reasons="Calm", **boxes("targets-0-review_on", past))
    answer = visit("grace", "reviews:edit", review.pk, post=sent, headers={"HX-Request": "true"})
    assert "Targets" in answer.content.decode()
    review.refresh_from_db()
    assert review.reasons == "Calm"


def test_a_stale_page_gets_both_versions_and_can_be_saved_then(visit, report):
    review = report(complete=False)
    visit("grace", "reviews:edit", review.pk, post=draft(review, reasons="Theirs."))
    response = visit(
        "grace", "reviews:edit", review.pk, post=draft(review, reasons="Mine.", **{"targets-0-text": "Another target."})
    )
    html = response.content.decode()
    assert response.status_code == 409
    assert "Two versions" in html
    assert "Theirs." in html
    assert "Mine." in html
    assert "Ask every pupil to answer a question." in html
    revision = response.context["form"].data["revision"]
    visit("grace", "reviews:edit", review.pk, post=draft(review, reasons="Mine.") | {"revision": revision})
    review.refresh_from_db()
    assert review.reasons == "Mine."


def test_a_page_whose_dates_have_moved_says_so_though_nobody_has_saved_a_word(visit, report):
    review = report(complete=False)
    Review.objects.filter(pk=review.pk).update(saved_at=None, revision=review.revision + 1)
    response = visit("grace", "reviews:edit", review.pk, post=draft(review, reasons="Mine."))
    assert response.status_code == 409
    assert "This has changed since you opened it. Your version is in the form" in response.text


def test_what_is_the_same_in_both_versions_is_not_shown_twice(visit, report):
    review = report(complete=False)
    visit("grace", "reviews:edit", review.pk, post=draft(review, reasons="Theirs."))
    response = visit("grace", "reviews:edit", review.pk, post=draft(review, reasons="Mine."))
    assert response.context["theirs"] == [("Reasons for your answer", "Theirs.")]


def test_a_stale_page_with_wrong_answers_gets_both_versions_and_saves_nothing(visit, report):
    review = report(complete=False)
    concern = {"on_track": "False", "concerns-0-standard": "TS1", "concerns-0-evidence": "Seen."}
    assert visit("grace", "reviews:edit", review.pk, post=draft(review, **concern)).status_code == 302
    wrong = concern | {"concerns-0-standard": "", "targets-0-text": "", "days_absent": "-3", "reasons": "Mine."}
    response = visit("grace", "reviews:edit", review.pk, post=draft(review, **wrong))
    assert response.status_code == 409
    theirs = dict(response.context["theirs"])
    assert theirs["Days absent in this period"] == "0.5"
    assert theirs["Concern, TS1 Standard TS1"] == "Seen."
    assert "Ask every pupil" in theirs["Targets"]
    html = response.content.decode()
    assert "There is a problem" in html
    assert "but not yet" not in html
    review.refresh_from_db()
    assert (review.reasons, review.revision) == ("Calm lessons (TS7).", 1)


@pytest.mark.parametrize("revision", ["x", "", "9" * 30, "-1"])
def test_a_page_that_does_not_say_what_it_stands_on_gets_both_versions_and_can_be_saved_then(visit, report, revision):
    review = report(complete=False)
    response = visit("grace", "reviews:edit", review.pk, post=draft(review) | {"revision": revision})
    assert response.status_code == 409
    assert "There is a problem" not in response.content.decode()
    again = draft(review) | {"revision": response.context["form"].data["revision"]}
    assert visit("grace", "reviews:edit", review.pk, post=again).status_code == 302


def test_saving_as_typed_answers_with_the_time_and_the_next_revision(visit, report):
    review = report(complete=False)
    response = visit("grace", "reviews:edit", review.pk, post=draft(review), HTTP_HX_REQUEST="true")
    assert "Saved at" in response.content.decode()
    assert 'value="1"' in response.content.decode()


def test_saving_as_typed_saves_what_can_be_and_names_the_rest(visit, report):
    review = report(complete=False)
    typed = draft(review, days_absent="lots", **{"concerns-0-evidence": "Seen."}) | {"on_track": "False"}
    response = visit("grace", "reviews:edit", review.pk, post=typed, HTTP_HX_REQUEST="true")
    html = response.content.decode()
    assert "<html" not in html
    assert "but not yet" in html
    assert "Days absent in this period" in html
    review.refresh_from_db()
    assert (review.reasons, review.days_absent, review.on_track) == ("Calm lessons (TS7).", None, False)
    assert review.targets.count() == 1
    assert not review.concerns.exists()


def test_saving_a_comment_as_typed_that_is_too_long_says_so(visit, report):
    review = report("released")
    typed = {"ect_comment": "x" * 5001, "revision": review.revision}
    html = visit("amira", "reviews:comment", review.pk, post=typed, HTTP_HX_REQUEST="true").content.decode()
    assert "Your comment" in html
    assert "<html" not in html


def test_a_returned_report_whose_targets_the_next_one_has_judged_can_be_worded_anew(visit, report):
    first = report("reviewed")
    second = report(complete=False, number=2)
    [old] = second.previous_targets()
    judged = draft(second, **{f"outcome_{old.pk}": "met", f"outcome_comment_{old.pk}": "Seen."})
    visit("grace", "reviews:edit", second.pk, post=judged)
    Review.objects.filter(pk=first.pk).update(state="returned")
    first.refresh_from_db()
    response = visit("grace", "reviews:edit", first.pk, post=draft(first, **{"targets-0-text": "Another target."}))
    assert response.status_code == 302
    second.refresh_from_db()
    assert second.outcomes.get().text == old.text
    assert "outcomes" in second.missing()
    [new] = second.previous_targets()
    told = {f"outcome_{new.pk}": "", f"outcome_comment_{new.pk}": "Not looked at yet."}
    visit("grace", "reviews:edit", second.pk, post=draft(second, **told))
    assert (second.outcomes.get().text, second.outcomes.get().comment) == ("Another target.", "Not looked at yet.")
    assert ("Another target.", "Not answered. Not looked at yet.") in dict(questions.sections(second))[
        "Earlier targets"
    ]
    second.refresh_from_db()
    gone = {f"outcome_{new.pk}": "", f"outcome_comment_{new.pk}": ""}
    visit("grace", "reviews:edit", second.pk, post=draft(second, **gone))
    assert not second.outcomes.exists()


@pytest.fixture
def told(visit, report):
    """`told(saved)`: two targets in Amira's first report, which is returned; of both her second says what became of them."""
    first = report("reviewed")
    first.targets.create(position=1, text="Wait three seconds.")
    second = report(complete=False, number=2)
    one, two = second.previous_targets()
    said = {f"outcome_{one.pk}": "met", f"outcome_comment_{one.pk}": "Daily.", f"outcome_{two.pk}": "partly"}
    visit("grace", "reviews:edit", second.pk, post=draft(second, **said))
    Review.objects.filter(pk=first.pk).update(state="returned")
    first.refresh_from_db()
    second.refresh_from_db()
    assert "outcomes" not in second.missing()
    return first, second


def of_both(first, one, two, **more):
    return draft(first, **{"targets-0-text": one, "targets-1-text": two} | more)


def outcomes(review):
    return sorted((row.text, row.outcome, row.comment, row.target and row.target.text) for row in review.outcomes.all())


ASK, ASKED = "Ask every pupil to answer a question before the lesson ends.", "Ask each pupil a question."


def test_what_was_told_of_a_target_is_asked_again_when_its_words_are_corrected(visit, told):
    first, second = told
    pks = set(first.targets.values_list("pk", flat=True))
    visit("grace", "reviews:edit", first.pk, post=of_both(first, ASKED, "Wait three seconds."))
    assert set(first.targets.values_list("pk", flat=True)) == pks
    assert "outcomes" in second.missing(), "what was told of other words does not count"
    one, two = second.previous_targets()
    page = visit("grace", "reviews:edit", second.pk)
    form = page.context["form"]
    assert (form[f"outcome_{one.pk}"].value(), form[f"outcome_comment_{one.pk}"].value()) == ("", "Daily.")
    assert f"Of “{ASK}” you said: Met." in page.content.decode()
    assert form[f"outcome_{two.pk}"].value() == "partly"
    same = {f"outcome_{one.pk}": "", f"outcome_comment_{one.pk}": "Daily.", f"outcome_{two.pk}": "partly"}
    visit("grace", "reviews:edit", second.pk, post=draft(second, **same))
    assert (ASK, "met", "Daily.", ASKED) in outcomes(second), "kept until it is told anew"
    second.refresh_from_db()
    typed(visit, second, **{f"outcome_{one.pk}": "met"})
    assert outcomes(second) == [
        (ASKED, "met", "Daily.", ASKED), ("Wait three seconds.", "partly", "", "Wait three seconds."),
    ]  # fmt: skip
    assert "outcomes" not in second.missing()


def test_what_was_told_of_a_target_goes_with_it_when_the_one_before_is_removed(visit, told):
    first, second = told
    visit("grace", "reviews:edit", first.pk, post=draft(first, **{"targets-0-text": "Wait three seconds."}))
    assert "outcomes" not in second.missing()
    [target] = second.previous_targets()
    form = visit("grace", "reviews:edit", second.pk).context["form"]
    assert form[f"outcome_{target.pk}"].value() == "partly"
    visit("grace", "reviews:edit", second.pk, post=draft(second, **{f"outcome_{target.pk}": "partly"}))
    assert outcomes(second) == [("Wait three seconds.", "partly", "", "Wait three seconds.")]


def test_what_was_told_of_two_targets_goes_with_their_words_when_these_change_places(visit, told):
    first, second = told
    visit("grace", "reviews:edit", first.pk, post=of_both(first, "Wait three seconds.", ASK))
    assert "outcomes" not in second.missing()
    one, two = second.previous_targets()
    said = {f"outcome_{one.pk}": "met", f"outcome_{two.pk}": "met", f"outcome_comment_{two.pk}": "Daily."}
    visit("grace", "reviews:edit", second.pk, post=draft(second, **said))
    assert outcomes(second) == [
        (ASK, "met", "Daily.", ASK), ("Wait three seconds.", "met", "", "Wait three seconds."),
    ]  # fmt: skip


def test_both_versions_show_statements_concerns_and_outcomes_too(visit, report):
    first = report("reviewed")
    review = report(complete=False, kind=Kind.FIRST_ASSESSMENT, number=2)
    target = first.targets.get()
    concern = {"on_track": "False", "concerns-0-standard": "TS1", "concerns-0-evidence": "Theirs: seen."}
    theirs = draft(review, statement_TS1="Theirs: secure.", **concern, **{f"outcome_{target.pk}": "met"})
    assert visit("grace", "reviews:edit", review.pk, post=theirs).status_code == 302
    shown = visit("grace", "reviews:edit", review.pk, post=draft(review)).context["theirs"]
    assert dict(shown) | {
        "Concern, TS1 Standard TS1": "Theirs: seen.",
        "TS1 Standard TS1": "Theirs: secure.",
        target.text: "Met. ",
    } == dict(shown)
    same = visit("grace", "reviews:edit", review.pk, post=theirs).context["theirs"]
    assert same == []


def test_saving_as_typed_over_somebody_elses_words_is_told(visit, report):
    review = report(complete=False)
    visit("grace", "reviews:edit", review.pk, post=draft(review))
    response = visit("grace", "reviews:edit", review.pk, post=draft(review), HTTP_HX_REQUEST="true")
    assert response.status_code == 409
    assert "Press Save to see both versions." in response.content.decode()


def typed(visit, review, who="grace", page="reviews:edit", **answers):
    """What is sent while somebody types: the hidden fields, and what has changed."""
    post = {"revision": review.revision, **answers}
    response = visit(who, page, review.pk, post=post, HTTP_HX_REQUEST="true")
    review.refresh_from_db()
    return response


def test_of_what_was_not_sent_while_typing_nothing_is_changed(visit, report):
    review = report(complete=False)
    concern = {"on_track": "False", "concerns-0-standard": "TS1", "concerns-0-evidence": "Seen."}
    visit("grace", "reviews:edit", review.pk, post=draft(review, **concern))
    review.refresh_from_db()
    assert (
        "Saved at" in typed(visit, review, reasons="Typed.", **{"concerns-0-": "", "targets-0-": ""}).content.decode()
    )
    assert (review.reasons, review.evidence_summary, review.on_track) == ("Typed.", "Two observations.", False)
    assert (review.days_absent, review.targets_agreed, review.revision) == (Decimal("0.5"), True, 2)
    assert (review.concerns.get().evidence, review.targets.get().standards.get().code) == ("Seen.", "TS6")


TICK_AGAIN = "The targets have changed: tick again that the ECT has agreed them."
CHANGED_TARGETS = [
    {"targets-0-text": "Ask three pupils.", "targets-0-standards": "TS6"},
    {"targets-0-text": DRAFT["targets-0-text"], "targets-0-standards": "TS7"},
    {"targets-0-text": DRAFT["targets-0-text"], "targets-0-standards": "TS6"}
    | boxes("targets-0-review_on", date(2099, 1, 31)),
    {"targets-0-text": DRAFT["targets-0-text"], "targets-0-standards": "TS6", "targets-1-text": "Wait."},
    {"targets-0-text": ""},
]


@pytest.fixture
def agreed(visit, report):
    """A returned report whose target the ECT has agreed."""
    review = report("returned")
    visit("grace", "reviews:edit", review.pk, post=draft(review) | {"targets_agreed": ""})
    review.refresh_from_db()
    assert (review.targets.get().text, review.targets_agreed) == (DRAFT["targets-0-text"], False)
    visit("grace", "reviews:edit", review.pk, post=draft(review))
    review.refresh_from_db()
    assert review.targets_agreed
    return review


def tick(response):
    """Of the box: whether it is ticked, and what is said beside it."""
    box = BeautifulSoup(response.content, "html.parser").find(id="id_targets_agreed_box")
    return box.input.has_attr("checked"), box.find(id="id_targets_agreed-hint").text


@pytest.mark.parametrize("targets", CHANGED_TARGETS)
def test_a_tick_that_stood_before_is_taken_away_while_targets_are_changed_as_typed(visit, agreed, targets):
    answer = typed(visit, agreed, **targets)
    assert not agreed.targets_agreed
    assert tick(answer) == (False, TICK_AGAIN)
    assert 'hx-swap-oob="true"' in answer.text
    assert f". {TICK_AGAIN}" in answer.text
    answer = typed(visit, agreed, targets_agreed="on")
    assert agreed.targets_agreed
    assert TICK_AGAIN not in answer.text
    assert "id_targets_agreed" not in answer.text


@pytest.mark.parametrize("targets", CHANGED_TARGETS)
def test_a_tick_that_comes_along_from_before_does_not_count_for_changed_targets(visit, agreed, targets):
    same = {name: answer for name, answer in draft(agreed).items() if not name.startswith("targets-")}
    answer = visit("grace", "reviews:edit", agreed.pk, post=same | targets)
    assert [str(message) for message in get_messages(answer.wsgi_request)][-1].endswith(
        f"cannot see it yet. {TICK_AGAIN}"
    )
    agreed.refresh_from_db()
    assert not agreed.targets_agreed
    page = visit("grace", "reviews:edit", agreed.pk)
    assert tick(page) == (False, "If you change a target after ticking this, tick it again.")
    visit("grace", "reviews:edit", agreed.pk, post=same | targets | {"revision": agreed.revision})
    agreed.refresh_from_db()
    assert agreed.targets_agreed, "ticked anew over the same targets"


def test_who_goes_on_to_release_changed_targets_ticks_them_again_first(visit, agreed):
    changed = draft(agreed, release="1", **CHANGED_TARGETS[0])
    answer = visit("grace", "reviews:edit", agreed.pk, post=changed)
    assert tick(answer) == (False, TICK_AGAIN)
    assert said_to_be_wrong(answer) == ["Tick that the ECT has agreed the targets"]
    again = changed | {"revision": answer.context["form"].data["revision"]}
    assert visit("grace", "reviews:edit", agreed.pk, post=again).url.endswith("/steps/release/")


def test_a_tick_and_the_targets_that_it_is_about_are_saved_at_once(visit, report):
    review = report(complete=False)
    visit("grace", "reviews:edit", review.pk, post=draft(review))
    review.refresh_from_db()
    assert review.targets_agreed
    typed(visit, review, targets_agreed="")
    typed(visit, review, targets_agreed="on", **CHANGED_TARGETS[0])
    assert (review.targets.get().text, review.targets_agreed) == ("Ask three pupils.", True)


def test_a_tick_stays_while_its_targets_do(visit, agreed):
    same = {name: answer for name, answer in DRAFT.items() if name.startswith("targets-")}
    answer = typed(visit, agreed, reasons="Typed.", **same)
    assert TICK_AGAIN not in answer.text
    visit("grace", "reviews:edit", agreed.pk, post=draft(agreed))
    agreed.refresh_from_db()
    assert agreed.targets_agreed


def test_a_tick_waits_with_a_target_that_is_not_right_yet(visit, report, agreed):
    half = CHANGED_TARGETS[0] | {"targets-0-review_on-day": "31"}
    typed(visit, agreed, **half)
    assert agreed.targets_agreed, "over the targets that are stored"
    review = report(complete=False, number=2)
    answer = typed(visit, review, targets_agreed="on", **half)
    assert "but not yet: " in answer.text
    assert "The ECT has agreed these targets" in answer.text
    assert not review.targets_agreed
    answer = visit("grace", "reviews:edit", review.pk, post=draft(review, release="1", **half))
    assert "This can only be saved together with all of the targets" in said_to_be_wrong(answer)
    assert tick(answer)[0], "as it was typed"
    review.refresh_from_db()
    typed(visit, review, targets_agreed="on", **CHANGED_TARGETS[0])
    assert (review.targets.get().text, review.targets_agreed) == ("Ask three pupils.", True)


BELOW_AT_ABOVE = {
    "days_absent": {
        "-0.1": None, "-3": None, "-0": "0", "0": "0", "0.5": "0.5", "0.3": None, "59.5": "59.5", "60": "60",
        "60.5": None, "400": None, "9999": None, "99999": None, "0.25": None, "NaN": None, "1e9": None,
    },
    "next_fte": {
        "-1": None, "0": None, "0.001": None, "0.01": "0.01", "0.6": "0.6", "1": "1", "1.00": "1",
        "1.01": None, "1.5": None, "2": None, "80": None, "1e9": None, "Infinity": None,
    },
}  # fmt: skip
TYPED_OR_PRESSED = pytest.mark.parametrize("headers", [{"HTTP_HX_REQUEST": "true"}, {}], ids=["typed", "pressed"])


@TYPED_OR_PRESSED
@pytest.mark.parametrize(
    ("field", "sent", "stored"),
    [(field, sent, stored) for field, cases in BELOW_AT_ABOVE.items() for sent, stored in cases.items()],
)
def test_a_number_is_stored_within_its_limits_only(visit, report, headers, field, sent, stored):
    review = report(complete=False)
    before = {"days_absent": Decimal("2.5"), "next_fte": Decimal("0.4")}
    of_60_weekdays = {"period_from": date(2026, 1, 5), "period_to": date(2026, 3, 27)}
    Review.objects.filter(pk=review.pk).update(**before, **of_60_weekdays)
    response = visit("grace", "reviews:edit", review.pk, post=draft(review, **{field: sent}), **headers)
    review.refresh_from_db()
    assert getattr(review, field) == (before[field] if stored is None else Decimal(stored))
    assert review.reasons == "Calm lessons (TS7).", "the rest is kept"
    if stored is None:
        html = response.content.decode()
        assert "but not yet: " in html
        assert headers or f'value="{sent}"' in html
    again = visit("grace", "reviews:edit", review.pk, post=draft(review, reasons="Later."))
    assert again.status_code == 302, "nothing wrong was left that the next save would fail on"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("0.3", "Days absent must be a whole or half number, like 2 or 2.5"),
        ("0.25", "Days absent must be a whole or half number, like 2 or 2.5"),
        ("60.5", "Days absent must be 60 or fewer, the weekdays in this period"),
        ("400.5", "Days absent must be 60 or fewer, the weekdays in this period"),
        ("-3", "“Days absent in this period” must be 0 or more"),
    ],
)
def test_days_absent_are_whole_or_half_and_no_more_than_the_period_has(visit, report, sent, said):
    review = report(complete=False)
    Review.objects.filter(pk=review.pk).update(period_from=date(2026, 1, 5), period_to=date(2026, 3, 27))
    page = visit("grace", "reviews:edit", review.pk, post=draft(review, days_absent=sent))
    errors = BeautifulSoup(page.content, "html.parser").select(".govuk-error-summary__list li")
    assert [error.text for error in errors] == [said]


@TYPED_OR_PRESSED
@pytest.mark.parametrize(
    ("day", "taken"), [(-1, False), (0, True), (1, True), ("31 12 9999", True), ("1 1 10000", False), ("1 1 0", False)]
)
def test_a_day_is_stored_within_its_limits_only(visit, report, headers, day, taken):
    review = report(complete=False)
    if isinstance(day, int):
        when = boxes("targets-0-review_on", timezone.localdate() + timedelta(days=day))
    else:
        parts = zip(("day", "month", "year"), day.split(), strict=True)
        when = {f"targets-0-review_on-{part}": number for part, number in parts}
    visit("grace", "reviews:edit", review.pk, post=draft(review, **when), **headers)
    review.refresh_from_db()
    assert (review.targets.exists(), review.reasons) == (taken, "Calm lessons (TS7).")


def test_what_is_emptied_unticked_or_taken_away_while_typing_is_gone(visit, report):
    review = report(complete=False)
    visit("grace", "reviews:edit", review.pk, post=draft(review))
    review.refresh_from_db()
    typed(visit, review, reasons="", days_absent="", targets_agreed="")
    assert (review.reasons, review.days_absent, review.targets_agreed) == ("", None, False)
    typed(visit, review, **{"targets-0-text": "Ask every pupil to answer a question.", "targets-0-standards": ""})
    assert not review.targets.get().standards.exists()
    typed(visit, review, **{"targets-0-text": "", "targets-0-standards": ""})
    assert not review.targets.exists()
    assert review.evidence_summary == "Two observations."


def test_rows_are_saved_while_they_are_typed(visit, report):
    review = report(complete=False)
    target = {"targets-0-text": "Wait.", "targets-0-standards": ["TS6", "TS1", "TS6"], "targets-3-text": "Listen."}
    typed(visit, review, **target)
    assert [(row.text, [one.code for one in row.standards.all()]) for row in review.targets.all()] == [
        ("Wait.", ["TS1", "TS6"]),
        ("Listen.", []),
    ]
    typed(visit, review, **{"concerns-0-standard": "TS2", "concerns-0-evidence": "Seen."})
    assert (review.concerns.get().standard.code, review.targets.count()) == ("TS2", 2)


@pytest.mark.parametrize("headers", [{}, {"HTTP_HX_REQUEST": "true"}])
def test_a_row_is_added_beside_one_with_a_standard_that_is_none(visit, report, headers):
    review = report(complete=False)
    odd = {"concerns-0-standard": "TS99", "targets-0-standards": "TS99", "targets-add": "1"}
    html = visit("grace", "reviews:edit", review.pk, post=draft(review, **odd), **headers).content.decode()
    assert "targets-1-text" in html


def test_an_earlier_target_is_judged_in_two_saves_and_a_slip_in_one_loses_nothing(visit, report):
    target = report("reviewed").targets.get()
    review = report(complete=False, kind=Kind.FIRST_ASSESSMENT, number=2)
    typed(visit, review, **{f"outcome_{target.pk}": "met"})
    typed(visit, review, **{f"outcome_comment_{target.pk}": "Seen."})
    response = typed(visit, review, **{f"outcome_{target.pk}": "perhaps"})
    assert "not yet" in response.content.decode()
    typed(visit, review, statement_TS1="Secure.")
    typed(visit, review, statement_TS2="Nearly.")
    told = review.outcomes.get()
    assert (told.outcome, told.comment) == ("met", "Seen.")
    assert [row.text for row in review.statements.all()] == ["Secure.", "Nearly."]


def test_the_final_assessment_is_saved_as_it_is_typed(visit, report):
    review = report(complete=False, kind=Kind.FINAL_ASSESSMENT)
    typed(visit, review, reasons="Typed.", staying="True")
    typed(visit, review, recommendation="satisfactory")
    assert (review.reasons, review.recommendation, review.staying) == ("Typed.", "satisfactory", None)


def test_a_save_as_typed_that_does_not_say_what_it_stands_on_is_refused(visit, report):
    review = report(complete=False)
    response = visit("grace", "reviews:edit", review.pk, post={"reasons": "Typed."}, HTTP_HX_REQUEST="true")
    assert response.status_code == 409


@pytest.mark.parametrize(
    ("answers", "queries"),
    [
        ({"reasons": "Typed."}, 7),
        ({"days_absent": "2", "next_fte": "0.5", "staying": "True"}, 7),
        ({"targets-0-text": "Wait.", "targets-0-standards": "TS1"}, 13),
        ({"statement_TS1": "Secure."}, 15),
    ],
)
def test_saving_as_typed_asks_for_nothing_that_was_not_sent(
    sign_in, cast, report, django_assert_num_queries, answers, queries
):
    """Session, person and roles, the report; the answers, between two marks of a transaction; and what a row needs."""
    review = report(complete=False, kind=Kind.FIRST_ASSESSMENT)
    client = sign_in(cast["grace"])
    with django_assert_num_queries(queries):
        url = reverse("reviews:edit", args=[review.pk])
        response = client.post(url, {"revision": 0, **answers}, headers={"HX-Request": "true"})
    assert "Saved at" in response.content.decode()


@pytest.mark.parametrize(
    ("state", "who", "name", "said"),
    [
        ("released", "grace", "edit", "This report is at “ECT to comment”. Waiting for Amira Khan to comment"),
        ("draft", "amira", "comment", "This report is at “Draft”. Waiting for the induction tutor to release it"),
        ("commented", "amira", "comment", "This report is at “Needs signatures”."),
        ("released", "grace", "sign", "This report is at “ECT to comment”. Waiting for Amira Khan to comment"),
    ],
)
def test_who_comes_too_early_or_too_late_is_led_to_where_the_report_is(visit, report, state, who, name, said):
    review = report(state)
    response = visit(who, f"reviews:{name}", review.pk)
    assert (response.status_code, response.url) == (302, review.get_absolute_url())
    assert [str(message) for message in get_messages(response.wsgi_request)] == [said]


def test_hints_for_the_term_are_shown_where_there_are_any(visit, report):
    assert "working relationships" in visit("grace", "reviews:edit", report().pk).content.decode()


# Steps


def test_release_shows_what_the_ect_will_see_and_then_does_it(visit, report):
    review = report(reasons="Fine.", evidence_summary="Seen.")
    html = visit("grace", "reviews:step", review.pk, "release").content.decode()
    assert "No Teachers&#x27; Standard is named" in html
    sent = {"revision": review.revision}
    assert visit("grace", "reviews:step", review.pk, "release", post=sent).url == review.get_absolute_url()
    review.refresh_from_db()
    assert review.state == "released"


@pytest.mark.parametrize(
    ("kind", "until"),
    [
        (Kind.PROGRESS_REVIEW, "until you have signed"),
        (Kind.FIRST_ASSESSMENT, "until the headteacher has signed"),
        (Kind.FINAL_ASSESSMENT, "until the headteacher has signed"),
    ],
)
def test_release_says_until_when_a_report_can_be_taken_back(visit, report, kind, until):
    html = visit("grace", "reviews:step", report(kind=kind).pk, "release").content.decode()
    assert f"You can take it back {until}." in html


def test_release_of_an_incomplete_report_says_what_is_missing(visit, report):
    review = report(complete=False)
    html = visit("grace", "reviews:step", review.pk, "release").content.decode()
    assert "Still to answer" in html
    response = visit("grace", "reviews:step", review.pk, "release", post={"revision": 0})
    assert "Still to answer" in response.content.decode()


def test_a_return_without_a_reason_gets_the_form_again(visit, report):
    review = report("submitted")
    response = visit("colin", "reviews:step", review.pk, "send_back", post={"reason": " ", "revision": review.revision})
    assert "Say what has to change" in response.content.decode()
    visit(
        "colin",
        "reviews:step",
        review.pk,
        "send_back",
        post={"reason": "Name a standard.", "revision": review.revision},
    )
    review.refresh_from_db()
    assert (review.state, review.return_reason) == ("returned", "Name a standard.")


def test_what_was_asked_for_stays_in_sight_with_what_has_been_changed_since(visit, report, cast):
    review, changed = report("returned"), "Changed since then:</strong> "

    def page(who, name="reviews:read", *args):
        return visit(who, name, review.pk, *args).content.decode()

    html = page("grace")
    assert "The appropriate body asked for changes" in html
    assert "Name a standard." in html
    assert f"{changed}nothing yet" in html
    assert "Nothing has been changed since the appropriate body returned" in page("grace", "reviews:step", "release")
    assert "Name a standard." in page("colin")
    assert changed not in page("colin")  # who cannot read it before it is submitted again

    review.refresh_from_db()
    Review.objects.update(evidence_summary="Three observations (TS4).")
    review.refresh_from_db()
    assert "Nothing has been changed" not in page("grace", "reviews:step", "release")
    actions.take_step(review, "release", by=cast["grace"])
    for who, name in (("amira", "reviews:comment"), ("grace", "reviews:read")):
        html = page(who, name)
        assert "The appropriate body returned an earlier version and asked for changes" in html
        assert f"{changed}Evidence drawn on<" in html
    Review.objects.update(ect_comment="I still agree.")
    review.refresh_from_db()
    actions.take_step(review, "comment", by=cast["amira"])
    for who in ("amira", "grace"):
        sign(review, cast[who])
    assert "Name a standard." in page("colin")
    assert f"{changed}Evidence drawn on; Comment<" in page("colin")
    review.refresh_from_db()
    with pytest.raises(Refused, match="Say what has to change"):
        actions.take_step(review, "send_back", by=cast["colin"])
    actions.take_step(review, "accept", by=cast["colin"])
    assert "Name a standard." in page("amira")


def test_an_answer_that_only_one_version_has_is_told_to_be_changed(report):
    review = report("returned")
    Review.objects.update(staying=False)
    review.refresh_from_db()
    said = questions.changed_since_returned(review, questions.sections(review))
    assert said == ["Will the ECT be at this school next term?", "Full-time equivalent (FTE) next term"]
    assert questions.changed_since_returned(report(number=2), []) is None


@pytest.mark.parametrize("name", ["sign_as_ect", "comment", "nonsense"])
def test_other_steps_have_pages_of_their_own(visit, report, name):
    assert visit("amira", "reviews:step", report("commented").pk, name).status_code == 404


def test_a_step_of_somebody_else_is_refused(visit, report):
    assert visit("amira", "reviews:step", report().pk, "release").status_code == 403


def test_a_step_from_a_page_that_is_out_of_date_says_so_and_keeps_the_reason(visit, report):
    review = report("submitted")
    stale = {"reason": "Name a standard.", "revision": review.revision - 1}
    response = visit("colin", "reviews:step", review.pk, "send_back", post=stale)
    html = response.content.decode()
    assert "has changed since you opened it" in html
    assert "Name a standard." in html
    assert "<title>Error: " in html
    again = stale | {"revision": response.context["form"].data["revision"]}
    assert visit("colin", "reviews:step", review.pk, "send_back", post=again).status_code == 302


def test_what_was_typed_for_a_step_that_was_taken_meanwhile_is_given_back(visit, report):
    review = report("reviewed")
    response = visit(
        "colin", "reviews:step", review.pk, "send_back", post={"reason": "Name a standard.", "revision": 1}
    )
    assert response.status_code == 409
    assert "Name a standard." in response.content.decode()
    assert "Nothing to do here now" in visit("grace", "reviews:step", review.pk, "release").content.decode()


def test_what_was_typed_into_a_report_that_moved_meanwhile_is_given_back(visit, report):
    review = report("released")
    response = visit("grace", "reviews:edit", review.pk, post=draft(review))
    assert response.status_code == 409
    assert "Calm lessons (TS7)." in response.content.decode()
    as_stored = visit("grace", "reviews:edit", review.pk, post=draft(review, reasons=review.reasons))
    assert "Reasons for your answer" not in lost(as_stored)
    typed = visit("grace", "reviews:edit", review.pk, post=draft(review), HTTP_HX_REQUEST="true")
    assert (typed.status_code, "<html" in typed.content.decode()) == (409, False)
    assert "both versions" not in typed.content.decode()
    assert "this was finished or sent on after you opened it" in typed.content.decode()
    taken_back = report(number=2)
    response = visit("amira", "reviews:comment", taken_back.pk, post={"ect_comment": "My words.", "revision": 0})
    assert response.status_code == 409
    assert "My words." in response.content.decode()
    assert visit("amira", "reviews:edit", review.pk, post=draft(review)).status_code == 403


def lost(response):
    """The questions and answers of a page that gives back what was typed."""
    rows = BeautifulSoup(response.content, "lxml").select(".govuk-summary-list__row")
    return {row.dt.text: row.dd.text for row in rows}


def test_each_answer_that_is_given_back_stands_under_its_question_in_words(
    visit, report, django_assert_max_num_queries
):
    first = report("reviewed")
    [before] = first.targets.all()
    review = report(kind=Kind.FIRST_ASSESSMENT, number=2, complete=False)
    Review.objects.filter(pk=review.pk).update(state="released")
    sent = draft(
        review, on_track="False", days_absent="-3", next_fte="1.00", statement_TS2="Nearly.", staying="perhaps"
    )
    rows = {
        "concerns-0-standard": "TS1", "concerns-0-evidence": "Seen.", "concerns-1-": "",
        "targets-0-standards": ["TS6", "TS7"], "targets-4-text": "Wait.", "targets-4-review_on-day": "31",
        "targets-4-review_on-month": "June", "targets-4-review_on-year": "",
        f"outcome_{before.pk}": "partly", f"outcome_comment_{before.pk}": "Seen once.",
    }  # fmt: skip
    answer = visit("grace", "reviews:edit", review.pk, post=sent | rows)
    assert answer.status_code == 409
    assert lost(answer) == {
        "Is the ECT on track to complete their induction?": "No",
        "Reasons for your answer": "Calm lessons (TS7).",
        "The evidence that you drew on": "Two observations.",
        "Standards that give cause for concern, standard 1": "Standard: TS1 Standard TS1\nEvidence for the concern: Seen.",
        "TS2 Standard TS2": "Nearly.",
        before.text: "Partly met",
        "What shows it": "Seen once.",
        "Targets, target 1": (
            "Target: Ask every pupil to answer a question.\n"
            "Standards that it serves: TS6 Standard TS6, TS7 Standard TS7"
        ),
        "Targets, target 2": "Target: Wait.\nLook at it again on: 31 June",
        "The ECT has agreed these targets": "Yes",
        "Has the ECT had their training programme and all other statutory entitlements?": "Yes",
        "Days absent in this period": "-3",
        "Will the ECT be at this school next term?": "perhaps",
        "Full-time equivalent (FTE) next term": "1.00",
    }
    pressed = sent | rows | {"targets-add": "1"}
    with django_assert_max_num_queries(12):
        by_another_button = answer.client.post(reverse("reviews:edit", args=[review.pk]), pressed)
    assert lost(by_another_button) == lost(answer)


def test_a_comment_and_a_reason_are_given_back_under_their_questions(visit, report):
    review = report()
    answer = visit("amira", "reviews:comment", review.pk, post={"ect_comment": "My words.", "no_comment": "on"})
    assert lost(answer) == {"Your comment": "My words.", "I have nothing to add": "Yes"}
    answer = visit("amira", "reviews:comment", review.pk, post={"ect_comment": "No.", "revision": "0"})
    assert lost(answer) == {"Your comment": "No."}
    review = report("reviewed", number=2)
    answer = visit("colin", "reviews:step", review.pk, "send_back", post={"reason": "Name one.", "revision": "0"})
    assert lost(answer) == {"What has to change?": "Name one."}


def test_the_release_page_repeats_what_has_to_change_and_names_what_cannot_be_printed(visit, report):
    review = report("returned")
    Review.objects.filter(pk=review.pk).update(reasons="Thumbs up 👍 (TS1)")
    html = visit("grace", "reviews:step", review.pk, "release").content.decode()
    assert "Name a standard." in html
    assert "The record cannot show this character" in html
    assert "👍 <span" in html
    assert "(thumbs up sign)" in html


def test_the_page_for_signing_names_what_cannot_be_printed(visit, report):
    review = report("commented")
    said = {**review.released, "sections": [{"title": "The review", "answers": [["Reasons", "漢 and 👍"]]}]}
    Review.objects.filter(pk=review.pk).update(released=said)
    html = visit("amira", "reviews:sign", review.pk).content.decode()
    assert "The record cannot show these characters" in html
    assert "(thumbs up sign)" in html
    assert "do not sign yet" in html


# Commenting


def test_a_comment_is_saved_as_a_draft_that_only_the_ect_sees(visit, report):
    review = report("released")
    visit("amira", "reviews:comment", review.pk, post={"ect_comment": "So far.", "revision": review.revision})
    assert "So far." in visit("amira", "reviews:comment", review.pk).content.decode()
    assert "So far." not in visit("grace", "reviews:read", review.pk).content.decode()


def test_a_finished_comment_leads_to_signing(visit, report):
    review = report("released")
    response = visit(
        "amira", "reviews:comment", review.pk, post={"ect_comment": "Yes.", "revision": review.revision, "finish": "1"}
    )
    assert response.url == reverse("reviews:sign", args=[review.pk])


def test_finishing_without_a_word_says_what_to_do(visit, report):
    review = report("released")
    response = visit("amira", "reviews:comment", review.pk, post={"revision": review.revision, "finish": "1"})
    assert "Write your comment, or tick" in response.content.decode()
    revision = response.context["form"].data["revision"]
    response = visit(
        "amira", "reviews:comment", review.pk, post={"revision": revision, "finish": "1", "no_comment": "on"}
    )
    assert response.status_code == 302


def test_a_comment_from_a_stale_page_gets_both_versions(visit, report):
    review = report("released")
    typed = {"ect_comment": "First tab.", "revision": review.revision}
    visit("amira", "reviews:comment", review.pk, post=typed)
    response = visit("amira", "reviews:comment", review.pk, post=typed | {"ect_comment": "Second tab."})
    assert response.status_code == 409
    assert "First tab." in response.content.decode()
    assert "Second tab." in response.content.decode()


def test_a_comment_is_saved_as_it_is_typed(visit, report):
    review = report("released")
    typed = {"ect_comment": "As typed.", "revision": review.revision}
    response = visit("amira", "reviews:comment", review.pk, post=typed, HTTP_HX_REQUEST="true")
    assert "Saved at" in response.content.decode()
    assert visit("amira", "reviews:comment", review.pk, post=typed, HTTP_HX_REQUEST="true").status_code == 409


def test_of_a_comment_only_what_was_sent_is_saved(visit, report):
    review = report("released")
    typed(visit, review, "amira", "reviews:comment", ect_comment="As typed.")
    typed(visit, review, "amira", "reviews:comment", no_comment="on")
    assert (review.ect_comment, review.no_comment) == ("As typed.", True)
    typed(visit, review, "amira", "reviews:comment", no_comment="")
    assert (review.ect_comment, review.no_comment) == ("As typed.", False)


def test_a_finished_comment_is_changed_by_one_press_and_finished_by_another(visit, report):
    review = report("commented")
    page = BeautifulSoup(visit("amira", "reviews:read", review.pk).content, "html.parser")
    sign, button = page.select(".app-next .govuk-button")
    assert (sign.text, button.text) == ("Sign", "Change my comment")
    form = button.find_parent("form")
    assert form["action"] == reverse("reviews:step", args=[review.pk, "change_comment"])
    sent = {box["name"]: box["value"] for box in form.select("input")}
    answer = visit("amira", "reviews:step", review.pk, "change_comment", post=sent, follow=True)
    assert answer.redirect_chain == [(reverse("reviews:comment", args=[review.pk]) + "#comment", 302)]
    form = BeautifulSoup(answer.content, "html.parser").find(id="comment").find_next("form")
    assert form.textarea.text.strip() == "I agree with all of it."
    words = {"ect_comment": "I agree with most of it.", "revision": answer.context["form"]["revision"].value()}
    answer = visit("amira", "reviews:comment", review.pk, post=words | {"finish": "1"})
    assert answer.url == reverse("reviews:sign", args=[review.pk])
    review.refresh_from_db()
    assert (review.ect_comment, review.state) == ("I agree with most of it.", "commented")


def test_a_comment_is_not_reopened_from_a_page_that_is_out_of_date(visit, report):
    review = report("commented")
    stale = {"revision": review.revision - 1}
    answer = visit("amira", "reviews:step", review.pk, "change_comment", post=stale)
    assert "This report has changed since you opened it." in answer.text
    assert Review.objects.get(pk=review.pk).state == "commented"


# Signing


def test_signing_needs_a_fresh_proof_of_who_it_is(client, cast, report):
    review = report("commented")
    client.force_login(cast["amira"])
    response = client.get(reverse("reviews:sign", args=[review.pk]))
    assert response.status_code == 302
    assert "reauthenticate" in response.url


def test_a_signature_is_given_on_the_words_that_were_read(visit, report):
    review = report("commented")
    response = visit("amira", "reviews:sign", review.pk)
    assert "I agree with all of it." in response.content.decode()
    seen = questions.digest(questions.content(review))
    assert f'value="{seen}"' in response.content.decode()
    response = visit("amira", "reviews:sign", review.pk, post={"name": "Amira Khan", "seen": seen})
    [said] = map(str, get_messages(response.wsgi_request))
    assert said.startswith(f"You have signed: {review}, on ")
    review.refresh_from_db()
    assert review.state == "ect_signed"


def test_a_signature_is_shown_by_the_name_that_the_record_has_however_it_was_typed(visit, report):
    review = report("commented")
    seen = questions.digest(questions.content(review))
    visit("amira", "reviews:sign", review.pk, post={"name": "  amira KHAN", "seen": seen})
    page = BeautifulSoup(visit("grace", "reviews:read", review.pk).content, "html.parser")
    shown = page.find("dt", string="ECT’s signature").find_next("dd").text
    assert shown.startswith("Amira Khan, ")
    review.refresh_from_db()
    visit("grace", "reviews:sign", review.pk, post={"name": "grace okafor", "seen": seen})
    signed = Record.objects.get(review=review).content["signatures"]
    assert [(row["name"], row["typed"]) for row in signed] == [
        ("Amira Khan", "amira KHAN"),
        ("Grace Okafor", "grace okafor"),
    ]


@pytest.mark.parametrize(
    ("kind", "state", "who", "submits"),
    [
        (Kind.PROGRESS_REVIEW, "commented", "amira", False),
        (Kind.PROGRESS_REVIEW, "ect_signed", "grace", True),
        (Kind.FIRST_ASSESSMENT, "ect_signed", "grace", False),
        (Kind.FINAL_ASSESSMENT, "tutor_signed", "ruth", True),
    ],
)
def test_whose_signature_sends_a_report_on_is_told_so_before_and_after(visit, cast, report, kind, state, who, submits):
    review = report(state, kind=kind)
    body = review.induction.appropriate_body.name
    html = visit(who, "reviews:sign", review.pk).content.decode()
    assert (f"When you sign, it goes to {body}" in html) == submits
    sent = {"name": cast[who].name, "seen": questions.digest(questions.content(review))}
    for _ in range(2):  # a second click is told the same
        response = visit(who, "reviews:sign", review.pk, post=sent)
        said = [str(message) for message in get_messages(response.wsgi_request)][-1]
        assert said.startswith(f"You have signed: {review}, on ")
        assert (f"It has gone to {body}." in said) == submits


def test_signing_a_page_that_is_out_of_date_shows_the_new_words_first(visit, report):
    review = report("commented")
    response = visit("amira", "reviews:sign", review.pk, post={"name": "Amira Khan", "seen": "0" * 64})
    assert "has changed since you opened it" in response.content.decode()
    seen = response.context["form"].data["seen"]
    visit("amira", "reviews:sign", review.pk, post={"name": "Amira Khan", "seen": seen})
    review.refresh_from_db()
    assert review.state == "ect_signed"


def test_a_second_click_on_sign_finds_it_done(visit, report):
    review = report("commented")
    seen = questions.digest(questions.content(review))
    visit("amira", "reviews:sign", review.pk, post={"name": "Amira Khan", "seen": seen})
    again = visit("amira", "reviews:sign", review.pk, post={"name": "Amira Khan", "seen": seen}, follow=True)
    assert "You have signed" in again.content.decode()
    assert review.signatures.count() == 1
    assert visit("ben", "reviews:sign", review.pk).status_code == 404
    assert visit("ruth", "reviews:sign", review.pk).status_code == 403


# Dates, records, checks


def test_dates_are_explained(visit, cast):
    from reviews.actions import plan_reviews

    induction = Induction.objects.get(ect=cast["amira"])
    plan_reviews(induction)
    html = visit("amira", "reviews:dates", induction.pk).content.decode()
    assert "begins on the day after the one before has ended" in html
    assert f"Period: {date_format(induction.starts_on, 'j F Y')} to " in html
    assert html.count("school days before") == 6
    assert visit("ben", "reviews:dates", induction.pk).status_code == 403
    assert visit("helen", "reviews:dates", induction.pk).status_code == 404


def test_a_record_is_downloaded_byte_for_byte(visit, pdfs, report):
    record = Record.objects.get(review=report("submitted"))
    response = visit("amira", "reviews:record", record.code)
    with record.pdf.open("rb") as kept:
        assert b"".join(response.streaming_content) == kept.read()
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert visit("ben", "reviews:record", record.code).status_code == 404
    record.pdf.storage.delete(record.pdf.name)
    assert visit("amira", "reviews:record", record.code).status_code == 404


def test_a_record_that_is_being_made_says_so(visit, report):
    record = Record.objects.get(review=report("submitted"))
    Record.objects.update(pdf="")
    assert "being made" in visit("amira", "reviews:record", record.code).content.decode()


def upload(content):
    return {"file": SimpleUploadedFile("record.pdf", content, "application/pdf")}


def test_anybody_can_check_a_file(client, pdfs, report):
    record = Record.objects.get(review=report("submitted"))
    with record.pdf.open("rb") as kept:
        whole = kept.read()
    html = client.post(reverse("check"), upload(whole)).content.decode()
    assert "This is a record of this service" in html
    assert "This does not say whether the appropriate body has accepted it." in html
    assert "Amira" not in html
    assert "has been changed" in client.post(reverse("check"), upload(whole + b" ")).content.decode()
    assert "not a record" in client.post(reverse("check"), upload(b"%PDF-1.7")).content.decode()


def code(typed):
    return {"check": "code", "code": typed}


def test_anybody_can_check_a_code(client, pdfs, report):
    record = Record.objects.get(review=report("submitted"))
    html = client.post(reverse("check"), code(record.spaced_code)).content.decode()
    assert "The file that we keep of it is untouched and the newest version" in html
    assert "This does not say whether the appropriate body has accepted it." in html
    assert "A code does not show that the file or the paper that you have says the same." in html
    Record.objects.create(review=record.review, version=2, content={})
    html = client.post(reverse("check"), code(record.code)).content.decode()
    assert "The file that we keep of it is untouched, but a newer version has been made since." in html
    assert "confirmation" not in html
    assert "not a record" in client.post(reverse("check"), code("4KTM 9QXA 72BD")).content.decode()
    assert "Enter the code" in client.post(reverse("check"), code("")).content.decode()
    record.pdf.storage.delete(record.pdf.name)
    html = client.post(reverse("check"), code(record.code)).content.decode()
    assert "We cannot verify this record" in html
    assert "untouched" not in html.partition("Check another")[0]


def test_a_check_without_a_file_or_with_a_huge_one_is_told(client, db, settings):
    assert "Choose a PDF" in client.post(reverse("check")).content.decode()
    settings.UPLOAD_LIMIT = 3
    assert "must be smaller" in client.post(reverse("check"), upload(b"1234")).content.decode()


def test_checks_are_limited_so_that_codes_cannot_be_guessed(client, db):
    answers = [client.post(reverse("check"), code(f"{n:012}")).status_code for n in range(40)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert client.get(reverse("check")).status_code == 200


def test_a_status_is_named_as_people_know_it(report):
    today = date(2026, 1, 1)
    review = Review(state="draft", due_on=today)
    assert review.status(today) == ("Not started", "grey")
    review.saved_at = timezone.now()
    assert review.status(today) == ("Draft", "blue")
    assert review.status(today + timedelta(days=1)) == ("Overdue", "red")
    review.state = "reviewed"
    assert review.status(today + timedelta(days=1)) == ("Reviewed", "green")
    assert Review(state="commented", due_on=today).status(today) == ("Needs signatures", "yellow")
