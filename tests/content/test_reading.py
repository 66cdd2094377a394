"""Reading as ECT, as mentor and as everybody else: what is theirs, in what order, and how far they are."""

import pytest
from django.urls import reverse

from content.actions import load
from tests.content.packs import to_read

READING = reverse("content:reading")


def text_of(response):
    return " ".join(response.content.decode().split())


def url(slug=None):
    return reverse("content:section", args=["talking", slug]) if slug else reverse("content:study", args=["talking"])


@pytest.fixture
def pack(db):
    load(to_read())


@pytest.fixture
def as_(cast, pack, sign_in):
    return lambda name: sign_in(cast[name])


def test_smoke(as_):
    for name in ("amira", "ben", "grace", "olive"):
        client = as_(name)
        urls = [
            url(),
            reverse("content:module", args=["first-module"]),
            reverse("content:session", args=["week-one"]),
            reverse("content:list"),
            "/",
        ]
        if name in ("amira", "ben"):
            urls += [READING]
        for slug in ("welcome", "pairs", "about", "next", *(["for-mentors", "options"] if name != "amira" else [])):
            urls.append(url(slug))
        for u in urls:
            assert client.get(u).status_code == 200, u
