"""The list of meetings, planning one, and the page on which it is held, agreed and kept."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from content.adapting.versions import since
from content.adapting.workflow import STEPS as ADAPTING
from content.answers import seen_in
from content.forms import RevisionForm
from content.models import Adaptation, Template
from ectprogramme import gov
from ectprogramme.addresses import number
from people.actions import Refused, Stale
from people.models import Induction, Term
from people.permissions import Role, require
from people.terms import in_holidays

from . import actions
from .actions import CLOSED
from .forms import CancelForm, MeetingForm, MoveForm, PlanForm, PreviewForm, in_words
from .models import Meeting
from .permissions import RULES
from .workflow import PAIR, STEPS, State

SIX_STEPS = "six-step-meeting"  # the template of a meeting that belongs to no step of a cycle
PAGE = 30  # rows of the list


def meeting_list(request):
    """The meetings of which this person may know, the latest first; of one ECT's with `?ect=`, older ones with `?before=`."""
    user = request.user
    require(user.places.roles() & RULES["see"].keys())
    rows = Meeting.objects.visible_to(user).select_related("induction__ect").latest_first()
    mine = Induction.objects.where(user, Role.ECT) | Induction.objects.where(user, Role.MENTOR)
    pairs = list(mine.select_related("ect").order_by("ect__name"))
    chosen = next((pair for pair in pairs if str(pair.pk) == request.GET.get("ect")), None)
    if chosen:
        rows = rows.filter(induction=chosen)
    if before := request.GET.get("before"):
        rows = rows.before(get_object_or_404(rows, pk=number(before)))
    page = list(rows[: PAGE + 1])
    return render(
        request,
        "cycles/list.html",
        {
            "meetings": page[:PAGE],
            "older": page[PAGE - 1].pk if len(page) > PAGE else None,
            "pairs": pairs,
            "chosen": chosen,
            "before": before,
            "one_ect": user.places.roles() == {Role.ECT},
        },
    )


def plan(request, pk):
    """Plans the next meeting: day, time, place and step are suggested from the last one; another step with `?step=`."""
    induction = get_object_or_404(Induction.objects.visible_to(request.user).select_related("ect", "school"), pk=pk)
    require(request.user.places.roles_in(induction) & PAIR)
    today = timezone.localdate()
    suggested = timezone.localtime(actions.suggested_time(induction, today=today))
    last = induction.meetings.first()
    steps = actions.steps_to_plan(induction, today=today)
    chosen = next((step for step in steps if str(step.pk) == request.GET.get("step")), None)
    initial = {
        "planned_on": suggested.date(),
        "planned_at": suggested.time(),
        "place": last.place if last else "",
        "cycle_step": chosen or actions.suggested_step(induction, steps),
    }
    form = PlanForm(gov.sent(request), induction=induction, steps=steps, initial=initial)
    if request.method == "POST" and form.is_valid():
        step = form.cleaned_data.get("cycle_step")
        templates = (
            step.templates.filter(kind=Template.Kind.MEETING) if step else Template.objects.filter(slug=SIX_STEPS)
        )
        template = templates.current().first()
        if template is None:
            form.add_error(
                None, "The questions for a meeting are not loaded. Ask your programme administrator to load them."
            )
        else:
            planned = actions.start_meeting(
                induction, by=request.user, template=template, planned_for=form.planned_for,
                place=form.cleaned_data["place"], cycle_step=step,
            )  # fmt: skip
            messages.success(request, f"Meeting planned.{_emailed(planned, request.user)}{_holidays(planned)}")
            return redirect(planned)
    return render(request, "cycles/plan.html", {"induction": induction, "form": form})


def _emailed(meeting, user):
    other = meeting.other(user)
    return f" {other} has been emailed." if other else ""


def _holidays(meeting):
    """A day in the holidays may be meant, and may be a slip."""
    terms = Term.objects.filter(school=meeting.induction.school_id)
    return " This day is outside term time." if in_holidays(terms, meeting.day) else ""


def _fetch(request, pk):
    along = "induction" if request.htmx else "induction__ect"  # a save as it is typed names nobody
    return get_object_or_404(Meeting.objects.visible_to(request.user).select_related(along), pk=pk)


def meeting(request, pk):
    """A meeting as this person may see it: to write in, to read and agree, or only that it is there."""
    found = _fetch(request, pk)
    if not found.may(request.user, "read"):
        require(request.method != "POST")
        return render(
            request, "cycles/outline.html", {"meeting": found, "steps": found.steps.all() if found.has_happened else []}
        )
    if request.method == "POST":
        return _save(request, found)
    if found.may(request.user, "write"):
        return _written_page(request, found, _as_stored(found))
    return _read(request, found)


def _save(request, found):
    """Saves what was typed, while it is typed (htmx) or by a button, and shows what the other has written meanwhile."""
    seen = seen_in(request.POST)
    form = MeetingForm.posted(found, request.POST, seen, gov.touched(request))
    if form.changes_rows:
        if not found.may(request.user, "write"):
            return _too_late(request, found, form, CLOSED)
        form.show_earlier(found.earlier_steps())
        return _written_page(request, found, form)
    written = form.written
    _settle(request.POST.get("settle", ""), written, seen)
    try:
        merged = actions.save_meeting(
            found, written, seen, revision=form.cleaned_data.get("revision"), by=request.user, untouched=form.untouched
        )
    except Refused as why:
        return _too_late(request, found, form, str(why))
    if request.htmx:
        return _saved(request, found, form, merged, seen)
    finishing, refusal = "finish" in request.POST, ""
    if merged.conflicts and not form.errors:
        form = _as_stored(found, merged.conflicts, merged.seen)
    elif merged.conflicts or form.errors:
        form.stand_on(merged, _as_stored(found))
    elif not finishing:
        messages.success(request, "Saved.")
        return redirect(found)
    else:
        try:
            actions.finish(found, by=request.user)
        except Refused as refused:
            found, refusal = _fetch(request, found.pk), str(refused)
            if not found.may(request.user, "write"):
                return _too_late(request, found, form, refusal)
            form = _as_stored(found)
        else:
            messages.success(request, "The meeting is finished. Read it through, then agree it.")
            return redirect(found)
    if finishing:
        form.ask_for(found.missing(), refusal)
    return _written_page(request, found, form)


def _as_stored(found, *conflicting):
    """The form with what is stored; of what is in conflict, given with its digests, both."""
    steps = list(found.steps_of_page())
    earlier = [step for step in steps if step.meeting_id != found.pk]
    return MeetingForm.for_page(found, found.written() | found.steps_written(steps), earlier, *conflicting)


def _settle(choice, written, seen):
    """A person chose between two texts: `theirs:probe`, or `mine:probe:` and the digest of the other text they have read."""
    whose, _, block = choice.partition(":")
    if whose == "theirs":
        written.pop(block, None)
    elif whose == "mine":
        key, _, digest = block.partition(":")
        seen[key] = digest


def _written_page(request, found, form, status=200):
    other = found.other(request.user)
    form.other = other or "The other person"
    form.ask_to_choose()
    return render(request, "cycles/write.html", {"meeting": found, "form": form, "other": other}, status=status)


def _saved(request, found, form, merged, seen):
    """The answer to saving as it is typed: what is saved, what the other has written, and what the page now stands on.

    The page keeps older digests where it still shows older words, so a section in conflict stays in conflict until the
    person chooses.
    """
    told, written = request.POST.getlist("told"), form.written
    notices = {conflict.key: form.notice(conflict) for conflict in merged.conflicts}
    answered = {entry.partition(":")[0] for entry in told} - notices.keys()
    pulled, added = [], []
    if merged.outdated:
        fresh = MeetingForm.for_page(found, merged.answers, found.earlier_steps())
        pulled = fresh.pulled(key for key in merged.outdated if key in seen)
        added = fresh.pulled((key for key in merged.outdated if key not in seen), added=True)
    answer = render_to_string(
        "cycles/saved.html",
        {
            "meeting": found,
            "other": (found.other(request.user) or "The other person") if notices else None,
            "not_saved": form.unsaved + [form.label_of(key) for key in notices],
            "seen": {
                key: digest for key, digest in merged.seen.items() if key in written and digest != seen.get(key, "")
            },
            "notices": {key: shown for key, shown in notices.items() if f"{key}:{shown['digest']}" not in told},
            "answered": answered & form.blocks.keys(),
            "pulled": pulled,
            "added": added,
            "last_step": max((key for key in seen if key.startswith("step-")), default=""),
        },
    )
    return HttpResponse(answer)


def _too_late(request, found, form, why):
    """The meeting is no longer open: the person gets back what they typed and what is not in it."""
    if request.htmx:
        return render(request, "components/moved_on.html", status=409)
    found = _fetch(request, found.pk)
    lost = list(form.lost(found.written() | found.steps_written()))
    return _read(request, found, unsaved=lost, why=why, status=409)


def _read(request, found, *, status=200, **context):
    """The page as it is kept: for the two of them, with who agreed it and when. Of a cancelled meeting, what was written until
    then; of one that was held, that nothing was written says something too."""
    user = request.user
    notes = [
        {"title": section["title"], "words": in_words(found.answers.get(section["key"]))} for section in found.asked()
    ]
    return render(
        request,
        "cycles/read.html",
        {
            "meeting": found,
            "notes": [note for note in notes if note["words"] or found.has_happened],
            "steps": found.steps.select_related("follows").prefetch_related("criteria"),
            "decided": found.decided.all(),
            "continued": found.continued.select_related("step"),
            "buttons": [(name, STEPS[name]) for name in found.steps_for(user)],
            "waiting_for": _waiting_for(found, user),
            "none_planned": found.state == State.AGREED
            and not found.induction.meetings.filter(state=State.PLANNED).exists(),
            **context,
        },
        status=status,
    )


def _waiting_for(found, user):
    """Whose agreement is still missing when this person has given theirs."""
    if found.state == State.HELD and found.has_taken("agree", user):
        return found.other(user) or "the other person"
    return None


DONE = {
    "agree": "You have agreed this meeting.",
    "reopen": "You can both write again. Finish the meeting when you are done.",
}


def step(request, pk, name):
    """Agreeing a finished meeting, or going back to writing in it."""
    found = _fetch(request, pk)
    if name not in DONE:
        raise Http404
    require(found.may(request.user, "read"))
    if request.method == "POST":
        try:
            actions.take_step(found, name, by=request.user, revision=RevisionForm(request.POST).seen)
        except (Refused, Stale) as why:
            messages.error(request, str(why))
        else:
            messages.success(request, DONE[name])
    return redirect(found)


def _too_late_to_arrange(request, found, form):
    """The answer to whoever comes too late to move or cancel a meeting; None where it is still to be held. Whoever only asks
    for the page, perhaps by going back to it, is led to the meeting; who sends it gets back what they typed."""
    require(found.could(request.user, "write"))
    if found.may(request.user, "write"):
        return None
    if request.method == "POST":
        return _read(request, found, unsaved=gov.typed(form, form.initial), why=CLOSED, status=409)
    messages.info(
        request,
        f"The status of this meeting is “{found.get_state_display()}”, so you cannot move or cancel it any more.",
    )
    return redirect(found)


def move(request, pk):
    """Another date, time or place for a meeting that is still to be held."""
    found = _fetch(request, pk)
    form = MoveForm(gov.sent(request), meeting=found)
    if too_late := _too_late_to_arrange(request, found, form):
        return too_late
    if request.method == "POST" and form.is_valid():
        try:
            place, seen = form.cleaned_data["place"], form.cleaned_data["seen"]
            actions.move_meeting(found, form.planned_for, place, by=request.user, seen=seen)
        except Refused as why:
            form.add_error(None, str(why))
        except Stale as stale:
            context = {"meeting": found, "form": form, "theirs": form.stand_on(stale.stored)}
            return render(request, "cycles/move.html", context, status=409)
        else:
            messages.success(request, f"Meeting moved.{_emailed(found, request.user)}{_holidays(found)}")
            return redirect(found)
    return render(request, "cycles/move.html", {"meeting": found, "form": form})


CHANGED_SINCE = (
    "This meeting was written in or moved after you opened this page. Read it, then cancel it if you still want to."
)


def cancel(request, pk):
    """A planned meeting that does not take place, with the reason if there is one to tell."""
    found = _fetch(request, pk)
    form = CancelForm(gov.sent(request), initial={"revision": found.revision})
    if too_late := _too_late_to_arrange(request, found, form):
        return too_late
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel(found, by=request.user, revision=form.seen, reason=form.cleaned_data["reason"])
        except Refused as why:
            form.add_error(None, str(why))
        except Stale as stale:
            form.stand_on(stale.stored.revision)
            form.add_error(None, CHANGED_SINCE)
            return render(request, "cycles/cancel.html", {"meeting": found, "form": form}, status=409)
        else:
            messages.success(request, f"Meeting cancelled.{_emailed(found, request.user)}")
            return redirect(found)
    return render(request, "cycles/cancel.html", {"meeting": found, "form": form})


def preview(request, pk):
    """A school's own version of a template as the page of a meeting, to look at."""
    visible = Adaptation.objects.visible_to(request.user).select_related("school", "adapted_from")
    found = get_object_or_404(visible, pk=pk)
    meeting = Meeting(title=found.title, sections=found.copy())
    return render(
        request,
        "cycles/preview.html",
        {
            "adaptation": found,
            "form": PreviewForm.for_page(meeting, meeting.written(), []),
            "may_edit": found.may(request.user, "edit"),
            "may_copy": found.may(request.user, "copy"),
            "steps": [(name, ADAPTING[name]) for name in found.steps_for(request.user)],
            "since": since(found),
        },
    )
