"""Statutory guidance is data of an edition, read on a page of its own and quoted where a page rests on it."""

import pytest
from django.template import Context, Template
from django.urls import reverse

from content.actions import load
from content.models import Paragraph
from content.packs import Source

PACK = """\
slug: guidance
title: Guidance
edition: "1"
guidance:
  - slug: induction
    title: Induction
    edition: May 2030
    note: It is in force from June.
    url: https://guidance.example/
    paragraphs:
      - number: "2.30"
        text: Six terms.
      - number: "2.48"
        text: A review each term & <more>.
"""
GUIDANCE = reverse("content:guidance")


def quoted(*numbers):
    words = " ".join(f'"{number}"' for number in numbers)
    return Template("{% load guidance %}{% guidance " + words + " %}").render(Context())


@pytest.fixture
def guidance(db):
    load([Source("guidance.yaml", PACK.encode())])


def test_the_page_has_every_paragraph_and_the_edition(guidance, cast, sign_in):
    page = sign_in(cast["amira"]).get(GUIDANCE).content.decode()
    assert "What our pages are based on, in our own words. Edition: May 2030. It is in force from June." in page
    assert 'id="paragraph-2.48"' in page
    assert "A review each term &amp; &lt;more&gt;." in page
    assert str(Paragraph.objects.get(number="2.48")) == "Induction, paragraph 2.48"


def test_without_guidance_the_page_says_so(cast, sign_in):
    assert "No guidance is loaded yet" in sign_in(cast["amira"]).get(GUIDANCE).content.decode()


def test_a_page_quotes_the_paragraphs_that_it_rests_on(guidance, django_assert_num_queries):
    with django_assert_num_queries(1):
        said = quoted("2.48", "9.9")
    assert "A review each term &amp; &lt;more&gt;." in said
    assert "Six terms." not in said
    assert "Edition: May 2030" in said
    assert "in force from June" not in said


def test_what_is_not_loaded_or_retired_is_not_quoted(guidance):
    assert quoted("9.9").strip() == ""
    load([Source("guidance.yaml", PACK[: PACK.index('      - number: "2.48"')].encode())])
    assert quoted("2.48").strip() == ""


def test_the_dates_of_reviews_quote_the_guidance(guidance, cast, sign_in):
    page = sign_in(cast["grace"]).get(reverse("reviews:dates", args=[cast["amira"].induction.pk])).content.decode()
    assert "What the statutory guidance says" in page
    assert "Six terms." in page
