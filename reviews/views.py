"""Pages about reports: the list of what is due, a report to read, write, comment on, sign and decide, its records, and
the public check of a record."""

import json
import logging
import unicodedata
from functools import cache
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_date

from ectprogramme import gov, pdf
from ectprogramme.clock import moment
from ectprogramme.downloads import download
from people.actions import Refused, Stale
from people.models import Induction
from people.permissions import SEE_DATES, Role, require

from . import actions, questions, records
from .forms import (
    TICK_AGAIN,
    CheckCodeForm,
    CheckFileForm,
    CommentForm,
    ReasonForm,
    ReviewForm,
    SignForm,
    StepForm,
)
from .models import Record, Review, Signature
from .permissions import RULES
from .workflow import FINISHED, STEPS, State, Step, signers

log = logging.getLogger("ectprogramme.records")

PAGE = 25  # rows of a list


def review_list(request):
    """What is due and overdue, or already reviewed, or still far off; the most urgent first, by keys and not by pages."""
    require(request.user.places.roles() & RULES["see"].keys())
    show = request.GET.get("show", "open")
    today = timezone.localdate()
    reviews = Review.objects.visible_to(request.user)
    if show == "done":
        reviews = reviews.filter(state__in=FINISHED)
    elif show == "later":
        reviews = reviews.later(today)
    else:
        show, reviews = "open", reviews.under_way(request.user).begun_or_soon(today)
    reviews = _after(reviews, request.user, request.GET.get("after", ""))
    found = reviews.for_list().most_urgent(request.user, PAGE + 1)
    after = _key(found[PAGE - 1], request.user) if len(found) > PAGE else ""
    rows = [_row(review, request.user, today) for review in found[:PAGE]]
    return render(request, "reviews/list.html", {"rows": rows, "show": show, "after": after})


def _row(review: Review, user, today) -> dict[str, Any]:
    """What a row of the list says, in words: the template only places them, since it does so 25 times a page."""
    status, colour = review.status(today)
    turn, url = review.turn_for(user), review.get_absolute_url()
    return {
        "review": review,
        "name": review.induction.ect.name,
        "report": str(review),
        "url": url,
        "status": status,
        "colour": colour,
        "not_on_track": review.alerts(user),
        "stands_at": review.get_state_display() if review.is_overdue(today) else "",
        "due": f"{review.due_on.day} {review.due_on:%b %Y}",
        "signed": _signed(
            tuple((role.label, bool(signature), bool(before)) for role, signature, before in review.signatures_needed())
        )
        if review.is_begun
        else "Nobody yet",
        "waits": review.waits_for(user),
        "next": turn.what if turn else "Read" if review.may(user, "read") else "",
        "next_url": turn.url if turn else url,
    }


@cache
def _signed(signatures: tuple[tuple[str, bool, bool], ...]) -> str:
    """Who has signed and who has not, as a cell of the list; there are but a few cases, so each is made once."""
    earlier = signatures[-1][2]  # with the last signature a version has all of them
    return render_to_string("reviews/signed.html", {"signatures": signatures, "earlier": earlier})


def _key(review: Review, user) -> str:
    """Where a row stands in the list: its due date and number, and whether it is among those that come first."""
    return f"{review.due_on}_{review.pk}{'_first' if review.comes_first(user) else ''}"


def _after(reviews, user, key: str):
    """The rows after the one with this key; a key that is none is passed over."""
    due, _, number = key.removesuffix("_first").partition("_")
    if number.isdecimal() and len(number) < 19 and (due_on := _date(due)):
        return reviews.after(user, first=key.endswith("_first"), due_on=due_on, pk=int(number))
    return reviews


def _date(text: str):
    try:
        return parse_date(text)
    except ValueError:
        return None


def _fetch(request, pk) -> Review:
    people = ["induction__ect", "induction__school", "induction__appropriate_body"]
    along = ["induction"] if request.htmx else people  # a save as it is typed names nobody
    return get_object_or_404(Review.objects.visible_to(request.user).select_related(*along), pk=pk)


def _page(request, template: str, review: Review, status: int = 200, **context):
    return render(request, f"reviews/{template}.html", {"review": review, **context}, status=status)


# For those who know of a report that they cannot read yet: the ECT, and the appropriate body once it has returned it.
NOT_RELEASED = "You will see what it says when the induction tutor releases it."
NOT_SUBMITTED = "The school is changing it. You can read it when it has been submitted again."


def read(request, pk):
    """One report: where it stands, what it says if that may be read, who has signed, what can be done now."""
    review = _fetch(request, pk)
    user, today = request.user, timezone.localdate()
    readable = review.may(user, "read")
    ect = Role.ECT in user.places.roles_in(review.induction)
    said = questions.sections(review) if readable else []
    prefetch_related_objects([review], Prefetch("signatures", Signature.objects.select_related("by")))
    if review.submitted_at:
        prefetch_related_objects([review], "records")
    return _page(
        request,
        "read",
        review,
        status_tag=review.status(today),
        overdue=review.is_overdue(today),
        not_on_track=review.alerts(user),
        waits=review.waits_for(user),
        about=questions.header(review) if readable else None,
        sections=said,
        not_yet=NOT_RELEASED if ect else NOT_SUBMITTED,
        signatures=review.signatures_needed(),
        steps=[
            {"step": STEPS[name], "page": review.page_of(name), "button": _button(STEPS[name], review.state)}
            for name in sorted(review.steps_for(user), key=_leads_aside)
        ],
        changed=questions.changed_since_returned(review, said) if readable else None,
        records=review.versions() if review.submitted_at else [],
        events=[
            {"at": event.at, "by": event.by, "role_label": event.role_label, "words": STEPS[event.what].done}
            for event in review.induction.events.about(review).select_related("by")
        ],
    )


def _leads_aside(name: str) -> bool:
    """Of what can be done now, what leads on comes first."""
    return not STEPS[name].link


def _button(step: Step, state: str) -> str:
    """What leads to the next thing to do: of a decision, to which reading has led already, what it does."""
    return (step.button if step.page == "step" else step.link_from(state)) if step.link else ""


def edit(request, pk):
    """The tutor writes. What can be saved is saved at any time and the rest is named; 'release' asks for what is missing."""
    review = _fetch(request, pk)
    if not review.may(request.user, "edit"):
        return _too_late(request, review, "edit", ReviewForm(request.POST, instance=review))
    form = ReviewForm(gov.sent(request), instance=review, autosave=request.path, only=gov.touched(request))
    unsaved: list[str] = []
    if form.is_bound and not form.changes_rows:
        unsaved = _unsaved(form)
        try:
            actions.save_draft(review, form.draft(), by=request.user)
        except Stale as stale:
            return _stale(request, "edit", review, form, stale.stored)
        tick_again = TICK_AGAIN if form.takes_tick_away else ""
        if request.htmx:
            return _saved(review, form, tick_again, form.box_without_tick() if tick_again else "")
        if not unsaved and "release" not in request.POST:
            messages.success(request, f"Draft saved. The ECT cannot see it yet. {tick_again}".rstrip())
            return redirect(review)
        if "release" in request.POST:
            form.add_missing()
            if not form.errors:
                return redirect("reviews:step", review.pk, "release")
        form.show_saved()
    return _page(request, "edit", review, form=form, unsaved=unsaved, tips=TIPS.get(review.number))


def _unsaved(form) -> list[str]:
    """The questions whose answers have an error, so that only the rest is saved."""
    return [form[name].label for name in form.errors if name in form.fields]


def _saved(review: Review, form, note="", swapped=""):
    """The answer to a save as it is typed; with what else has come of it, in words and on the page."""
    context = {"saved_at": review.saved_at, "revision": review.revision, "unsaved": _unsaved(form), "note": note}
    return HttpResponse(render_to_string("components/saved.html", context) + swapped)


def _too_late(request, review: Review, action: str, form):
    """403 to those for whom this never is; others are led to the report, and who sends a form in a state that has passed
    meanwhile gets back what they typed, to be copied."""
    require(review.could(request.user, action))
    if request.method != "POST":
        return _lead_to(request, review)
    if request.htmx:
        return render(request, "components/moved_on.html", status=409)
    return _page(request, "too_late", review, lost=gov.typed(form, form.initial), status=409)


def _lead_to(request, review: Review):
    """Whoever comes too early or too late, by the back button or an old email, is told where the report is."""
    messages.info(
        request, f"This report is at “{review.get_state_display()}”. {review.waits_for(request.user)}".strip()
    )
    return redirect(review)


# What suits each term (`004`), in our words.
TIPS = {
    1: "In the first term, conduct and working relationships usually matter most.",
    2: "In the second term, look at each of the standards and at what support may be needed, so that nothing surprises "
    "anybody in the first formal assessment.",
    4: "For an ECT who has been on track, this can be a light review: what is new, and what has got in the way?",
    5: "For an ECT who has been on track, this can be a light review: what is new, and what has got in the way?",
}


def _stale(request, template: str, review: Review, form, current: Review):
    """Both versions: what was typed stays in the form, what somebody else saved is shown above it."""
    form.errors.pop("revision", None)  # one that is none is out of date too, and nobody typed it
    if request.htmx:
        return render(request, "components/saved_elsewhere.html", status=409)
    theirs = form.differences(current) if isinstance(form, ReviewForm) else [("Your comment", current.ect_comment)]
    gov.show_again(form, revision=current.revision)
    return _page(request, template, review, form=form, theirs=theirs, saved_at=current.saved_at, status=409)


def comment(request, pk):
    """The ECT reads and comments; nothing is sent before they finish."""
    review = _fetch(request, pk)
    initial = {"ect_comment": review.ect_comment, "no_comment": review.no_comment, "revision": review.revision}
    if not review.may(request.user, "comment"):
        return _too_late(request, review, "comment", CommentForm(request.POST, initial=initial))
    form = CommentForm(gov.sent(request), initial=initial, autosave=request.path, only=gov.touched(request))
    if request.method == "POST" and form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("ect_comment", "no_comment") if name in form.fields}
        try:
            actions.save_comment(review, answers, revision=form.cleaned_data["revision"], by=request.user)
        except Stale as stale:
            return _stale(request, "comment", review, form, stale.stored)
        if request.htmx:
            return _saved(review, form)
        if "finish" not in request.POST:
            messages.success(request, "Draft saved. Nobody else can see your comment yet.")
            return redirect(review)
        try:
            actions.take_step(review, "comment", by=request.user)
        except Refused as why:
            form.add_error("ect_comment", str(why))
            gov.show_again(form, revision=review.revision)
        else:
            return redirect("reviews:sign", review.pk)
    if request.htmx:
        return _saved(review, form)  # too long: nothing of it is saved, and that is said
    said = questions.sections(review)
    changed = questions.changed_since_returned(review, said)
    return _page(request, "comment", review, form=form, about=questions.header(review), sections=said, changed=changed)


def sign(request, pk):
    """For whose turn it is to sign; who they are is asked only then."""
    review = _fetch(request, pk)
    if any(STEPS[name].signs for name in review.steps_for(request.user)):
        return _sign(request, review)
    if signature := review.signatures.filter(by=request.user, round=review.round).first():
        messages.info(request, _has_signed(signature, review))  # by the click before this one, or long ago
        return redirect(review)
    require(request.user.places.roles_in(review.induction) & set(signers(formal=review.is_formal)))
    return _lead_to(request, review)


@reauthentication_required
def _sign(request, review: Review):
    """Shows exactly what is to be signed, to somebody who has just shown who they are, and takes the signature."""
    form = SignForm(gov.sent(request), initial={"seen": questions.digest(questions.content(review))})
    if request.method == "POST" and form.is_valid():
        try:
            name, seen = form.cleaned_data["name"], form.cleaned_data["seen"]
            signature = actions.sign(review, by=request.user, name=name, seen=seen)
        except Refused as why:
            form.add_error("name", str(why))
            gov.show_again(form, seen=questions.digest(questions.content(review)))
        else:
            messages.success(request, _has_signed(signature, review))
            return redirect(review)
    about, said = questions.header(review), questions.sections(review)
    unprintable = _unprintable(about, said)
    return _page(request, "sign", review, form=form, about=about, sections=said, unprintable=unprintable)


def _has_signed(signature: Signature, review: Review) -> str:
    gone = f" It has gone to {review.induction.appropriate_body}." if review.state == State.SUBMITTED else ""
    return f"You have signed: {review}, on {moment(signature.at)}.{gone}"


def step(request, pk, name):
    """Any other step: what it does in words, then one button."""
    review = _fetch(request, pk)
    if name not in STEPS or STEPS[name].signs or name == "comment":
        raise Http404
    if name not in review.steps_for(request.user):
        require(STEPS[name].role in request.user.places.roles_in(review.induction))
        reason = ReasonForm(request.POST, revision=review.revision, button="")
        return _page(request, "too_late", review, lost=gov.typed(reason), status=409)
    asks = ReasonForm if name == "send_back" else StepForm
    form = asks(gov.sent(request), revision=review.revision, button=STEPS[name].button)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_step(review, name, by=request.user, **form.cleaned_data)
        except Refused as why:
            form.add_error(None, str(why))
            review = _fetch(request, pk)
            gov.show_again(form, revision=review.revision)
        else:
            if then := STEPS[name].then:
                return redirect(f"{review.page_of(then)}#{then}")
            messages.success(request, DONE[name])
            return redirect(review)
    why_not = review.why_not(name, request.user) if asks is StepForm else ""
    about, said = questions.header(review), questions.sections(review)
    changed = questions.changed_since_returned(review, said)
    return _page(
        request,
        "step",
        review,
        name=name,
        step=STEPS[name],
        form=form,
        why_not=why_not,
        explanation=EXPLANATIONS[name].format(last="the headteacher has" if review.is_formal else "you have"),
        about=about,
        sections=said,
        advice=questions.advice(review, said, changed) if name == "release" else [],
        changed=changed,
        unprintable=_unprintable(about, said) if name == "release" else [],
    )


def _unprintable(*words: Any) -> list[tuple[str, str]]:
    """The characters that the record's fonts do not have, with their names: in the PDF they would be empty boxes."""
    found = pdf.missing_characters(json.dumps(words, ensure_ascii=False))
    return [(character, unicodedata.name(character, f"U+{ord(character):04X}").lower()) for character in found]


EXPLANATIONS = {
    "release": "The ECT will be told by email. They will read this and comment on it. You can take it back until "
    "{last} signed.",
    "take_back": "The ECT will be told, and will not see the report until you release it again. Signatures given so far will no "
    "longer count; what the ECT has typed is kept.",
    "change_comment": "You can change your comment, and finish it again before you sign.",
    "accept": "The ECT and the school will be told. Nothing more can be changed.",
    "send_back": "The school changes the report, and everybody signs it again. The record that has been made stays as it is.",
}
DONE = {
    "release": "Released. The ECT has been asked to comment.",
    "take_back": "Taken back. You can change it now.",
    "accept": "Marked as reviewed.",
    "send_back": "Returned to the school.",
}


def dates(request, pk):
    """Every report of an induction and, in sentences, why it is due when it is."""
    induction = get_object_or_404(
        Induction.objects.visible_to(request.user).select_related("ect", "school", "appropriate_body"), pk=pk
    )
    roles = request.user.places.roles_in(induction)
    reviews = induction.reviews.visible_to(request.user).order_by("number")
    require(roles & SEE_DATES)
    today = timezone.localdate()
    rows = [{"review": review, "status": review.status(today)} for review in reviews]
    return render(
        request,
        "reviews/dates.html",
        {"induction": induction, "rows": rows, "note": actions.calendar_of(induction).note},
    )


def record(request, code):
    """The sealed PDF of a record, byte for byte as it was made."""
    found = get_object_or_404(
        Record.objects.visible_to(request.user).select_related("review__induction__ect"), code=code
    )
    if not found.pdf:
        return render(request, "reviews/record_waiting.html", {"record": found, "review": found.review})
    log.info("user %s downloaded record %s", request.user.pk, found.pk)
    name = f"{found.review} - {found.review.induction.ect.name} - version {found.version}.pdf"
    return download(found.pdf, name)


@login_not_required
def check(request):
    """Public: whether a PDF, or a code, is a record of this installation, untouched and the newest version. Nothing else."""
    file_form, code_form, finding = CheckFileForm(), CheckCodeForm(), None
    if request.method == "POST":
        if not ratelimit.consume(request, action="check_record"):
            return render(request, "429.html", status=429)
        if request.POST.get("check") == "code":
            code_form = CheckCodeForm(request.POST)
            if code_form.is_valid():
                finding = records.check_code(code_form.cleaned_data["code"])
        else:
            file_form = CheckFileForm(request.POST, request.FILES)
            if file_form.is_valid():
                finding = records.check_file(file_form.cleaned_data["file"].read())
    form = code_form if code_form.is_bound else file_form  # whose errors the page begins with
    context = {"file_form": file_form, "code_form": code_form, "form": form, "finding": finding}
    return render(request, "reviews/check.html", context)
