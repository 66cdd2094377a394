"""The standing cast and what every test shares."""

import pytest
from django.utils import timezone

from ectprogramme import demonstration


@pytest.fixture
def cast(db):
    """Everybody of the demonstration, by first name, on a day when nothing has been done yet."""
    return demonstration.cast(timezone.localdate())


@pytest.fixture
def sign_in(client):
    """`sign_in(user)` gives a client that is signed in as that person."""

    def as_person(user):
        client.force_login(user)
        return client

    return as_person
