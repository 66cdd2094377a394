"""The privacy wall: for everybody but the ECT and today's mentor there are no proformas (programme §1, induction §1)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from ectprogramme.demonstration import CAST
from observations.actions import attach_paper
from observations.models import Proforma
from observations.urls import urlpatterns
from observations.workflow import State
from people.actions import appoint
from people.models import Post
from people.permissions import Role

from .conftest import person

PAIR = {"amira", "ben"}
OTHERS = [persona.key for persona in CAST if persona.key not in PAIR]
PAGES = sorted(url.name for url in urlpatterns)


@pytest.fixture
def with_paper(cast, make):
    proforma = make(State.PLANNED)
    attach_paper(proforma, SimpleUploadedFile("a.pdf", b"%PDF-1.7\n"), by=person(cast["amira"]))
    return proforma


def addresses(proforma):
    places = {"list": None, "set_up": proforma.induction_id}
    return {
        name: reverse(f"observations:{name}", args=[pk] if (pk := places.get(name, proforma.pk)) else [])
        for name in PAGES
    }


def test_no_page_is_missing_here():
    assert PAGES == [
        "arrange", "cancel", "discuss", "fill_in", "list", "paper", "proforma", "reopen", "set_up", "upload",
    ]  # fmt: skip


def test_for_everybody_else_there_is_nothing(cast, with_paper, sign_in):
    for key in OTHERS:
        client = sign_in(cast[key])
        for name, address in addresses(with_paper).items():
            answers = [client.post(address, {})]
            if name not in ("discuss", "reopen"):
                answers.append(client.get(address))
            if name == "list" and key in {"tom", "priya", "zofia", "daniel"}:
                assert [list(answer.context["rows"]) for answer in answers] == [[], []]
            else:  # a list of what one never has is refused; a thing that is another's is not there
                assert {answer.status_code for answer in answers} == {403 if name == "list" else 404}, (key, name)
        assert not Proforma.objects.visible_to(person(cast[key])).exists()


@pytest.mark.parametrize("state", State)
def test_the_two_read_it_in_every_state(cast, make, sign_in, state):
    proforma = make(state)

    for key in PAIR:
        assert sign_in(cast[key]).get(f"/experts/{proforma.pk}/").status_code == 200


def test_yesterdays_mentor_reads_nothing_and_todays_reads_it(cast, with_paper, sign_in):
    yesterday = timezone.localdate() - timedelta(days=1)
    Post.objects.filter(user=cast["ben"]).update(ends_on=yesterday)
    appoint(cast["priya"], Role.MENTOR, cast["amira"].induction, starts_on=timezone.localdate(), by=None)

    assert sign_in(cast["ben"]).get(f"/experts/{with_paper.pk}/").status_code == 404
    assert sign_in(cast["ben"]).get("/experts/").status_code == 403
    assert sign_in(cast["priya"]).get(f"/experts/{with_paper.pk}/").status_code == 200


def test_without_signing_in_there_is_only_the_sign_in_page(client, with_paper):
    for name, address in addresses(with_paper).items():
        if name not in ("discuss", "reopen"):
            assert client.get(address).url.startswith("/accounts/login/")


def test_a_paper_that_is_not_there_is_not_found(cast, make, sign_in):
    assert sign_in(cast["amira"]).get(f"/experts/{make().pk}/paper/").status_code == 404


@pytest.mark.parametrize("page", ["proforma", "arrange", "fill_in", "upload", "set_up"])
def test_where_something_is_written_it_is_said_where_the_experts_name_belongs(cast, make, sign_in, page):
    text = sign_in(cast["amira"]).get(addresses(make())[page]).content.decode()

    assert "Name the expert only where you are asked who it is. In everything else that you write, leave out" in text
