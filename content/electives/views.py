"""Choosing electives, for the ECT and the mentor: the list, proposing one, another instead, none of it, and the steps."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from content.forms import RevisionForm
from content.models import ElectiveChoice, StudySection
from content.reading import Reader
from content.years import programme_year
from ectprogramme import gov
from people.actions import Refused, Stale
from people.models import Induction
from people.permissions import allowed, require

from . import actions
from .forms import LastWordForm, OtherElectiveForm, ReasonForm, as_stored
from .permissions import RULES
from .workflow import CHANGES, CLOSES, OPEN, STEPS


def _induction(request, pk):
    found = get_object_or_404(
        Induction.objects.visible_to(request.user)
        .select_related("ect", "following__programme")
        .prefetch_related("patterns"),
        pk=pk,
    )
    require(allowed(request.user.places.roles_in(found), RULES["see"], ""))
    return found


def elective_list(request, pk):
    """What the two have chosen so far and, in year 1, every elective with what it helps with."""
    induction = _induction(request, pk)
    every = list(ElectiveChoice.objects.filter(induction=induction).for_list())
    choices = [choice for choice in every if choice.is_open]
    chosen = {choice.study_id for choice in choices}
    reader = Reader.ect_of(induction)
    electives = (
        actions.electives_of(induction)
        .select_related("module")
        .prefetch_related(Prefetch("sections", StudySection.objects.current().defer("text")))
    )
    for elective in electives:
        elective.minutes = sum(section.minutes for section in elective.sections.all() if reader.counts(section))
    is_ect = induction.ect_id == request.user.pk
    year = programme_year(induction, timezone.localdate()).number
    return render(
        request,
        "electives/list.html",
        {
            "induction": induction,
            "is_ect": is_ect,
            "year": year,
            "choices": [(choice, _steps(choice, request.user)) for choice in choices],
            "closed": [choice for choice in reversed(every) if not choice.is_open],
            "electives": [elective for elective in electives if elective.pk not in chosen] if year == 1 else [],
        },
    )


def _steps(choice, user):
    """What this person can do with a choice now: each with its button, and with its page if it has one."""
    pages = {name: reverse("electives:change", args=[choice.pk]) for name in CHANGES}
    pages |= {name: reverse("electives:close", args=[choice.pk, name]) for name in CLOSES}
    return [
        {
            "button": button,
            "page": pages.get(name, ""),
            "url": reverse("electives:step", args=[choice.pk, name]),
            "after": " in place of" if name in CHANGES else ":",
        }
        for name, button in choice.buttons_for(user).items()
    ]


def propose(request, pk, study):
    """The ECT proposes an elective and says why."""
    induction = _induction(request, pk)
    require(allowed(request.user.places.roles_in(induction), RULES["begin"], ""))
    elective = get_object_or_404(actions.electives_of(induction), slug=study)
    form = ReasonForm(gov.sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose(induction, elective, form.cleaned_data["reason"], by=request.user)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, DONE["propose"])
            return redirect(made)
    return render(request, "electives/propose.html", {"induction": induction, "elective": elective, "form": form})


def _choice(request, pk):
    return get_object_or_404(ElectiveChoice.objects.visible_to(request.user).for_list(), pk=pk)


def change(request, pk):
    """Another elective in place of this one: proposed by the ECT, or suggested by the mentor."""
    found = _choice(request, pk)
    is_ect = found.induction.ect_id == request.user.pk
    step = "propose" if is_ect else "suggest"
    if request.method != "POST" and (why := found.why_not(step, request.user)):
        messages.error(request, why)
        return redirect(found)
    electives = _on_offer(found, is_ect)
    initial = {"revision": found.revision}
    if is_ect:
        initial |= {"study": found.study.slug, "words": found.reason}
    form = OtherElectiveForm(gov.sent(request), electives=electives, is_ect=is_ect, initial=initial)
    context = {"choice": found, "form": form, "is_ect": is_ect}
    if request.method == "POST" and form.is_valid():
        words = {"study": form.cleaned_data["study"], "words": form.cleaned_data["words"]}
        try:
            return _take(request, found, step, revision=form.seen, **words)
        except Refused as why:
            form.add_error(None, str(why))
        except Stale as stale:
            return _both_versions(request, "electives/change.html", context, stale.stored)
    return render(request, "electives/change.html", context)


def _both_versions(request, template, context, stored):
    """Whoever has read what is stored and sends the form again means what they typed."""
    context["form"].stand_on(stored.revision)
    context |= {"theirs": as_stored(stored, context["is_ect"]), "saved_at": stored.state_at}
    return render(request, template, context, status=409)


def close(request, pk, step):
    """Not agreeing to what the other has put forward, or withdrawing one's own, with a word about why."""
    found = _choice(request, pk)
    if step not in CLOSES:
        raise Http404
    if request.method != "POST" and (why := found.why_not(step, request.user)):
        messages.error(request, why)
        return redirect(found)
    is_ect = found.induction.ect_id == request.user.pk
    form = LastWordForm(gov.sent(request), step=STEPS[step], initial={"revision": found.revision})
    context = {"choice": found, "form": form, "is_ect": is_ect, "step": STEPS[step]}
    if request.method == "POST" and form.is_valid():
        try:
            return _take(request, found, step, revision=form.seen, words=form.cleaned_data["words"])
        except Refused as why:
            form.add_error(None, str(why))
        except Stale as stale:
            return _both_versions(request, "electives/close.html", context, stale.stored)
    return render(request, "electives/close.html", context)


def _on_offer(choice, is_ect):
    """The electives that the two have not on their list; for the ECT also the one that it is about."""
    there = ElectiveChoice.objects.filter(induction=choice.induction, state__in=OPEN)
    return actions.electives_of(choice.induction).exclude(
        pk__in=(there.exclude(pk=choice.pk) if is_ect else there).values("study")
    )


@require_POST
def step(request, pk, step):
    """Agreeing to an elective: what counts is what the page said on which the button was pressed."""
    found = _choice(request, pk)
    if step not in STEPS or step in CHANGES or step in CLOSES:
        raise Http404
    try:
        return _take(request, found, step, revision=RevisionForm(request.POST).seen)
    except Refused as why:
        messages.error(request, str(why))
    except Stale as stale:
        said = f"“{stale.stored}” has changed since you opened this page. Read what it says now, then decide."
        messages.error(request, said)
    return redirect(found)


AGREED = "Agreed. It is now listed under Reading."
DONE = {
    "propose": "Proposed. Your mentor has been told.",
    "suggest": "Suggested. Your ECT has been told.",
    "agree": AGREED,
    "accept": AGREED,
    "decline": "Not agreed. Your ECT has been told, and can read your reason here.",
    "turn_down": "Not agreed. Your mentor has been told, and can read your reason here.",
    "withdraw": "Withdrawn. Your mentor has been told.",
    "take_back": "Withdrawn. Your ECT has been told.",
}


def _take(request, found, name, **words):
    actions.take_step(found, name, by=request.user, **words)
    messages.success(request, DONE[name])
    return redirect(found)
