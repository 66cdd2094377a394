"""Pages about engaging with an expert, for the ECT and the mentor: the list, setting up, writing up, and a paper version."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from ectprogramme import gov
from ectprogramme.addresses import number
from ectprogramme.downloads import download
from people.actions import Refused, Stale
from people.models import Event, Induction
from people.permissions import require

from . import actions
from .forms import ArrangementsForm, CancelForm, PaperForm, ProformaForm, SetUpForm, hidden
from .models import Proforma
from .permissions import RULES
from .workflow import DONE, STEPS

PAGE = 30  # rows of the list


def proforma_list(request):
    """The ECT's own, or those of the mentor's ECTs, the newest first and older ones with `?before=`; and for whom a new one
    can be set up."""
    require(request.user.places.roles() & RULES["read"].keys())
    found = Proforma.objects.visible_to(request.user).for_list().order_by("-pk")
    if before := request.GET.get("before"):
        found = found.filter(pk__lt=get_object_or_404(found, pk=number(before)).pk)
    page = list(found[: PAGE + 1])
    return render(
        request,
        "observations/list.html",
        {
            "rows": [{"proforma": one, "turn": one.turn_for(request.user)} for one in page[:PAGE]],
            "older": page[PAGE - 1].pk if len(page) > PAGE else None,
            "before": before,
            "inductions": list(_inductions(request.user)),
        },
    )


def _inductions(user):
    """Those for which this person may set up a proforma."""
    return Induction.objects.in_reach(user, RULES["set_up"])


def set_up(request, pk):
    """A new proforma, by the ECT or the mentor."""
    induction = get_object_or_404(_inductions(request.user), pk=pk)
    form = SetUpForm(gov.sent(request), induction=induction)
    if request.method == "POST" and form.is_valid():
        arrangements = form.values
        kind = arrangements.pop("kind")
        try:
            made = actions.set_up(induction, kind, arrangements, by=request.user)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, "Set up. Send the focus to the expert beforehand.")
            return redirect(made)
    return render(request, "observations/set_up.html", {"induction": induction, "form": form})


def _fetch(request, pk) -> Proforma:
    rows = Proforma.objects.visible_to(request.user)
    rows = rows.select_related("induction") if request.htmx else rows.for_list()  # a save as it is typed names nobody
    return get_object_or_404(rows, pk=pk)


def proforma(request, pk):
    """One proforma to read: what is arranged, what came of it, and what this person can do now."""
    found = _fetch(request, pk)
    steps = found.steps_for(request.user)
    return render(
        request,
        "observations/proforma.html",
        {
            "proforma": found,
            "steps": {name: STEPS[name].button for name in steps},
            "may_arrange": found.may(request.user, "arrange"),
            "may_fill_in": found.may(request.user, "fill_in"),
            "answered": found.answered(),
            "events": [
                {"at": event.at, "by": event.by, "role_label": event.role_label, "words": DONE[event.what]}
                for event in Event.objects.about(found).select_related("by")
            ],
        },
    )


def arrange(request, pk):
    """Who, when, and what to look out for; both may change it while it is open."""
    found = _fetch(request, pk)
    form = ArrangementsForm(gov.sent(request), induction=found.induction, proforma=found)
    if request.method == "POST" and form.is_valid():
        try:
            merged = actions.arrange(found, form.values, seen=form.seen, by=request.user)
        except Refused:
            return _too_late(request, pk, form, Proforma.arrangements)
        if merged.conflicts:
            return _conflict(request, "arrange", pk, form, merged.conflicts)
        messages.success(request, "Arrangements saved.")
        return redirect(found)
    if not found.is_open:
        return _too_late(request, pk, form, Proforma.arrangements)
    return render(request, "observations/arrange.html", {"proforma": found, "form": form})


COMPLETED = "Completed. Your mentor has been told. You can change it until you have discussed it."


def fill_in(request, pk):
    """The ECT writes what came of it, saved as it is typed. Completing it asks for what is missing."""
    found = _fetch(request, pk)
    require(found.could(request.user, "fill_in"))
    form = ProformaForm(gov.sent(request), proforma=found, autosave=request.path, only=gov.touched(request))
    if request.method == "POST" and (request.htmx or form.is_valid()):
        try:
            merged = actions.save(found, form.values, seen=form.seen, by=request.user)
        except Refused:
            return _too_late(request, pk, form, Proforma.to_fill_in)
        if merged.conflicts:
            return _conflict(request, "fill_in", pk, form, merged.conflicts)
        if request.htmx:
            unsaved = [form[name].label for name in form.errors]
            stands_on = hidden({name: merged.seen[name] for name in form.values}, swapped=True)
            context = {"saved_at": found.saved_at, "seen": stands_on, "unsaved": unsaved}
            return HttpResponse(render_to_string("observations/saved.html", context))
        if "complete" not in request.POST:
            messages.success(request, "Saved. You can come back to it at any time.")
            return redirect(found)
        found = _fetch(request, pk)
        missing = found.missing()
        if not missing:
            return _step(request, found, "complete", COMPLETED)
        form.seen = merged.seen
        form.add_missing(missing)
    if not found.is_open:
        return _too_late(request, pk, form, Proforma.to_fill_in)
    return render(request, "observations/fill_in.html", {"proforma": found, "form": form})


def _conflict(request, page, pk, form, conflicts):
    """Both versions: what was typed stays in the form, what was saved meanwhile is shown above it."""
    if request.htmx:
        return render(request, "components/saved_elsewhere.html", status=409)
    found = _fetch(request, pk)
    context = {"proforma": found, "form": form, "theirs": form.both_versions(conflicts), "saved_at": found.saved_at}
    return render(request, f"observations/{page}.html", context, status=409)


def _too_late(request, pk, form, stored=lambda found: {}):
    """The proforma was completed or cancelled while this page was open: whatever was typed, right or wrong, and is not in it
    is shown, to be copied."""
    if request.htmx:
        return render(request, "components/moved_on.html", status=409)
    found = _fetch(request, pk)
    lost = gov.typed(form, stored(found)) if form.is_bound else []
    if not lost:
        return _closed(request, found)
    context = {"proforma": found, "lost": lost, "why": found.why_closed_to(request.user)}
    return render(request, "observations/too_late.html", context, status=409)


def _closed(request, found):
    """To where a proforma is read, for whoever has come to write in it."""
    messages.info(request, found.why_closed_to(request.user))
    return redirect(found)


@require_POST
def reopen(request, pk):
    """The ECT changes what is completed, until the two have discussed it."""
    found = _fetch(request, pk)
    require(STEPS["reopen"].who & found.roles_of(request.user))
    return _step(request, found, "reopen", "You can change it. Complete it again when you are done.", to="fill_in")


@require_POST
def discuss(request, pk):
    """The mentor ticks that the two have discussed it."""
    found = _fetch(request, pk)
    require(STEPS["discuss"].who & found.roles_of(request.user))
    return _step(request, found, "discuss", "Marked as discussed.")


CHANGED_SINCE = "This visit was changed after you opened this page. Read it, then cancel it if you still want to."


def cancel(request, pk):
    """Either of the two says that it will not take place, and why if there is a reason to tell."""
    found = _fetch(request, pk)
    form = CancelForm(gov.sent(request), initial={"revision": found.revision})
    if not found.is_open:
        return _too_late(request, pk, form)
    if request.method == "POST" and form.is_valid():
        words = {"revision": form.seen, "reason": form.cleaned_data["reason"]}
        try:
            return _step(request, found, "cancel", "Cancelled.", **words)
        except Stale as stale:
            form.stand_on(stale.stored.revision)
            form.add_error(None, CHANGED_SINCE)
            return render(request, "observations/cancel.html", {"proforma": found, "form": form}, status=409)
    return render(request, "observations/cancel.html", {"proforma": found, "form": form})


def _step(request, found, name, done, *, to="proforma", **words):
    try:
        actions.take_step(found, name, by=request.user, **words)
    except Refused as why:
        messages.error(request, str(why))
        return redirect(found)
    messages.success(request, done)
    return redirect(f"observations:{to}", found.pk)


def upload(request, pk):
    """A paper version in place of the answers: added, replaced or taken away by the ECT."""
    found = _fetch(request, pk)
    require(found.could(request.user, "fill_in"))
    removes = "remove" in request.POST
    form = PaperForm(request.POST, request.FILES) if request.method == "POST" and not removes else PaperForm()
    if request.method == "POST" and (removes or form.is_valid()):
        try:
            if removes:
                actions.remove_paper(found, by=request.user)
            else:
                actions.attach_paper(found, form.cleaned_data["paper"], by=request.user)
        except Refused as why:
            messages.error(request, str(why))
        else:
            messages.success(request, "Paper version removed." if removes else "Paper version added.")
        return redirect(found)
    if not found.is_open:
        return _closed(request, found)
    return render(request, "observations/upload.html", {"proforma": found, "form": form})


def paper(request, pk):
    """The paper version as a download that no browser runs: it is somebody's file."""
    found = _fetch(request, pk)
    return download(found.paper, found.paper_name)
