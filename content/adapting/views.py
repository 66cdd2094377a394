"""The templates of a school's meetings, writing a version of its own, and putting that to use or away."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from content.models import Adaptation, Template
from ectprogramme import gov
from people.actions import Refused, Stale
from people.models import School

from . import actions
from .forms import AdaptationForm, BeginForm, StepForm
from .permissions import RULES
from .versions import since
from .workflow import STEPS, State

EARLIER = 30  # versions that were put away, the latest, on the list


def template_list(request, pk):
    """Each meeting of the programme with what this school asks in it; a version of its own is begun here."""
    school = get_object_or_404(School.objects.where(request.user, RULES["see"]), pk=pk)
    if request.method == "POST":
        form = BeginForm(request.POST)
        slug = form.cleaned_data["original"] if form.is_valid() else ""
        original = get_object_or_404(Template, slug=slug)
        try:
            return redirect(actions.begin(school, original, by=request.user))
        except Refused as why:
            messages.error(request, str(why))
            return redirect("adapting:list", school.pk)
    versions = Adaptation.objects.filter(school=school).for_list()
    open_ones = list(versions.exclude(state=State.PUT_AWAY))
    by_state = {(version.adapted_from_id, version.state): version for version in open_ones}
    meetings = Template.objects.filter(kind=Template.Kind.MEETING)
    originals = meetings.filter(Q(retired=False) | Q(pk__in={version.adapted_from_id for version in open_ones}))
    rows = [
        {
            "original": original,
            "used": by_state.get((original.pk, State.IN_USE)),
            "draft": by_state.get((original.pk, State.DRAFT)),
        }
        for original in originals.order_by("pack__title", "position", "pk")
    ]
    earlier = versions.filter(state=State.PUT_AWAY)[:EARLIER]
    return render(request, "adapting/list.html", {"school": school, "rows": rows, "earlier": earlier})


def _fetch(request, pk) -> Adaptation:
    visible = Adaptation.objects.visible_to(request.user).select_related("school", "adapted_from")
    return get_object_or_404(visible, pk=pk)


@require_POST
def copy(request, pk):
    """A draft that begins as a copy of a version that was put away; that one stays as it was."""
    found = _fetch(request, pk)
    try:
        return redirect(actions.begin(found.school, found.adapted_from, by=request.user, earlier=found))
    except Refused as why:
        messages.error(request, str(why))
        return redirect("adapting:list", found.school_id)


def template(request, pk):
    """A version of the school's own: to write in while it is a draft, after that to look at."""
    found = _fetch(request, pk)
    posted = request.method == "POST"
    if not posted and not found.may(request.user, "edit"):
        return redirect("cycles:preview", found.pk)
    form = AdaptationForm(gov.sent(request), adaptation=found, sections=found.sections.all())
    if not (posted and form.is_valid()):
        return _page(request, found, form)
    try:
        actions.save(
            found,
            title=form.cleaned_data["title"],
            introduction=form.cleaned_data["introduction"],
            sections=form.said(),
            revision=form.cleaned_data["revision"],
            by=request.user,
        )
    except Refused as why:
        form.add_error(None, str(why))
        return _page(request, found, form, status=409)
    except Stale as stale:
        theirs = [(about, after or "Not there") for about, _, after in form.stand_on(stale.stored)]
        if theirs:  # otherwise it is saved already: a second click
            return _page(request, found, form, status=409, theirs=theirs, saved_at=stale.stored.saved_at)
    messages.success(request, "Draft saved. It is not in use yet.")
    onwards = {"preview": ("cycles:preview", found.pk), "put_to_use": ("adapting:step", found.pk, "put_to_use")}
    return redirect(*onwards.get(request.POST.get("then"), [found]))


def _page(request, found: Adaptation, form, status=200, **context):
    context |= {"adaptation": found, "form": form, "since": since(found)}
    return render(request, "adapting/edit.html", context, status=status)


EXPLANATIONS = {
    "put_to_use": [
        "Meetings that are planned from now on at your school will ask these questions instead of the programme’s own.",
        "Meetings that are planned or held already keep the questions that they have. If another version of your school’s is "
        "in use for this meeting, this one takes its place.",
    ],
    "go_back": [
        "Meetings that are planned from now on at your school will ask the programme’s own questions again.",
        "Meetings that are planned or held already keep the questions that they have. Your version stays in the list "
        "“No longer used”, and you can begin a draft from it there.",
    ],
    "discard": [
        "Nobody has been asked anything by this draft. It stays in the list “No longer used”, and you can begin a draft from it "
        "there."
    ],
}
DONE = {
    "put_to_use": "Your version is in use. Meetings planned from now on ask it.",
    "go_back": "Meetings planned from now on ask the programme’s own questions.",
    "discard": "The draft is discarded.",
}


def step(request, pk, name):
    """Putting a version to use or away: what that means, and the button."""
    found = _fetch(request, pk)
    if name not in EXPLANATIONS:
        raise Http404
    form = StepForm(gov.sent(request), adaptation=found, button=STEPS[name].button)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_step(found, name, by=request.user, **form.cleaned_data)
        except Refused as why:
            messages.error(request, str(why))
            return redirect("adapting:step", found.pk, name)
        messages.success(request, DONE[name])
        return redirect("adapting:list", found.school_id)
    return render(
        request,
        "adapting/step.html",
        {
            "adaptation": found,
            "step": STEPS[name],
            "explanation": EXPLANATIONS[name],
            "form": form,
            "why_not": found.why_not(name, request.user),
            "since": since(found) if name == "put_to_use" else None,
        },
    )
