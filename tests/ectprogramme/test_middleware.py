"""What holds for every page."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse


def test_pages_are_kept_by_no_cache_and_allow_nothing_from_elsewhere(cast, sign_in):
    response = sign_in(cast["grace"]).get("/")
    assert "no-store" in response["Cache-Control"]
    policy = response["Content-Security-Policy"]
    for rule in (
        "default-src 'none'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert rule in policy
    assert "unsafe-inline" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


def age(client, **seconds):
    session = client.session
    for name, ago in seconds.items():
        session[name] = int(time.time()) - ago
    session.save()


@pytest.mark.parametrize(
    ("ages", "ends"),
    [
        ({"seen": 2 * 3600 - 60}, False),
        ({"seen": 2 * 3600 + 60}, True),
        ({"began": 12 * 3600 - 60}, False),
        ({"began": 12 * 3600 + 60}, True),
    ],
)
def test_a_session_ends_after_two_idle_hours_and_twelve_in_all(cast, sign_in, ages, ends):
    client = sign_in(cast["grace"])
    age(client, **ages)
    assert (client.get("/").status_code == 302) == ends


def test_a_request_now_and_then_keeps_a_session_alive(cast, sign_in):
    client = sign_in(cast["grace"])
    age(client, seen=3600)
    client.get("/")
    assert time.time() - client.session["seen"] < 60


def test_a_session_that_another_window_ends_at_that_moment_is_over_after_the_page(cast, sign_in):
    client = sign_in(cast["grace"])
    age(client, seen=3600)

    def ended_first(execute, sql, *rest):
        if 'FROM "people_user"' in sql:  # after the session was read, before the time is noted
            Session.objects.all().delete()
        return execute(sql, *rest)

    with connection.execute_wrapper(ended_first):
        assert client.get("/").status_code == 200
    assert client.get("/").status_code == 302


@pytest.fixture
def strict(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def test_who_reaches_others_records_is_led_to_set_up_a_second_step(cast, sign_in, strict):
    client = sign_in(cast["grace"])
    assert client.get("/reviews/").url == reverse("mfa_index")
    assert client.get(reverse("account_logout")).status_code == 200


def test_a_second_step_that_is_set_up_opens_the_door(cast, sign_in, strict):
    Authenticator.objects.create(user=cast["grace"], type=Authenticator.Type.TOTP, data={})
    assert sign_in(cast["grace"]).get("/reviews/").status_code == 200


def test_an_ect_may_go_without(cast, sign_in, strict):
    assert sign_in(cast["amira"]).get("/reviews/").status_code == 200
