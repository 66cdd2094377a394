"""Choosing an elective: whose step each is, what either is told, and what is on the list of what is to be read."""

import itertools

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from content.actions import load, tick
from content.electives.actions import electives_of, propose, take_step
from content.electives.workflow import OPEN, STEPS, State
from content.models import ElectiveChoice, Study, StudySection
from content.packs import Source
from people.actions import Refused, Stale
from people.models import Event, Induction, Notice, Phase, Post, School, User
from people.permissions import Role
from people.views import ROWS
from tests.content.packs import READING, WITHOUT_NUMBER, to_read

ELECTIVE = """\
  - slug: {slug}
    module: first-module
    kind: elective
    title: {title}
    summary: Read about it.
    area: {title} for all
    sections:
      - {{slug: one, title: One, audience: ect, minutes: 4, text: Read.}}
      - {{slug: two, title: Two, audience: mentor, minutes: 9, text: Read.}}
"""


def with_electives(count):
    more = "".join(ELECTIVE.format(slug=f"more-{n}", title=f"Elective {n}") for n in range(count))
    return [Source("reading.yaml", READING.replace("sessions:\n", more + "sessions:\n").encode())]


@pytest.fixture(scope="session")
def electives_of_today(made_once):
    """The rows of the pack to read with two electives more."""
    return made_once(lambda: load(with_electives(2)))


@pytest.fixture
def induction(cast, electives_of_today):
    electives_of_today.put_or_make()
    return Induction.objects.get(ect=cast["amira"])


def study(slug="talking"):
    return Study.objects.get(slug=slug)


def text_of(response):
    return " ".join(response.content.decode().split())


def page_of(client, induction):
    return text_of(client.get(reverse("electives:list", args=[induction.pk])))


@pytest.fixture
def choice(induction, cast):
    return propose(induction, study(), "Pupils do not talk yet.", by=cast["amira"])


def bring_to(choice, state, cast):
    """The choice in this state, as the two would bring it there."""
    if state == State.AGREED:
        take_step(choice, "agree", by=cast["ben"])
    elif state == State.SUGGESTED:
        take_step(choice, "suggest", by=cast["ben"], study=study("more-0"), words="Rather this.")
    elif state == State.DECLINED:
        take_step(choice, "decline", by=cast["ben"], words="Not yet.")
    elif state == State.WITHDRAWN:
        take_step(choice, "withdraw", by=cast["amira"])
    return choice


# The table

ALLOWED = {
    *((state, Role.ECT, "propose") for state in OPEN),
    *((state, Role.MENTOR, "suggest") for state in OPEN),
    (State.PROPOSED, Role.MENTOR, "agree"),
    (State.PROPOSED, Role.MENTOR, "decline"),
    (State.PROPOSED, Role.ECT, "withdraw"),
    (State.SUGGESTED, Role.ECT, "accept"),
    (State.SUGGESTED, Role.ECT, "turn_down"),
    (State.SUGGESTED, Role.MENTOR, "take_back"),
    (State.AGREED, Role.MENTOR, "decline"),
    (State.AGREED, Role.ECT, "withdraw"),
}
PEOPLE = {Role.ECT: "amira", Role.MENTOR: "ben", Role.TUTOR: "grace", Role.HEAD: "ruth", Role.AB_OFFICER: "colin"}


@pytest.mark.parametrize("state", State)
def test_each_step_is_the_right_persons_in_the_right_state_only(choice, cast, state):
    bring_to(choice, state, cast)
    for (role, key), name in itertools.product(PEOPLE.items(), STEPS):
        assert (not choice.why_not(name, cast[key])) == ((state, role, name) in ALLOWED), (state, role, name)


def test_exactly_ect_and_mentor_see_a_choice(choice, cast):
    assert {key for key, user in cast.items() if ElectiveChoice.objects.visible_to(user).exists()} == {"amira", "ben"}


@pytest.mark.parametrize(
    ("state", "whose", "what"),
    [
        (State.PROPOSED, "ben", "Agree an elective"),
        (State.SUGGESTED, "amira", "Reply about an elective"),
        (State.AGREED, None, ""),
        (State.DECLINED, None, ""),
        (State.WITHDRAWN, None, ""),
    ],
)
def test_whose_turn_it_is(choice, cast, sign_in, state, whose, what):
    bring_to(choice, state, cast)
    for key, user in cast.items():
        assert ElectiveChoice.objects.waiting_on(user).exists() == (key == whose)
        page = text_of(sign_in(user).get("/"))
        about = str(choice.study) if key == "amira" else f"{choice.study}, Amira Khan"  # who is not told her own name
        assert (about in page) == (key == whose)
        if key == whose:
            assert what in page
            assert Notice.objects.last().subject == f"{what}: {about}"


def test_whose_turn_it_is_is_told_however_many_ects_somebody_has(choice, cast, sign_in):
    """Ben is headteacher of another school with more ECTs than a home page shows, whose names come before Amira's."""
    other = School.objects.create(
        name="Elsewhere", urn="765432", appropriate_body=choice.induction.school.appropriate_body
    )
    for number in range(ROWS + 1):
        Induction.objects.create(
            ect=User.objects.create_user(f"ect{number}@elsewhere.example", name=f"A{number}"),
            school=other,
            appropriate_body=other.appropriate_body,
            trn=f"{2000000 + number}",
            starts_on=timezone.localdate(),
        )
    Post.objects.create(user=cast["ben"], role=Role.HEAD, school=other, starts_on=timezone.localdate())
    page = text_of(sign_in(cast["ben"]).get("/"))
    assert "Showing the first 30 of 32" in page
    assert f"{choice.study}, Amira Khan" in page


# What happens


def test_an_elective_is_proposed_and_agreed_and_each_hears_of_the_other(induction, cast, sign_in):
    amira, ben = sign_in(cast["amira"]), cast["ben"]
    page = page_of(amira, induction)
    assert "How pupils talk" in page
    assert "for example with something that you rated low in the audit of a module" in page
    url = reverse("electives:propose", args=[induction.pk, "talking"])
    page = text_of(amira.get(url))
    assert "Why this one?" in page
    assert "What you want to get better at, and how you know: from the audit of the module, for example." in page
    page = text_of(amira.post(url, {"reason": "My pupils are silent."}, follow=True))
    assert "Proposed. Your mentor has been told." in page
    assert "My pupils are silent." in page
    choice = ElectiveChoice.objects.get()
    ben = sign_in(cast["ben"])
    page = page_of(ben, induction)
    assert 'Amira Khan’s reason:</strong> <span class="app-words">My pupils are silent.' in page
    assert "Amira Khan picks what would help most now" in page
    assert "Only the two of you can see this page." in page
    pressed = button_of(ben.get(choice.get_absolute_url()), choice, "agree")
    page = text_of(ben.post(address(choice, "agree"), pressed, follow=True))
    assert "Agreed. It is now listed under Reading." in page
    assert [(notice.to.name, notice.text) for notice in Notice.objects.order_by("pk")] == [
        ("Ben Carter", "Amira Khan has proposed an elective to you: “On talking”."),
        ("Amira Khan", "Ben Carter has agreed to the elective that you proposed: “On talking”."),
    ]
    assert not any("silent" in str(event.detail) for event in Event.objects.all())
    assert not any("silent" in message.body for message in mail.outbox)


def test_the_mentor_suggests_another_with_a_word_and_the_ect_agrees(choice, induction, cast, sign_in):
    ben = sign_in(cast["ben"])
    url = reverse("electives:change", args=[choice.pk])
    page = text_of(ben.get(url))
    assert "Elective 0 for all" in page
    assert 'value="talking"' not in page
    assert "Enter an answer for “Comment for your ECT”" in text_of(ben.post(url, {"study": "more-0"}))
    sent = sent_by(ben.get(url), study="more-0", words="This comes first.")
    page = text_of(ben.post(url, sent, follow=True))
    assert "Suggested. Your ECT has been told." in page
    amira = sign_in(cast["amira"])
    page = page_of(amira, induction)
    assert "This comes first." in page
    assert 'Your reason:</strong> <span class="app-words">Pupils do not talk yet.' in page
    amira.post(address(choice, "accept"), button_of(amira.get(choice.get_absolute_url()), choice, "accept"))
    choice.refresh_from_db()
    assert (choice.state, choice.study.slug) == ("agreed", "more-0")
    assert Notice.objects.last().text == "Amira Khan has agreed to the elective that you suggested: “Elective 0”."


def test_the_ect_answers_a_suggestion_with_another_proposal_or_stays_with_it(choice, cast, sign_in):
    bring_to(choice, State.SUGGESTED, cast)
    amira = sign_in(cast["amira"])
    url = reverse("electives:change", args=[choice.pk])
    page = amira.get(url)
    assert 'value="more-0"' in text_of(page)
    amira.post(url, sent_by(page, study="more-1", words="I would rather do this."))
    choice.refresh_from_db()
    assert (choice.state, choice.study.slug, choice.reason) == ("proposed", "more-1", "I would rather do this.")


def test_either_changes_their_mind_until_a_section_is_ticked(choice, cast, sign_in):
    bring_to(choice, State.AGREED, cast)
    fetched = ElectiveChoice.objects.for_list().get()
    assert set(fetched.buttons_for(cast["amira"])) == {"propose", "withdraw"}
    assert set(fetched.buttons_for(cast["ben"])) == {"suggest", "decline"}
    tick(StudySection.objects.get(slug="pairs"), by=cast["amira"])
    fetched = ElectiveChoice.objects.for_list().get()
    assert fetched.begun
    assert not fetched.buttons_for(cast["amira"])
    assert not fetched.buttons_for(cast["ben"])
    for name, step in (("electives:change", []), ("electives:close", ["decline"])):
        page = sign_in(cast["ben"]).get(reverse(name, args=[choice.pk, *step]), follow=True)
        assert page.redirect_chain == [(choice.get_absolute_url(), 302)]
        assert "The ECT has started this elective" in text_of(page)
        assert ", started" in text_of(page)
    with pytest.raises(Refused, match="has started this elective"):
        take_step(ElectiveChoice.objects.get(), "withdraw", by=cast["amira"])


def test_a_mentor_who_does_not_agree_says_why_and_the_ect_reads_it_beside_what_they_proposed(choice, cast, sign_in):
    ben, url = sign_in(cast["ben"]), reverse("electives:close", args=[choice.pk, "decline"])
    page = ben.get(url)
    assert "Do not agree: On talking" in text_of(page)
    assert "Pupils do not talk yet." in text_of(page)
    assert "Enter an answer for “Why not?”" in text_of(ben.post(url, sent_by(page)))
    page = text_of(ben.post(url, sent_by(page, words="They talk all day."), follow=True))
    assert "Not agreed. Your ECT has been told, and can read your reason here." in page
    assert 'Your reason for not agreeing:</strong> <span class="app-words">They talk all day.' in page
    choice.refresh_from_db()
    assert choice.state == "declined"
    notice = Notice.objects.last()
    assert (notice.to, notice.text) == (
        cast["amira"],
        "Ben Carter does not agree to an elective: “On talking”. The page says why.",
    )
    page = page_of(sign_in(cast["amira"]), choice.induction)
    assert "Not agreed</strong> by Ben Carter on" in page
    assert 'Your reason:</strong> <span class="app-words">Pupils do not talk yet.' in page
    assert 'Ben Carter’s reason for not agreeing:</strong> <span class="app-words">They talk all day.' in page
    assert not any("all day" in str(event.detail) for event in Event.objects.all())


def test_an_ect_turns_a_suggestion_down_and_says_why(choice, cast, sign_in):
    bring_to(choice, State.SUGGESTED, cast)
    amira, url = sign_in(cast["amira"]), reverse("electives:close", args=[choice.pk, "turn_down"])
    page = amira.get(url)
    assert "Enter an answer for “Why not?”" in text_of(amira.post(url, sent_by(page)))
    page = text_of(amira.post(url, sent_by(page, words="I know that."), follow=True))
    assert "Not agreed. Your mentor has been told, and can read your reason here." in page
    assert "Amira Khan does not agree to an elective: “Elective 0”." in Notice.objects.last().text
    page = page_of(sign_in(cast["ben"]), choice.induction)
    assert 'Your comment:</strong> <span class="app-words">Rather this.' in page
    assert 'Amira Khan’s reason for not agreeing:</strong> <span class="app-words">I know that.' in page


@pytest.mark.parametrize("words", ["", "I have read it elsewhere."])
@pytest.mark.parametrize(
    ("state", "key", "other", "told"),
    [
        (State.PROPOSED, "amira", "ben", "Amira Khan has withdrawn an elective: “On talking”."),
        (State.AGREED, "amira", "ben", "Amira Khan has withdrawn an elective: “On talking”."),
        (State.SUGGESTED, "ben", "amira", "Ben Carter has withdrawn an elective: “Elective 0”."),
    ],
)
def test_what_was_put_forward_is_withdrawn_with_a_reason_or_without(
    choice, cast, sign_in, state, key, other, told, words
):
    bring_to(choice, state, cast)
    name = "withdraw" if key == "amira" else "take_back"
    client, url = sign_in(cast[key]), reverse("electives:close", args=[choice.pk, name])
    page = client.get(url)
    assert "Why? (optional)" in text_of(page)
    page = text_of(client.post(url, sent_by(page, words=words), follow=True))
    assert "Withdrawn. Your" in page
    assert Notice.objects.last().text == told
    page = page_of(sign_in(cast[other]), choice.induction)
    assert f"Withdrawn</strong> by {cast[key]} on" in page
    assert (f'{cast[key]}’s reason for withdrawing it:</strong> <span class="app-words">{words}' in page) == bool(words)


@pytest.mark.parametrize(
    ("state", "key", "step", "said"),
    [
        (State.PROPOSED, "ben", "decline", "Elective not agreed: On talking"),
        (State.SUGGESTED, "amira", "turn_down", "Elective not agreed: Elective 0, Amira Khan"),
    ],
)
def test_a_button_pressed_twice_without_javascript_says_twice_that_it_is_done(
    choice, cast, sign_in, state, key, step, said
):
    bring_to(choice, state, cast)
    client, url = sign_in(cast[key]), reverse("electives:close", args=[choice.pk, step])
    sent = sent_by(client.get(url), words="I know that.")
    for _ in range(2):
        assert "Not agreed. Your" in text_of(client.post(url, sent, follow=True))
    assert [notice.subject for notice in Notice.objects.filter(subject__startswith="Elective not agreed: ")] == [said]
    late = client.post(url, sent | {"words": "I know that well."})  # by the back button
    assert "is at “Not agreed” now" in text_of(late)
    assert "<h1" in text_of(late)
    assert "Do not agree: " in text_of(late)


def test_agreeing_twice_counts_once(choice, cast, sign_in):
    ben, url = sign_in(cast["ben"]), reverse("electives:step", args=[choice.pk, "agree"])
    for _ in range(2):
        page = ben.post(url, {"revision": choice.revision}, follow=True)
        assert "Agreed. It is now listed under Reading." in text_of(page)
    choice.refresh_from_db()
    assert (choice.state, choice.revision) == ("agreed", 1)


def test_only_steps_that_close_have_a_page_for_it(choice, cast, sign_in):
    assert sign_in(cast["ben"]).get(reverse("electives:close", args=[choice.pk, "agree"])).status_code == 404


def test_not_to_agree_takes_a_reason(choice, cast):
    with pytest.raises(Refused, match="Say why you do not agree"):
        take_step(choice, "decline", by=cast["ben"], words=" ")
    with pytest.raises(IntegrityError), transaction.atomic():
        ElectiveChoice.objects.update(state="declined")


def test_a_reason_not_to_agree_is_kept_where_it_comes_too_late(choice, cast, sign_in):
    ben, url = sign_in(cast["ben"]), reverse("electives:close", args=[choice.pk, "decline"])
    sent = sent_by(ben.get(url), words="They talk all day.")
    take_step(choice, "withdraw", by=cast["amira"])
    page = BeautifulSoup(ben.post(url, sent).content, "html.parser")
    assert "is at “Withdrawn” now" in page.select_one(".govuk-error-summary").text
    assert page.select_one("[name=words]").text.strip() == "They talk all day."


def test_not_to_agree_counts_only_for_the_words_that_were_on_the_page(choice, cast, sign_in):
    ben, url = sign_in(cast["ben"]), reverse("electives:close", args=[choice.pk, "decline"])
    sent = sent_by(ben.get(url), words="They talk all day.")
    take_step(choice, "propose", by=cast["amira"], study=study("more-0"), words="This one.")
    page = ben.post(url, sent)
    assert page.status_code == 409
    assert page.context["theirs"][0] == ("Elective", "Elective 0 (proposed)")
    ben.post(url, sent_by(page, words="They talk all day."))
    choice.refresh_from_db()
    assert (choice.state, choice.last_word, choice.closed_by) == ("declined", "They talk all day.", cast["ben"])


def test_what_was_declined_may_be_proposed_again(choice, induction, cast):
    bring_to(choice, State.DECLINED, cast)
    again = propose(induction, study(), "Still silent.", by=cast["amira"])
    assert again != choice
    assert str(again) == "On talking"
    assert (choice.colour, again.colour) == ("grey", "blue")


def test_colours_of_the_states(choice):
    assert [ElectiveChoice(state=state).colour for state in State] == ["blue", "blue", "green", "grey", "grey"]


def test_an_ect_without_a_mentor_may_propose_and_nobody_is_told(induction, cast):
    Post.objects.filter(induction=induction, role=Role.MENTOR).delete()
    propose(induction, study(), "Because.", by=cast["amira"])
    assert not Notice.objects.exists()


# What is refused


@pytest.mark.parametrize("key", ["ben", "grace", "zofia", "olive"])
def test_only_the_ect_proposes(induction, cast, key):
    with pytest.raises(Refused, match="Only the ECT"):
        propose(induction, study(), "Because.", by=cast[key])


def test_after_year_1_nothing_is_proposed(induction, cast, sign_in):
    Induction.objects.filter(pk=induction.pk).update(starts_on=timezone.localdate() - timezone.timedelta(days=400))
    for key, whose in [("ben", "Amira Khan is"), ("amira", "you are")]:
        page = page_of(sign_in(cast[key]), induction)
        assert f"Electives belong to year 1 of the programme, and {whose} in year 2." in page
        for absent in ("Propose this one", study().title, "No elective is loaded yet"):
            assert absent not in page
    amira = sign_in(cast["amira"])
    url = reverse("electives:propose", args=[induction.pk, "talking"])
    assert "Electives belong to year 1" in text_of(amira.post(url, {"reason": "Because."}, follow=True))
    assert not ElectiveChoice.objects.exists()


def test_a_double_click_proposes_once_and_the_same_elective_is_not_on_the_list_twice(choice, induction, cast):
    assert propose(induction, study(), choice.reason, by=cast["amira"]) == choice
    with pytest.raises(Refused, match="already on your list"):
        propose(induction, study(), "Another reason.", by=cast["amira"])
    other = propose(induction, study("more-0"), "And this.", by=cast["amira"])
    with pytest.raises(Refused, match="already on your list"):
        take_step(other, "suggest", by=cast["ben"], study=study(), words="Rather this.")
    assert Notice.objects.count() == 2


def test_a_change_looks_at_the_list_only_once_it_is_its_turn(choice, induction, cast, monkeypatch):
    def wait(no_key):
        """While the mentor's suggestion waits, the ECT proposes the same elective."""
        ElectiveChoice.objects.create(induction=induction, study=study("more-0"), reason="Mine.")
        return Induction.objects.all()

    monkeypatch.setattr(Induction.objects, "select_for_update", wait)
    with pytest.raises(Refused, match="already on your list"):
        take_step(choice, "suggest", by=cast["ben"], study=study("more-0"), words="Rather this.")


def test_what_is_on_the_list_is_not_on_offer(choice, induction, cast, sign_in):
    other = propose(induction, study("more-0"), "And this.", by=cast["amira"])
    for key, offered in [("ben", ["more-1"]), ("amira", ["more-0", "more-1"])]:
        page = text_of(sign_in(cast[key]).get(reverse("electives:change", args=[other.pk])))
        assert [slug for slug in ("talking", "more-0", "more-1") if f'value="{slug}"' in page] == offered


def test_a_proposal_that_is_refused_keeps_the_reason_that_was_typed(choice, induction, cast, sign_in):
    url = reverse("electives:propose", args=[induction.pk, "talking"])
    page = BeautifulSoup(sign_in(cast["amira"]).post(url, {"reason": "Another reason."}).content, "html.parser")
    assert "This elective is already on your list." in page.select_one(".govuk-error-summary").text
    assert page.select_one("[name=reason]").text.strip() == "Another reason."


def test_a_change_that_is_refused_keeps_the_words_that_were_typed(choice, cast, sign_in):
    ben, url = sign_in(cast["ben"]), reverse("electives:change", args=[choice.pk])
    sent = sent_by(ben.get(url), study="more-0", words="This comes first.")
    tick(StudySection.objects.get(slug="pairs"), by=cast["amira"])
    page = BeautifulSoup(ben.post(url, sent).content, "html.parser")
    assert "The ECT has started this elective" in page.select_one(".govuk-error-summary").text
    assert page.select_one("[name=words]").text.strip() == "This comes first."


def test_a_change_without_an_elective_or_a_word_is_refused(choice, cast):
    for words in [{}, {"study": study("more-0")}, {"words": "Rather this."}]:
        with pytest.raises(Refused, match="Choose an elective and say why"):
            take_step(choice, "suggest", by=cast["ben"], **words)


def test_a_choice_that_has_changed_meanwhile_is_read_again_first(choice, cast):
    seen = ElectiveChoice.objects.get()
    take_step(choice, "propose", by=cast["amira"], study=study("more-0"), words="This one.")
    with pytest.raises(Stale, match="has changed since you opened it"):
        take_step(seen, "agree", by=cast["ben"])


def button_of(page, choice, step):
    """What a browser sends when the button of this step is pressed."""
    form = BeautifulSoup(page.content, "lxml").find("form", action=address(choice, step))
    return {box["name"]: box["value"] for box in form.find_all("input")}


def address(choice, step):
    return reverse("electives:step", args=[choice.pk, step])


@pytest.mark.parametrize("slug", ["talking", "more-0"])
def test_a_button_counts_only_for_the_words_that_were_on_the_page(choice, induction, cast, sign_in, slug):
    ben, step = sign_in(cast["ben"]), "agree"
    pressed = button_of(ben.get(choice.get_absolute_url()), choice, step)
    take_step(choice, "propose", by=cast["amira"], study=study(slug), words="Now for another reason.")
    told = Notice.objects.count()

    page = ben.post(address(choice, step), pressed, follow=True)

    choice.refresh_from_db()
    assert (choice.state, choice.study.slug, Notice.objects.count()) == ("proposed", slug, told)
    assert f"“{study(slug)}” has changed since you opened this page. Read what it says now, then decide." in text_of(
        page
    )
    assert "Now for another reason." in text_of(page)
    ben.post(address(choice, step), button_of(page, choice, step))
    choice.refresh_from_db()
    assert choice.state == STEPS[step].to


@pytest.mark.parametrize("sent", [{}, {"revision": "x"}, {"revision": "9" * 30}])
def test_a_button_without_a_page_counts_only_for_what_nobody_has_changed(choice, cast, sign_in, sent):
    take_step(choice, "propose", by=cast["amira"], study=study(), words="Another reason.")
    page = sign_in(cast["ben"]).post(address(choice, "agree"), sent, follow=True)
    assert "has changed since you opened this page" in text_of(page)
    assert ElectiveChoice.objects.get().state == "proposed"


def sent_by(page, **typed):
    """What a browser sends from the page of another elective."""
    box = BeautifulSoup(page.content, "lxml").select_one("[name=revision]")
    return {"revision": box["value"], **typed}


def test_a_suggestion_on_a_proposal_that_was_changed_gets_both_versions_first(choice, cast, sign_in):
    ben, url = sign_in(cast["ben"]), reverse("electives:change", args=[choice.pk])
    sent = sent_by(ben.get(url), study="more-1", words="This comes first.")
    take_step(choice, "propose", by=cast["amira"], study=study("more-0"), words="This one.")

    page = ben.post(url, sent)

    assert page.status_code == 409
    assert page.context["theirs"] == [
        ("Elective", "Elective 0 (proposed)"),
        ("Amira Khan’s reason", "This one."),
        ("Your comment", ""),
    ]
    assert "This comes first." in text_of(page)
    assert ElectiveChoice.objects.get().study.slug == "more-0"
    ben.post(url, sent_by(page, study="more-1", words="This comes first."))
    changed = ElectiveChoice.objects.get()
    assert (changed.state, changed.study.slug, changed.word) == ("suggested", "more-1", "This comes first.")


def test_a_proposal_does_not_replace_a_suggestion_that_was_not_read(choice, cast, sign_in):
    amira, url = sign_in(cast["amira"]), reverse("electives:change", args=[choice.pk])
    sent = sent_by(amira.get(url), study="talking", words="Another reason.")
    bring_to(choice, State.SUGGESTED, cast)
    page = amira.post(url, sent)
    assert page.status_code == 409
    assert page.context["theirs"] == [
        ("Elective", "Elective 0 (suggested)"),
        ("Your reason", "Pupils do not talk yet."),
        ("Your mentor’s comment", "Rather this."),
    ]


@pytest.mark.parametrize("seen", [0, None])
def test_the_second_of_two_clicks_on_another_elective_changes_nothing_and_nobody_hears_twice(choice, cast, seen):
    clicks = [ElectiveChoice.objects.get(), ElectiveChoice.objects.get()]  # both were fetched before either was saved
    for click in clicks:
        take_step(click, "suggest", by=cast["ben"], revision=seen, study=study("more-1"), words="This comes first.")
    assert Notice.objects.filter(to=cast["amira"]).count() == 1
    assert ElectiveChoice.objects.get().revision == 1


def test_the_page_says_the_same_to_both_of_two_clicks(choice, cast, sign_in):
    ben, url = sign_in(cast["ben"]), reverse("electives:change", args=[choice.pk])
    sent = sent_by(ben.get(url), study="more-1", words="This comes first.")
    ben.post(url, sent)
    page = ben.post(url, sent, follow=True)
    assert "Suggested. Your ECT has been told." in text_of(page)


def test_a_step_out_of_turn_is_told_in_words(choice, cast, sign_in):
    url = reverse("electives:step", args=[choice.pk, "agree"])
    assert "This step is for the mentor." in text_of(sign_in(cast["amira"]).post(url, follow=True))
    accept = reverse("electives:step", args=[choice.pk, "accept"])
    assert "is at “Proposed” now" in text_of(sign_in(cast["amira"]).post(accept, follow=True))


@pytest.mark.parametrize("name", ["propose", "suggest", "withdraw", "decline", "nonsense"])
def test_a_step_with_a_form_or_of_no_name_has_no_button(choice, cast, sign_in, name):
    for key in ("amira", "ben"):
        assert sign_in(cast[key]).post(reverse("electives:step", args=[choice.pk, name])).status_code == 404


def test_what_is_no_elective_of_the_programme_cannot_be_proposed(induction, cast, sign_in):
    for slug in ("handbook", "nothing"):
        url = reverse("electives:propose", args=[induction.pk, slug])
        assert sign_in(cast["amira"]).get(url).status_code == 404


def test_the_database_takes_an_elective_once_and_no_suggestion_without_a_word(choice, induction):
    for wrong in [
        {"study": choice.study},
        {"study": study("more-0"), "state": "suggested"},
        {"study": study("more-0"), "state": "x"},
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            ElectiveChoice.objects.create(induction=induction, reason="Because.", **wrong)


# What is to be read


@pytest.mark.parametrize("key", ["amira", "ben"])
def test_only_electives_that_are_agreed_or_begun_are_on_the_list_of_what_is_to_be_read(choice, cast, sign_in, key):
    client = sign_in(cast[key])
    url, title = reverse("content:reading"), "On talking</a>"
    page = text_of(client.get(url))
    assert title not in page
    assert reverse("electives:list", args=[choice.induction_id]) in page
    take_step(choice, "agree", by=cast["ben"])
    page = text_of(client.get(url))
    assert title in page
    assert "Elective 0</a>" not in page
    tick(StudySection.objects.get(slug="one", study__slug="more-0"), by=cast["amira"])
    assert "Elective 0</a>" in text_of(client.get(url))


def test_what_is_optional_is_not_in_the_minutes_of_an_elective(induction, cast, sign_in):
    client = sign_in(cast["amira"])
    assert "4 minutes to read" in page_of(client, induction)
    StudySection.objects.filter(study__slug="more-0", slug="one").update(audience="both", minutes=3)
    StudySection.objects.filter(study__slug="more-0", slug="two").update(audience="both", optional=True)
    assert "3 minutes to read" in page_of(client, induction)


def test_what_is_for_other_phases_is_not_in_the_minutes_of_an_elective(induction, cast, sign_in):
    other = next(phase for phase in Phase.values if phase != induction.phase)
    StudySection.objects.filter(study__slug="more-0", slug="two").update(audience="both", phases=[other])
    assert "4 minutes to read" in page_of(sign_in(cast["amira"]), induction)


def test_electives_are_in_the_order_of_their_modules_of_which_one_without_a_number_comes_last(cast, sign_in):
    other = ELECTIVE.format(slug="aside", title="Aside").replace("first-module", "a-module")
    text = READING.replace("modules:\n", f"modules:\n{WITHOUT_NUMBER}").replace("studies:\n", f"studies:\n{other}")
    load([Source("reading.yaml", text.encode())])
    induction = Induction.objects.get(ect=cast["amira"])
    assert [study.slug for study in electives_of(induction)] == ["talking", "aside"]
    page = page_of(sign_in(cast["amira"]), induction)
    assert page.index("First module") < page.index("A module")


def test_before_any_elective_is_loaded_the_page_says_so(cast, sign_in):
    load(to_read("kind: elective", "kind: core"))
    induction = Induction.objects.get(ect=cast["amira"])
    assert "No elective is loaded yet." in page_of(sign_in(cast["amira"]), induction)
    assert reverse("electives:list", args=[induction.pk]) not in text_of(
        sign_in(cast["amira"]).get(reverse("content:reading"))
    )


def test_pages_ask_as_often_for_thirty_electives_as_for_one(
    cast, sign_in, django_assert_max_num_queries, django_assert_num_queries
):
    load(with_electives(1))
    induction = Induction.objects.get(ect=cast["amira"])
    first = propose(induction, study(), "Because.", by=cast["amira"])
    client = sign_in(cast["ben"])
    pages = [
        reverse("electives:list", args=[induction.pk]),
        reverse("electives:change", args=[first.pk]),
        reverse("electives:close", args=[first.pk, "decline"]),
        reverse("content:reading"),
    ]
    counts = []
    for url in pages:
        client.get(url)
        with django_assert_max_num_queries(20) as asked:
            client.get(url)
        counts.append(len(asked))
    load(with_electives(31))
    for number in range(1, 30):
        propose(induction, study(f"more-{number}"), "Because.", by=cast["amira"])
    for url, count in zip(pages, counts, strict=True):
        with django_assert_num_queries(count):
            client.get(url)
    assert max(counts) <= 12, counts
