"""Choosing electives, for the ECT and the mentor: the list, proposing one, another instead, and the steps."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
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
from .forms import OtherElectiveForm, ReasonForm
from .permissions import RULES
from .workflow import CHANGES, OPEN, STEPS, State


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
    choices = list(ElectiveChoice.objects.filter(induction=induction, state__in=OPEN).for_list())
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
            "choices": [(choice, choice.buttons_for(request.user)) for choice in choices],
            "electives": [elective for elective in electives if elective.pk not in chosen] if year == 1 else [],
        },
    )


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
            messages.success(request, DONE[State.PROPOSED])
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
            context |= {"theirs": form.both_versions(stale.stored), "saved_at": stale.stored.state_at}
            return render(request, "electives/change.html", context, status=409)
    return render(request, "electives/change.html", context)


def _on_offer(choice, is_ect):
    """The electives that the two have not on their list; for the ECT also the one that it is about."""
    there = ElectiveChoice.objects.filter(induction=choice.induction, state__in=OPEN)
    return actions.electives_of(choice.induction).exclude(
        pk__in=(there.exclude(pk=choice.pk) if is_ect else there).values("study")
    )


@require_POST
def step(request, pk, step):
    """Agreeing to an elective, or leaving it out: what counts is what the page said on which the button was pressed."""
    found = _choice(request, pk)
    if step not in STEPS or step in CHANGES:
        raise Http404
    try:
        return _take(request, found, step, revision=RevisionForm(request.POST).seen)
    except Refused as why:
        messages.error(request, str(why))
    except Stale as stale:
        said = f"“{stale.stored}” has changed since you opened this page. Read what it says now, then decide."
        messages.error(request, said)
    return redirect(found)


DONE = {
    State.PROPOSED: "Proposed. Your mentor has been told.",
    State.SUGGESTED: "Suggested. Your ECT has been told.",
    State.AGREED: "Agreed. It is on the list of what is to be read.",
    State.WITHDRAWN: "Left out.",
}


def _take(request, found, name, **words):
    actions.take_step(found, name, by=request.user, **words)
    messages.success(request, DONE[State(STEPS[name].to)])
    return redirect(found)
