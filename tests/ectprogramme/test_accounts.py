"""Sign-in and one's own account: allauth's pages, forms and messages in our words and our design."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from bs4 import BeautifulSoup
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string
from django_q.conf import Conf
from django_q.models import OrmQ

from people.actions import add_person
from people.templatetags.accounts import browser_in_words

PASSWORD = "marble otter bicycle"
NEW_PASSWORD = "violet harbour trumpet"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ACCOUNT = reverse("account")

# A registration as a browser's test authenticator made it for the host localhost
CREDENTIAL = {
    "type": "public-key",
    "id": "BNOi7ggePDysZORPn49__Lo1XJ_FlFFP1xqAA53KC2w",
    "rawId": "BNOi7ggePDysZORPn49__Lo1XJ_FlFFP1xqAA53KC2w",
    "response": {
        "clientDataJSON": (
            "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiaWFGb1M0ZG5nU1drT0xFVU5icVprWVo0U3lxUWlkcmh3NV8tNjNTU25I"
            "NCIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6ODEyMyIsImNyb3NzT3JpZ2luIjpmYWxzZX0"
        ),
        "attestationObject": (
            "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQECAwQFBgcIAQIDBAUG"
            "BwgAIATTou4IHjw8rGTkT5-Pf_y6NVyfxZRRT9cagAOdygtspQECAyYgASFYIJHLRF0M2MBSmDT6WksdHIPIEibQqiSdgIu6X79RvMIIIlgg"
            "_TVGnUMZkYbCy_Ig3v3MqfXQGjjcKWtDHEpQKAQoL-0"
        ),
        "transports": ["internal"],
    },
    "clientExtensionResults": {"credProps": {"rk": True}},
}


@pytest.fixture(autouse=True)
def _no_attempts_so_far():
    cache.clear()


@pytest.fixture
def grace(db):
    return add_person("grace@school.example", "Grace Okafor", PASSWORD)


@pytest.fixture
def hour():
    """A clock that stands still in the middle of a code's life."""
    with time_machine.travel(datetime(2026, 9, 14, 9, 0, 10, tzinfo=UTC), tick=False) as clock:
        yield clock


def code(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def page(response, status=200):
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def heading(response, status=200):
    [only] = page(response, status).select("h1")
    return only.text.strip()


def summary(response):
    """What the error summary says. It stands above the h1 and the title tells of it."""
    soup = page(response)
    assert soup.title.text.startswith("Error: ")
    assert soup.select_one(".govuk-error-summary ~ h1")
    return [item.text.strip() for item in soup.select(".govuk-error-summary li")]


def sign_in(client, email="grace@school.example", password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, "next": ACCOUNT} | more)


def is_signed_in(client):
    return client.get(ACCOUNT).status_code == 200


def confirm(client, password=PASSWORD):
    """Shows who one is, as before signing a record."""
    return client.post(reverse("account_reauthenticate"), {"password": password, "next": ACCOUNT})


def use_app(user):
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)


def add_key(user):
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "laptop", "credential": CREDENTIAL}
    )


# --- Every page -----------------------------------------------------------------------------------------------------

FOR_EVERYBODY = {
    "/accounts/login/": "Sign in",
    "/accounts/password/reset/": "Forgotten your password?",
    "/accounts/password/reset/done/": "Check your email",
    "/accounts/password/reset/key/1-used/": "This link no longer works",
    "/accounts/password/reset/key/done/": "Your new password is saved",
    "/accounts/confirm-email/": "Check your email",
    "/accounts/confirm-email/old/": "This link does not work",
    "/accounts/inactive/": "Your account is closed",
    "/accounts/signup/": "You cannot make an account yourself",
}
FOR_ONESELF = {
    "/accounts/": "Your account",
    "/accounts/logout/": "Do you want to sign out?",
    "/accounts/email/": "Change your email address",
    "/accounts/password/change/": "Change your password",
    "/accounts/reauthenticate/": "Confirm it is you",
    "/accounts/sessions/": "Where you are signed in",
    "/accounts/2fa/": "Two-step sign-in",
    "/accounts/2fa/totp/activate/": "Set up an authenticator app",
    "/accounts/2fa/webauthn/": "Passkeys and security keys",
    "/accounts/2fa/webauthn/add/": "Add a passkey or security key",
}
WITH_SECOND_STEP = {
    "/accounts/2fa/": "Two-step sign-in",
    "/accounts/2fa/reauthenticate/": "Confirm it is you",
    "/accounts/2fa/totp/deactivate/": "Stop using the authenticator app",
    "/accounts/2fa/recovery-codes/": "Recovery codes",
    "/accounts/2fa/recovery-codes/generate/": "Make new recovery codes",
    "/accounts/2fa/webauthn/": "Passkeys and security keys",
    "/accounts/2fa/webauthn/reauthenticate/": "Confirm it is you",
    "/accounts/2fa/webauthn/keys/1/edit/": "Rename a key",
    "/accounts/2fa/webauthn/keys/1/remove/": "Remove laptop",
}


def has_our_words(response):
    """Sentence case throughout: allauth's own texts have every word of a heading, label or button in capitals."""
    soup = page(response)
    assert soup.title.text.strip().endswith("– ECT programme")
    words = " | ".join(
        part.get_text(" ", strip=True) for part in soup.select("title, h1, h2, h3, label, button, a, th, dt, li")
    )
    return not re.search(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b", words.replace("Grace Okafor", ""))


@pytest.mark.parametrize(("path", "expected"), FOR_EVERYBODY.items())
def test_a_page_for_everybody_needs_no_sign_in(client, db, path, expected):
    response = client.get(path)
    assert heading(response) == expected
    assert has_our_words(response)


@pytest.mark.parametrize(("path", "expected"), FOR_ONESELF.items())
def test_a_page_about_oneself_needs_sign_in(client, grace, path, expected):
    sign_in(client)
    confirm(client)
    response = client.get(path)
    assert heading(response) == expected
    assert has_our_words(response)
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize(("path", "expected"), WITH_SECOND_STEP.items())
def test_a_page_about_ones_second_step(client, grace, path, expected):
    key = add_key(grace)
    use_app(grace)
    client.force_login(grace)
    confirm(client)
    response = client.get(path.replace("/1/", f"/{key.pk}/"))
    assert heading(response) == expected
    assert has_our_words(response)


def test_nobody_signs_themself_up(client, db):
    form = {"email": "new@school.example", "password1": PASSWORD, "password2": PASSWORD}
    assert heading(client.post("/accounts/signup/", form)) == "You cannot make an account yourself"
    assert not EmailAddress.objects.exists()
    assert "signup" not in client.get(reverse("account_login")).text
    assert client.get("/accounts/signup/passkey/").status_code == 404


# --- Sign in and out ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["grace@school.example", "Grace@School.Example", " GRACE@SCHOOL.EXAMPLE "])
def test_one_signs_in_by_email_in_any_letter_case(client, grace, email):
    response = sign_in(client, email)
    assert response.url == ACCOUNT
    account = page(client.get(response.url))
    assert not account.select(".govuk-notification-banner")
    assert "grace@school.example" in account.select_one("dl").text


def test_the_sign_in_page_suits_a_password_manager(client, db):
    soup = page(client.get(reverse("account_login")))
    email, password = soup.select_one("#id_login"), soup.select_one("#id_password")
    assert (email["type"], email["autocomplete"]) == ("email", "email")
    assert (password["type"], password["autocomplete"]) == ("password", "current-password")
    assert not soup.select("[placeholder], [onpaste]")
    assert soup.find("a", string="Forgotten your password?")["href"] == reverse("account_reset_password")


def test_the_sign_in_page_offers_a_passkey_where_scripts_run(client, db):
    response = client.get(reverse("account_login"))
    soup = page(response)
    assert soup.select_one("form#mfa_login[hidden] #passkey_login")
    scripts = soup.select("script:not([src]):not([type='application/json'])")
    assert {script["nonce"] for script in scripts} == {
        re.search(r"'nonce-([^']+)'", response["Content-Security-Policy"])[1]
    }
    options = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["userVerification"] == "required"


def test_a_passkey_that_fails_says_so(client, db):
    response = client.post(reverse("mfa_login_webauthn"), {"credential": "{}"}, follow=True)
    assert heading(response) == "Sign in"
    assert page(response).select(".govuk-notification-banner")


@pytest.mark.parametrize("email", ["grace@school.example", "nobody@school.example"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, grace, email):
    response = sign_in(client, email, "not the password")
    assert summary(response) == ["The email address or the password is not right"]
    assert not is_signed_in(client)


def test_what_is_left_empty_is_asked_for_by_name(client, db):
    assert summary(sign_in(client, "", "")) == ["Enter your email address", "Enter your password"]
    assert summary(sign_in(client, "grace")) == ["Enter an email address, like name@school.example"]


def test_after_several_failures_even_the_right_password_has_to_wait(client, grace, hour):
    for _ in range(5):
        sign_in(client, password="not the password")
    assert summary(sign_in(client)) == ["There were too many attempts. Wait a few minutes, then try again"]
    hour.shift(timedelta(minutes=6))
    assert sign_in(client).url == ACCOUNT


def test_failures_of_others_at_the_same_school_keep_nobody_out(client, grace, hour):
    for n in range(30):
        sign_in(client, f"nobody-{n}@school.example", "not the password")
    assert sign_in(client).url == ACCOUNT


def test_guessing_at_many_accounts_comes_to_an_end(client, grace, hour):
    for n in range(50):
        sign_in(client, f"nobody-{n}@school.example", "not the password")
    assert summary(sign_in(client)) == ["There were too many attempts. Wait a few minutes, then try again"]


def test_too_many_requests_get_our_page(client, db, hour):
    responses = [client.post(reverse("account_login"), {}) for _ in range(101)]
    assert heading(responses[-1], status=429) == "Too many attempts"


def test_a_closed_account_does_not_open(client, grace):
    grace.is_active = False
    grace.save()
    assert heading(client.get(sign_in(client).url)) == "Your account is closed"
    assert not is_signed_in(client)


def test_sign_in_leads_to_no_other_site(client, grace):
    assert sign_in(client, next="https://elsewhere.example/").url == settings.LOGIN_REDIRECT_URL


def test_signing_out_ends_the_session_on_the_server(client, grace):
    sign_in(client)
    kept = client.cookies.copy()
    response = client.post(reverse("account_logout"), {"next": reverse("account_login")}, follow=True)
    assert "You are signed out." in page(response).select_one(".govuk-notification-banner").text
    client.cookies = kept
    assert not is_signed_in(client)


def test_an_address_that_nobody_confirmed_is_confirmed_first(client, grace):
    EmailAddress.objects.update(verified=False)
    assert heading(client.get(sign_in(client).url)) == "Check your email"
    assert not is_signed_in(client)
    [message] = mail.outbox
    assert message.subject == "Confirm your email address"
    link = re.search(r"http://testserver(\S+)", message.body)[1]
    assert heading(client.get(link)) == "Confirm your email address"
    client.post(link)
    assert sign_in(client).url == ACCOUNT


# --- Passwords ------------------------------------------------------------------------------------------------------


def reset_link(client, email="grace@school.example"):
    client.post(reverse("account_reset_password"), {"email": email})
    return re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]


def test_a_forgotten_password_is_replaced_by_mail(client, grace):
    elsewhere = Client()
    sign_in(elsewhere)
    link = reset_link(client)
    assert mail.outbox[-1].subject == "Choose a new password"
    assert "Hello Grace Okafor" in mail.outbox[-1].body
    form = client.get(link).url
    assert heading(client.get(form)) == "Choose a new password"
    done = client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert heading(done) == "Your new password is saved"
    assert "Your password is changed." in done.text
    assert not is_signed_in(elsewhere)
    assert mail.outbox[-1].subject == "You have a new password"
    assert summary(sign_in(client))
    assert sign_in(client, password=NEW_PASSWORD).url == ACCOUNT
    assert heading(Client().get(link)) == "This link no longer works"


def test_the_mailed_link_works_for_a_day(client, grace):
    link = reset_link(client)
    assert "within a day" in mail.outbox[-1].body
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=-1)):
        assert Client().get(link).status_code == 302
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=1)):
        assert heading(Client().get(link)) == "This link no longer works"


def test_a_reset_for_an_unknown_address_answers_the_same_page(client, grace):
    known = client.post(reverse("account_reset_password"), {"email": "grace@school.example"}, follow=True)
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@school.example"}, follow=True)
    assert heading(known) == heading(unknown) == "Check your email"
    assert page(known).main.text == page(unknown).main.text
    message = mail.outbox[-1]
    assert (message.to, message.subject) == (["nobody@school.example"], "There is no account for this email address")
    assert "signup" not in message.body


def test_mail_about_an_account_is_the_workers_so_a_mail_server_that_is_down_breaks_no_page(client, grace, monkeypatch):
    monkeypatch.setattr(Conf, "SYNC", False)
    answered = client.post(reverse("account_reset_password"), {"email": "grace@school.example"}, follow=True)
    assert heading(answered) == "Check your email"
    assert not mail.outbox
    queued = OrmQ.objects.get().task
    assert "reset" not in str(queued), "the queue keeps what it has done, so the link is not in it"
    for _ in range(2):
        import_string(queued["func"])(*queued["args"])
    assert len(mail.outbox) == 1, "forgotten once it is sent"
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
    assert heading(client.get(link, follow=True)) == "Choose a new password"


def test_a_reset_does_not_go_around_the_second_step(client, grace):
    use_app(grace)
    form = client.get(reset_link(client)).url
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert not is_signed_in(client)
    assert sign_in(client, password=NEW_PASSWORD).url.startswith(reverse("mfa_authenticate"))


@pytest.mark.parametrize(
    ("first", "again", "complaint"),
    [
        ("", "", "Enter a new password"),
        ("too short", "too short", "too short"),
        ("password1234", "password1234", "too common"),
        (NEW_PASSWORD, "something else entirely", "the same password each time"),
    ],
)
def test_a_weak_password_is_refused(client, grace, first, again, complaint):
    sign_in(client)
    form = {"oldpassword": PASSWORD, "password1": first, "password2": again}
    assert complaint in summary(client.post(reverse("account_change_password"), form))[0]


def test_a_new_password_may_be_long_and_of_any_characters(client, grace):
    sign_in(client)
    password = "Žluťoučký kůň 🐎 " * 8
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert client.post(reverse("account_change_password"), form).url == ACCOUNT
    assert sign_in(Client(), password=password).url == ACCOUNT


def test_changing_the_password_asks_for_the_present_one_and_ends_other_sessions(client, grace):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    change = reverse("account_change_password")
    soup = page(client.get(change))
    assert [box["autocomplete"] for box in soup.select("input[type=password]")] == [
        "current-password", "new-password", "new-password",
    ]  # fmt: skip
    assert soup.select_one("[autocomplete=username]")["value"] == "grace@school.example"  # for password managers
    form = {"oldpassword": "a wrong one", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert summary(client.post(change, form)) == ["This is not your current password"]
    client.post(change, form | {"oldpassword": PASSWORD})
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    [message] = mail.outbox
    assert message.subject == "Your password was changed"
    assert "http://testserver/accounts/password/reset/" in message.body


def test_somebody_without_a_password_chooses_one(client, db):
    person = add_person("ben@school.example", "Ben Carter")
    client.force_login(person)
    response = client.get(reverse("account_change_password"), follow=True)
    assert heading(response) == "Choose a password"
    assert has_our_words(response)
    client.post(reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD})
    assert mail.outbox[-1].subject == "You have a password"
    assert sign_in(Client(), "ben@school.example").url == ACCOUNT


# --- Email address -------------------------------------------------------------------------------------------------


def ask_for_new_address(client, email="grace.okafor@school.example"):
    return client.post(reverse("account_email"), {"email": email, "action_add": ""})


def test_a_new_address_takes_over_once_its_link_was_followed(client, grace):
    use_app(grace)
    client.force_login(grace)
    confirm(client)
    ask_for_new_address(client)
    asked = client.get(reverse("account_email"))
    assert "You asked to change to grace.okafor@school.example" in asked.text
    assert has_our_words(asked)
    grace.refresh_from_db()
    assert grace.email == "grace@school.example"
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
    assert "grace.okafor@school.example" in client.get(link).text
    client.post(link)
    grace.refresh_from_db()
    assert grace.email == "grace.okafor@school.example"
    told = mail.outbox[-1]
    assert (told.to, told.subject) == (["grace@school.example"], "Your email address was changed")


def test_a_change_of_address_can_be_called_off(client, grace):
    sign_in(client)
    confirm(client)
    ask_for_new_address(client)
    client.post(reverse("account_email"), {"email": "grace.okafor@school.example", "action_remove": ""})
    response = client.get(reverse("account_email"))
    assert "grace.okafor@school.example is removed." in response.text
    assert "You asked to change" not in response.text
    assert mail.outbox[-1].subject == "An email address was removed"


def test_ones_own_address_is_no_new_one(client, grace):
    sign_in(client)
    confirm(client)
    assert summary(ask_for_new_address(client, "Grace@school.example")) == ["This is your email address already"]


def test_another_persons_address_is_not_taken_over(client, grace):
    add_person("ben@school.example", "Ben Carter")
    sign_in(client)
    confirm(client)
    ask_for_new_address(client, "ben@school.example")
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
    response = client.get(link)
    assert heading(response) == "This link does not work"
    assert "in use by another account" in response.text
    client.post(link)
    grace.refresh_from_db()
    assert grace.email == "grace@school.example"


# --- Confirm it is you ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_one_shows_who_one_is_before_changing_how_one_signs_in(client, grace, hour, name):
    sign_in(client)
    assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate"))
    confirm(client)
    assert client.get(reverse(name)).status_code == 200
    hour.shift(timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1))
    assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate"))


def test_changing_the_address_needs_it_too(client, grace):
    sign_in(client)
    assert ask_for_new_address(client).url.startswith(reverse("account_reauthenticate"))
    assert not mail.outbox


def test_confirming_tells_what_it_is_for_and_refuses_a_wrong_password(client, grace):
    sign_in(client)
    assert "before you sign a record" in client.get(reverse("account_reauthenticate")).text
    assert summary(confirm(client, "not the password")) == ["The password is not right"]
    assert confirm(client).url == ACCOUNT


def test_the_second_step_confirms_as_well(client, grace, hour):
    use_app(grace)
    client.force_login(grace)
    soup = page(client.get(reverse("account_reauthenticate") + f"?next={ACCOUNT}"))
    [other_way] = [link["href"] for link in soup.main.select("li a")]
    assert summary(client.post(other_way, {"code": "000000"}))[0].startswith("The code is not right")
    assert client.post(other_way, {"code": code(SECRET)}).url == ACCOUNT


# --- Second step ----------------------------------------------------------------------------------------------------


def test_an_authenticator_app_is_set_up_and_then_asked_for(client, grace, hour, transactional_db):
    sign_in(client)
    confirm(client)
    set_up = reverse("mfa_activate_totp")
    soup = page(client.get(set_up))
    assert soup.select_one("img.app-qr")["src"].startswith("data:image/svg+xml;base64,")
    assert soup.select_one("#id_code")["autocomplete"] == "one-time-code"
    secret = soup.select_one("#authenticator_secret").text
    assert {len(four.text) for four in soup.select("#authenticator_secret span")} == {4}
    wrong = client.post(set_up, {"code": "000000"})
    assert summary(wrong)[0].startswith("The code is not right")
    assert page(wrong).select_one("#authenticator_secret").text == secret
    response = client.post(set_up, {"code": code(secret)}, follow=True)
    assert heading(response) == "Recovery codes"
    assert "Your authenticator app is set up." in response.text
    assert mail.outbox[-1].subject == "An authenticator app was set up"

    hour.shift(timedelta(seconds=30))
    again = Client()
    asked = again.get(sign_in(again).url)
    assert heading(asked) == "Enter your code"
    assert has_our_words(asked)
    assert not is_signed_in(again)
    second_step = reverse("mfa_authenticate")
    assert summary(again.post(second_step, {"code": "000000"}))[0].startswith("The code is not right")
    assert again.post(second_step, {"code": code(secret)}).url == ACCOUNT
    assert is_signed_in(again)


def test_a_code_works_once(client, grace, hour):
    use_app(grace)
    second_step = reverse("mfa_authenticate")
    sign_in(client)
    client.post(second_step, {"code": code(SECRET)})
    assert is_signed_in(client)
    onlooker = Client()
    sign_in(onlooker)
    assert summary(onlooker.post(second_step, {"code": code(SECRET)}))


def test_guessing_codes_comes_to_an_end(client, grace, hour):
    use_app(grace)
    sign_in(client)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    response = client.post(reverse("mfa_authenticate"), {"code": code(SECRET)})
    assert summary(response) == ["There were too many attempts. Wait a few minutes, then try again"]


def test_one_can_turn_back_at_the_second_step(client, grace):
    use_app(grace)
    soup = page(client.get(sign_in(client).url))
    form = soup.find("button", string="Cancel").find_parent("form")
    fields = {box["name"]: box["value"] for box in form.select("input")}
    assert client.post(form["action"], fields).url == reverse("account_login")
    assert client.get(reverse("mfa_authenticate")).url == reverse("account_login")


def test_the_app_can_be_given_up(client, grace):
    use_app(grace)
    client.force_login(grace)
    confirm(client)
    response = client.post(reverse("mfa_deactivate_totp"), follow=True)
    assert "Your authenticator app is no longer used." in response.text
    assert mail.outbox[-1].subject == "Your authenticator app was removed"
    assert not Authenticator.objects.exists()


def test_a_recovery_code_stands_in_once_for_the_app(client, grace):
    use_app(grace)
    client.force_login(grace)
    confirm(client)
    soup = page(client.get(reverse("mfa_view_recovery_codes")))
    codes = [item.text for item in soup.select("ul.app-code li")]
    assert len(codes) == 10
    assert client.get(reverse("mfa_download_recovery_codes")).text.split() == codes
    for status in (302, 200):
        somewhere = Client()
        sign_in(somewhere)
        assert somewhere.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == status
    assert "9 of 10 codes are left." in client.get(reverse("mfa_view_recovery_codes")).text


def test_new_recovery_codes_replace_the_old_ones(client, grace, transactional_db):
    use_app(grace)
    client.force_login(grace)
    confirm(client)
    old = client.get(reverse("mfa_download_recovery_codes")).text.split()
    assert "will stop working" in client.get(reverse("mfa_generate_recovery_codes")).text
    client.post(reverse("mfa_generate_recovery_codes"))
    assert not set(old) & set(client.get(reverse("mfa_download_recovery_codes")).text.split())
    assert mail.outbox[-1].subject == "You have new recovery codes"


def test_when_all_recovery_codes_are_used_the_pages_say_so(client, grace):
    use_app(grace)
    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    for one in codes.wrap().get_unused_codes():
        codes.wrap().validate_code(one)
    client.force_login(grace)
    confirm(client)
    assert "You have 0 unused codes" in client.get(reverse("mfa_index")).text
    assert "You have used all your codes." in client.get(reverse("mfa_view_recovery_codes")).text


def test_somebody_with_a_second_step_and_no_recovery_codes_is_offered_some(client, grace):
    TOTP.activate(grace, SECRET)
    client.force_login(grace)
    soup = page(client.get(reverse("mfa_index")))
    assert soup.find("a", string="Make recovery codes")["href"] == reverse("mfa_generate_recovery_codes")


# --- Passkeys and security keys -------------------------------------------------------------------------------------


def test_a_key_is_offered_at_the_second_step_to_those_who_have_one(client, grace):
    use_app(grace)
    assert not page(client.get(sign_in(client).url)).select("#webauthn_form")
    client.post(reverse("account_logout"))
    add_key(grace)
    asked = client.get(sign_in(client).url)
    assert page(asked).select_one("#webauthn_form[hidden] #mfa_webauthn_authenticate")
    assert has_our_words(asked)


def odd_keys():
    """What no browser sends of a key."""

    def with_answer(**parts):
        return CREDENTIAL | {"response": CREDENTIAL["response"] | parts}

    def coded(given):
        return base64.urlsafe_b64encode(given).decode().rstrip("=")

    extended = bytes(32) + b"\x81" + bytes(4)  # of an authenticator's data: what follows are extensions
    asserted = {"authenticatorData": coded(bytes(37)), "signature": "AAAA"}
    yield from ("", "{", "[" * 9_999, "9" * 5_000, "0", "false", '"key"', "[1]", "x" * 20_001, '{"id": "\\ud800"}')
    for key in (
        {"id": 1},
        CREDENTIAL,  # which another site asked for, another time
        CREDENTIAL | {"id": None, "rawId": [1]},
        CREDENTIAL | {"response": 1},
        with_answer(clientDataJSON="AAAA", attestationObject="AAAA", authenticatorData="AAAA", signature="AAAA"),
        with_answer(clientDataJSON=coded(b"[]"), **asserted),
        with_answer(clientDataJSON=coded(b"[" * 9_999), **asserted),
        with_answer(userHandle=None, **asserted),
        with_answer(userHandle=coded(b"\xff"), **asserted),
        with_answer(userHandle=coded(b"9" * 30), **asserted),
        *(
            with_answer(attestationObject=coded(odd), authenticatorData=coded(extended + odd), signature="AAAA")
            for odd in (b"\x81" * 5_000, b"\x19\x01", b"\xff", b"\xa1\xa0\x01", b"\x9b" + b"\xff" * 8)
        ),
    ):
        yield json.dumps(key)


def test_what_is_no_key_does_not_sign_in(client, db, settings):
    settings.MFA_RATE_LIMITS = False
    for odd in odd_keys():
        client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
        response = client.post(reverse("mfa_login_webauthn"), {"credential": odd}, follow=True)
        assert heading(response) == "Sign in"
        assert page(response).select(".govuk-notification-banner"), odd
        assert not is_signed_in(client)


def test_what_is_no_key_is_no_second_step(client, grace, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    add_key(grace)
    sign_in(client)
    for odd in odd_keys():
        assert page(client.post(reverse("mfa_authenticate"), {"credential": odd})).select(".govuk-error-summary"), odd
    assert not is_signed_in(client)


def test_what_is_no_key_confirms_nobody(client, grace, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    add_key(grace)
    client.force_login(grace)
    address = reverse("mfa_reauthenticate_webauthn")
    for odd in odd_keys():
        client.get(address)
        assert client.post(address, {"credential": odd, "next": ACCOUNT})["Location"] != ACCOUNT, odd
    assert heading(client.get(reverse("mfa_add_webauthn"), follow=True)) == "Confirm it is you"


def test_what_is_no_key_is_not_added(client, grace):
    client.force_login(grace)
    confirm(client)
    address = reverse("mfa_add_webauthn")
    for odd in odd_keys():
        client.get(address)
        assert summary(client.post(address, {"name": "x", "credential": odd})), odd
    assert summary(client.post(address, {"credential": '{"id": 1}'})) == ["This key could not be read. Try again."]
    assert not Authenticator.objects.exists()


def test_a_key_that_fails_at_the_second_step_says_so(client, grace):
    add_key(grace)
    sign_in(client)
    soup = page(client.post(reverse("mfa_authenticate"), {"credential": "{}"}))
    assert soup.select(".govuk-error-summary ~ h1")


def test_keys_are_renamed_and_removed(client, grace):
    key = add_key(grace)
    client.force_login(grace)
    confirm(client)
    rename = reverse("mfa_edit_webauthn", args=[key.pk])
    assert summary(client.post(rename, {"name": ""})) == ["Enter a name"]
    client.post(rename, {"name": "Work telephone"})
    keys = client.get(reverse("mfa_list_webauthn"))
    assert "Work telephone" in keys.text
    assert "Passkey, added" in keys.text
    assert "not used yet" in keys.text
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    response = client.get(reverse("mfa_list_webauthn"))
    assert "The key is removed." in response.text
    assert "You have none yet." in response.text
    assert mail.outbox[-1].subject == "A passkey or security key was removed"


def test_a_key_without_a_name_gets_a_number(client, grace):
    add_key(grace)
    client.force_login(grace)
    confirm(client)
    assert page(client.get(reverse("mfa_add_webauthn"))).select_one("#id_name")["value"] == "Key 2"


# --- Sessions -------------------------------------------------------------------------------------------------------


WINDOWS, LINUX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Mozilla/5.0 (X11; Linux x86_64"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (f"{WINDOWS} {CHROME} Safari/537.36", "Chrome on Windows"),
        (f"{WINDOWS} {CHROME} Safari/537.36 Edg/143.0.0.0", "Edge on Windows"),
        (f"{WINDOWS} {CHROME} Safari/537.36 OPR/125.0.0.0", "Opera on Windows"),
        (f"{LINUX}; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
        (f"{IPHONE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{IPHONE} CriOS/143.0.0.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (f"Mozilla/5.0 (Linux; Android 15; SM-S931B) {CHROME} Mobile Safari/537.36", "Chrome on Android"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {CHROME} Safari/537.36", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15", "Safari on Mac"),
        ("Firefox/145.0", "Firefox"),
        ("curl/8.5.0", "A browser we do not know"),
        ("", "A browser we do not know"),
    ],
)
def test_a_browser_is_told_in_words(said, words):
    assert browser_in_words(said) == words


def test_one_sees_where_one_is_signed_in_and_ends_the_other_sessions(client, grace):
    elsewhere = Client(headers={"user-agent": f"{LINUX}; rv:145.0) Gecko/20100101 Firefox/145.0"})
    sign_in(elsewhere)
    sign_in(client)
    sessions = reverse("usersessions_list")
    rows = page(client.get(sessions)).select("tbody tr")
    assert ["This browser" in row.text for row in rows] == [False, True]
    assert "Firefox on Linux" in rows[0].text
    response = client.post(sessions, follow=True)
    assert "You are signed out everywhere else." in response.text
    assert "You are signed in here only." in response.text
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_a_session_ends_after_two_hours_without_a_request_and_twelve_in_all(client, grace, hour):
    sign_in(client)
    assert is_signed_in(client)
    for _ in range(11):
        hour.shift(timedelta(minutes=65))
        assert is_signed_in(client)
    hour.shift(timedelta(minutes=65))
    assert not is_signed_in(client)
    sign_in(client)
    assert is_signed_in(client)
    hour.shift(timedelta(seconds=settings.SESSION_IDLE + 1))
    assert not is_signed_in(client)


def test_a_session_ends_with_the_account(client, grace):
    sign_in(client)
    grace.is_active = False
    grace.save()
    assert not is_signed_in(client)


def test_people_of_the_demonstration_get_in_only_where_it_is_on(client, db, settings, hour):
    add_person("grace@ectprogramme.example", "Grace Okafor", PASSWORD)
    sign_in(client, "grace@ectprogramme.example")
    assert is_signed_in(client)
    settings.DEMONSTRATION = False
    assert not is_signed_in(client)
    with_their_password = sign_in(client, "grace@ectprogramme.example")
    assert summary(with_their_password) == ["The email address or the password is not right"]
    assert not is_signed_in(client)
    for _ in range(4):  # such attempts count like those with a wrong password
        sign_in(client, "grace@ectprogramme.example")
    assert summary(sign_in(client, "grace@ectprogramme.example")) == [
        "There were too many attempts. Wait a few minutes, then try again"
    ]
