"""What there is to talk about, on the page of the meeting to come."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from content.models import Reflection, StudySection
from cycles.models import Audit, Meeting
from observations.models import Proforma

TODAY = timezone.localdate()


@pytest.fixture
def meeting(demo):
    """The one that Tom and Priya plan next. Tom has rated a module and written up a visit; now he shares a reflection."""
    last = Meeting.objects.get(induction__ect=demo["tom"])
    Reflection.objects.filter(induction=last.induction).delete()
    for section, state in zip(StudySection.objects.all()[:3], ("shared", "opened", "private"), strict=True):
        shared, opened = timezone.now() if state != "private" else None, timezone.now() if state == "opened" else None
        Reflection.objects.create(
            induction=last.induction, section=section, question="?", text="A thought", state=state,
            shared_at=shared, opened_at=opened,
        )  # fmt: skip
    last.pk, last.state, last.held_on = None, "planned", None
    last.planned_for += timedelta(days=7)
    last.save()
    return last


def said(page):
    heading = BeautifulSoup(page.content, "html.parser").find("h2", string="Since you last met")
    return [" ".join(item.text.split()) for item in heading.find_next("ul").select("li")] if heading else None


def day(on):
    return f"{on.day} {on:%B %Y}"


@pytest.mark.parametrize("who", ["tom", "priya"])
def test_what_was_completed_or_shared_is_told_to_both_until_they_have_met(demo, meeting, sign_in, who):
    proforma, audit = (model.objects.get(induction=meeting.induction) for model in (Proforma, Audit))
    (reflection,) = Reflection.objects.filter(induction=meeting.induction, state="shared")
    client = sign_in(demo[who])

    page = client.get(meeting.get_absolute_url())

    assert said(page) == [
        f"Learnt from an expert: {proforma.title}, {day(proforma.happened_on)}",
        f"{audit.title}, {day(TODAY)}",
        f"Shared reflection: {reflection.section.title}, {day(TODAY)}",
    ]
    for thing in (proforma, audit, reflection):
        assert f'href="{thing.get_absolute_url()}"' in page.content.decode()
    Proforma.objects.filter(pk=proforma.pk).update(state="discussed")
    Reflection.objects.filter(pk=reflection.pk).update(state="opened", opened_at=timezone.now())
    Meeting.objects.filter(state="held").update(held_on=TODAY, saved_at=timezone.now())
    assert said(client.get(meeting.get_absolute_url())) is None


def test_of_another_ect_nothing_is_told(demo, sign_in):
    planned = Meeting.objects.get(induction__ect=demo["zofia"], state="planned")
    assert said(sign_in(demo["daniel"]).get(planned.get_absolute_url())) is None


@pytest.mark.parametrize("number", [1, 30])
def test_it_is_one_question_however_much_there_is(demo, meeting, sign_in, number, django_assert_max_num_queries):
    (proforma,) = Proforma.objects.filter(induction=meeting.induction)
    for _ in range(number):
        proforma.pk = None
        proforma.save()
    for who in ("tom", "priya"):
        client = sign_in(demo[who])
        with django_assert_max_num_queries(12):
            page = client.get(meeting.get_absolute_url())
        assert len(said(page)) == number + 3
