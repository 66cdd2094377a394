"""Every page that anybody can reach by following links, each form with an error in it, and the pages for what goes wrong:
accessible and no wider than the screen, on a desk and on a small phone, without a word in the browser's console."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve
from playwright.sync_api import expect

from .people import Person

# Everybody of a role that a page is made for; between them they have a report in every state.
VISITORS = ["amira", "tom", "zofia", "ben", "grace", "helen", "samuel", "joan", "colin", "olive"]
DOWNLOADS = {
    "reviews:record",
    "observations:paper",
    "examples:file",
    "content:download",
    "learning:csv",
    "mfa_download_recovery_codes",
}
SAME_FOR_ALL = (
    "account",
    "mfa_",
    "usersessions_",
    "content:list",
    "content:cycle",
    "content:module",
    "content:se",
    "printing:",
    "check",
    "accessibility",
    "personas",
)
PERIOD = 30  # seconds that a code of an authenticator app counts


@pytest.fixture(scope="session")
def seen_by_anybody():
    """The pages that are the same for everybody and that somebody has opened already."""
    return set()


@pytest.fixture
def visitor(page, complaints):
    """Somebody without an account."""
    return page


def pattern(path):
    """The view that answers, and what tells its pages apart but for the object that they show."""
    address = urlsplit(path)
    found = resolve(address.path)
    facts = {name: value for name, value in found.kwargs.items() if name not in ("pk", "code")}
    return found.view_name, *facts.items(), *sorted(parse_qs(address.query))


def faults_of_every_page(page, examiner, seen_by_anybody, start="/", of=""):
    """Follows all links from this page on, to one page for each pattern of addresses."""
    found, seen, waiting = [], set(), [start]
    while waiting:
        path = waiting.pop(0)
        kind = pattern(path)
        if kind in seen | seen_by_anybody or kind[0] in DOWNLOADS or not kind[0].startswith(of):
            continue
        (seen_by_anybody if kind[0].startswith(SAME_FOR_ALL) else seen).add(kind)
        faults, sent = examiner.faults_at(page, path)
        found += faults
        here, links = urlsplit(sent["url"]), map(urlsplit, sent["links"])
        waiting += [
            link._replace(scheme="", netloc="", fragment="").geturl() for link in links if link.netloc == here.netloc
        ]
    return found


@pytest.mark.parametrize("key", VISITORS)
def test_every_page_that_somebody_can_reach(key, someone, examiner, seen_by_anybody):
    visitor = someone(key)
    visitor.opens("/")
    assert faults_of_every_page(visitor.page, examiner, seen_by_anybody) == []


def test_every_page_without_an_account(visitor, examiner):
    found = []
    for path in (
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-set-password/",
        "/accounts/signup/",
        "/accounts/inactive/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/nothing/",
        "/check/",
        "/accessibility/",
        "/demonstration/",
    ):
        assert visitor.goto(path).ok, path
        found += examiner.faults(visitor)
    assert found == []


def test_every_page_of_two_step_sign_in(new_context, examiner):
    """With an authenticator app and a passkey."""
    context = new_context()
    farah = Person("farah", context.new_page())
    keys = context.new_cdp_session(farah.page)
    keys.send("WebAuthn.enable")
    keys.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )

    farah.sign_in()
    farah.opens("/accounts/2fa/")
    farah.follows("Set up an authenticator app")
    farah.sees_heading("Confirm it is you")
    found = examiner.faults(farah.page)
    farah.confirms_who_they_are()
    farah.sees("Key: ")  # the page is there
    found += examiner.faults(farah.page)
    farah.presses("Set up")
    found += examiner.faults_after_error(farah.page)
    secret = farah.page.get_by_text("Key: ").inner_text().removeprefix("Key: ")
    farah.enters(format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD)), "Code")
    farah.presses("Set up")
    farah.sees_heading("Recovery codes")
    found += examiner.faults(farah.page)

    farah.opens("/accounts/2fa/webauthn/add/")
    found += examiner.faults(farah.page)
    farah.ticks("Let me sign in with it alone, without my password")
    farah.presses("Add")
    farah.sees("The key is added.")
    found += faults_of_every_page(farah.page, examiner, set(), "/accounts/2fa/", "mfa_")

    context.clear_cookies()
    farah.opens("/demonstration/")
    farah.presses("Sign in as Farah Malik")
    farah.sees_heading("Enter your code")
    found += examiner.faults(farah.page)
    farah.presses("Continue")
    found += examiner.faults_after_error(farah.page)

    context.clear_cookies()
    farah.opens("/accounts/login/")
    farah.presses("Sign in with a passkey")
    farah.sees_heading("Farah Malik")
    assert found == []


# Forms with something wrong in them


def test_mistakes_at_signing_in_and_in_ones_account(visitor, someone, examiner):
    visitor.goto("/accounts/login/")
    visitor.get_by_role("button", name="Sign in", exact=True).click()
    found = examiner.faults_after_error(visitor)
    visitor.get_by_label("Email address").fill("nobody@ectprogramme.example")
    visitor.get_by_label("Password", exact=True).fill("not the password")
    visitor.get_by_role("button", name="Sign in", exact=True).click()
    found += examiner.faults_after_error(visitor)
    visitor.goto("/accounts/password/reset/")
    visitor.get_by_role("button", name="Send me a link").click()
    found += examiner.faults_after_error(visitor)

    joan = someone("joan")
    joan.opens("/accounts/password/change/")
    joan.presses("Save my password")
    found += examiner.faults_after_error(joan.page)
    joan.opens("/accounts/email/")
    joan.presses("Send a link to the new address")
    found += examiner.faults_after_error(joan.page)
    joan.opens("/accounts/2fa/totp/activate/")
    joan.enters("not the password", "Password")
    joan.presses("Confirm")
    found += examiner.faults_after_error(joan.page)
    assert found == []


def test_mistakes_about_a_meeting(someone, examiner):
    daniel = someone("daniel")
    daniel.opens("/cycles/")
    daniel.presses("Plan a meeting with Zofia Łukaszewska")
    daniel.enters("in the afternoon", "Time")
    daniel.presses("Plan the meeting")
    found = examiner.faults_after_error(daniel.page)

    daniel.enters("10:17am", "Time")  # a meeting of this test's own
    daniel.presses("Plan the meeting")
    meeting = daniel.page.url
    daniel.presses("Finish the meeting")
    found += examiner.faults_after_error(daniel.page)
    daniel.opens(meeting)
    daniel.follows("Move this meeting")
    daniel.enters("", "Time")
    daniel.presses("Move the meeting")
    found += examiner.faults_after_error(daniel.page)
    assert found == []


def test_mistakes_about_an_expert(someone, examiner):
    zofia = someone("zofia")
    zofia.opens("/experts/")
    zofia.presses("Set one up")
    zofia.presses("Save the arrangements")
    found = examiner.faults_after_error(zofia.page)
    zofia.chooses("Discussion", "How?")
    zofia.enters("Starting a lesson calmly", "Focus")
    zofia.presses("Save the arrangements")
    zofia.sees("Set up. Send the focus to the expert beforehand.")
    proforma = zofia.page.url

    zofia.follows("Change the arrangements")
    zofia.enters("", "Focus")
    zofia.presses("Save the arrangements")
    found += examiner.faults_after_error(zofia.page)
    zofia.opens(proforma)
    zofia.presses("Fill in")
    zofia.presses("Complete")
    found += examiner.faults_after_error(zofia.page)
    zofia.opens(proforma)
    zofia.follows("Upload a paper version instead")
    zofia.presses("Upload")
    found += examiner.faults_after_error(zofia.page)
    assert found == []


def test_both_sides_of_a_section(someone, examiner):
    """By somebody whose side it is and by somebody who is on neither."""
    study = "/content/studies/assessment-elective-5"
    found = []
    for key in ("ben", "ruth"):
        page = someone(key).page
        for slug in ("mentor-reflective-practice", "applying-your-learning", "next-steps"):
            assert page.goto(f"{study}/{slug}/").ok
            found += examiner.faults(page)
    assert found == []


def test_mistakes_in_a_reflection(someone, examiner, complaints):
    complaints.expect("409")
    tom = someone("tom")
    tom.opens("/content/studies/assessment-elective-5/next-steps/")
    other = tom.in_another_window()
    tom.page.get_by_label("Your reflection").fill("x" * 20_001)
    tom.presses("Save")
    found = examiner.faults_after_error(tom.page)
    tom.enters("Ask one question less.", "Your reflection")
    tom.presses("Save")
    tom.sees("Saved. Only you can read it until you share it.")
    other.enters("Ask one question more.", "Your reflection")
    other.presses("Save")
    other.sees("Two versions")
    found += examiner.faults(other.page)
    tom.presses("Share with my mentor")
    tom.sees("Shared. Your mentor has been told.")
    found += examiner.faults(tom.page)
    other.presses("Save")
    other.sees("Your last changes are not saved")
    found += examiner.faults(other.page)
    assert found == []


def test_mistakes_about_an_elective(someone, examiner):
    ben = someone("ben")
    ben.opens("/")
    ben.follows("Agree an elective")
    ben.follows("Do not agree")
    ben.presses("Do not agree")
    found = examiner.faults_after_error(ben.page)
    ben.enters("The other one comes first.", "Why not?")
    ben.presses("Do not agree")
    ben.sees("Not agreed. Your ECT has been told")
    assert found + examiner.faults(ben.page) == []


def test_mistakes_in_a_report(someone, examiner):
    helen = someone("helen")
    helen.opens_last("Final formal assessment", "Zofia Łukaszewska")
    helen.presses("Fill in")
    helen.presses("Save and continue to release")
    found = examiner.faults_after_error(helen.page)

    tom = someone("tom")
    tom.opens("/reviews/")
    tom.follows("Comment")
    tom.enters("", "Your comment")
    tom.presses("Finish and go on to sign")
    found += examiner.faults_after_error(tom.page)

    zofia = someone("zofia")
    zofia.opens("/reviews/")
    zofia.follows("Sign")
    zofia.confirms_who_they_are()
    zofia.presses("Sign")
    found += examiner.faults_after_error(zofia.page)

    colin = someone("colin")
    colin.opens("/reviews/")
    colin.follows("Tom Hughes")
    colin.follows("Return to school")
    colin.presses("Return to school")
    found += examiner.faults_after_error(colin.page)
    assert found == []


def test_mistakes_at_checking_a_record(visitor, examiner):
    visitor.goto("/check/")
    visitor.get_by_role("button", name="Check this file").click()
    found = examiner.faults_after_error(visitor)
    visitor.get_by_role("button", name="Check this code").click()
    found += examiner.faults_after_error(visitor)
    visitor.get_by_label("Or enter the code printed on it").fill("AAAA BBBB CCCC")
    visitor.get_by_role("button", name="Check this code").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("This is not a record of this service")
    found += examiner.faults(visitor)
    assert found == []


# What goes wrong


def test_a_page_that_is_not_there(someone, examiner, complaints):
    complaints.expect("404 (Not Found)")
    ben = someone("ben")
    ben.opens("/nothing-here/")
    ben.sees_heading("Page not found")
    assert examiner.faults(ben.page) == []


def test_a_page_for_others(someone, examiner, complaints):
    complaints.expect("403 (Forbidden)")
    ben = someone("ben")
    ben.opens("/jobs/")
    found = examiner.faults(ben.page)
    expect(ben.page).to_have_title("You cannot do this – ECT programme")
    assert found == []


def test_a_form_that_nobody_can_have_filled_in(someone, examiner, complaints):
    complaints.expect("400 (Bad Request)")
    ben = someone("ben")
    ben.opens("/accounts/email/")
    ben.page.evaluate("""() => {
      const form = document.querySelector("main form");
      for (let box = 0; box < 2001; box += 1) form.append(Object.assign(document.createElement("input"), { name: `x${box}` }));
    }""")
    ben.presses("Send a link to the new address")
    expect(ben.page).to_have_title("We could not read that request – ECT programme")
    assert examiner.faults(ben.page) == []


def test_a_form_sent_after_the_session_ended_keeps_what_was_typed(someone, examiner, complaints):
    complaints.expect("403 (Forbidden)")
    ben = someone("ben")
    ben.opens("/cycles/")
    ben.presses("Plan a meeting with Amira Khan")
    ben.enters("The library", "Place (optional)")
    ben.page.context.clear_cookies()
    ben.presses("Plan the meeting")
    ben.sees_heading("Your session has ended")
    ben.presses("Send my form again")
    ben.sees("You are not signed in yet. Sign in in the other tab")
    ben.page.get_by_text("What you typed", exact=True).click()
    ben.sees("The library")
    assert examiner.faults(ben.page) == []


@pytest.mark.parametrize(("template", "status"), [("429.html", 429), ("500.html", 500)])
def test_what_a_test_cannot_bring_about(template, status, visitor, examiner, complaints):
    """The page as it is, with the site's own styles; what leads to it is tested elsewhere."""
    complaints.expect(f"{status} (")
    html = render_to_string(template, request=RequestFactory().get("/"))
    visitor.route("**/broken/", lambda route: route.fulfill(status=status, body=html, content_type="text/html"))
    visitor.goto("/broken/")
    assert examiner.faults(visitor) == []
