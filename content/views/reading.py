"""Reading: what is theirs to read now, modules, studies and sessions, and the reflections beside the text."""

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from content import actions
from content.examples.permissions import RULES as EXAMPLE_RULES
from content.forms import FollowingForm, SectionForm
from content.models import (
    Ingredient,
    KeptPlace,
    Module,
    Programme,
    Reflection,
    Scenario,
    SectionDone,
    Session,
    Study,
    StudySection,
    SuggestedAction,
    examples_for,
)
from content.permissions import RULES
from content.reading import MENTOR, Progress, Reader, StudyToRead, done_by, progress_in, sections_of, shelves
from content.workflow import OPEN, STEPS, State
from ectprogramme import gov
from people.actions import Refused, Stale
from people.models import Induction, School
from people.permissions import allowed, require

YEARS = {"1": 1, "2": 2}


def reading(request):
    """What is theirs to read this year; of one ECT with `?ect=`, of the other year with `?year=`."""
    reader = Reader.of(request.user)
    require(reader.ticks)
    only = next((one.pk for one in reader.inductions if str(one.pk) == request.GET.get("ect")), None)
    found = shelves(reader, timezone.localdate(), only=only, year=YEARS.get(request.GET.get("year", "")))
    waiting = Reflection.objects.waiting_on(request.user).for_list().order_by("shared_at", "pk")[:30]
    return render(
        request, "content/reading.html", {"reader": reader, "shelves": found, "only": only, "waiting": waiting}
    )


def module(request, slug):
    found = get_object_or_404(Module.objects.current().select_related("audit"), slug=slug)
    reader = Reader.of(request.user)
    sections = sections_of(request.user, study__module=found)
    done = done_by([request.user.pk], section__study__module=found)[request.user.pk]
    own = {progress.study.pk: progress for progress in progress_in(reader, sections, done)}
    studies = {section.study_id: section.study for section in sections}
    lines = [StudyToRead(study, own.get(key), None) for key, study in studies.items()]
    sessions = Session.objects.current().filter(module=found)
    context = {"module": found, "reader": reader, "studies": lines, "sessions": sessions}
    return render(request, "content/module.html", context)


def session(request, slug):
    found = get_object_or_404(Session.objects.current().for_reading(), slug=slug)
    minutes = sum(item.minutes for item in found.agenda.all())
    return render(request, "content/session.html", {"session": found, "minutes": minutes})


def study(request, slug):
    """Its contents: what is done, how long the rest takes, and for a mentor how far each ECT is."""
    found = get_object_or_404(Study.objects.current().select_related("module"), slug=slug)
    reader = Reader.of(request.user)
    sections = [section for section in sections_of(request.user, study=found) if reader.sees(section)]
    done = done_by({request.user.pk, *(induction.ect_id for induction in reader.others)}, section__study=found)
    theirs = [section for section in sections if reader.is_theirs(section)]
    beside = [section for section in sections if section not in theirs and reader.is_of_phase(section)]
    return render(
        request,
        "content/study.html",
        {
            "study": found,
            "reader": reader,
            "progress": next(iter(progress_in(reader, sections, done[request.user.pk])), None),
            "sections": theirs,
            "beside": [
                (section, [one.ect for one in reader.others if section.pk in done[one.ect_id]]) for section in beside
            ],
            "other_phases": [section for section in sections if section not in theirs and section not in beside],
            "ects": [
                (induction, progress)
                for induction in reader.others
                for progress in progress_in(Reader.ect_of(induction), sections, done[induction.ect_id])
            ],
        },
    )


def section(request, slug, section):
    """One section to read, with what goes with it on the other side; at its end it is ticked, and written beside.

    A load may retire it, and its ECT may come into another phase: whoever may see a reflection beside it still finds it,
    and the ECT can write on and share what is private.
    """
    reader = Reader.of(request.user)
    sections = _sections(request, slug)
    here = next((one for one in sections if one.slug == section and (one.is_written or reader.sees(one))), None)
    if here is None:
        raise Http404
    page = _page(request, reader, sections, here)
    if request.method == "POST":
        require("form" in page)
        return _save(request, page)
    if page["may_tick"] and here.last_place != here.pk:  # read again, it writes nothing
        actions.keep_place(here, by=request.user)
    return _section_page(request, page)


def _sections(request, slug):
    """The sections of a study with their text, whether this person has done them, and may see a reflection beside them.

    Those that are retired only if there is such a reflection. `last_place` is the section that was opened last of all.
    """
    last = KeptPlace.objects.filter(person=request.user).order_by("-at").values("section")[:1]
    ticked = SectionDone.objects.filter(person=request.user, section=OuterRef("pk"))
    written = Reflection.objects.visible_to(request.user).filter(section=OuterRef("pk"))
    return list(
        StudySection.objects.with_sources()
        .filter(study__slug=slug)
        .annotate(is_done=Exists(ticked), is_written=Exists(written), last_place=Subquery(last))
        .filter(Q(retired=False, study__retired=False) | Q(is_written=True))
        .select_related("study__module")
        .prefetch_related(Prefetch("ingredients", Ingredient.objects.current()))
    )


def _page(request, reader, sections, here):
    """What the page of a section is made of."""
    offered = [one for one in sections if not one.retired]
    counted = [one for one in offered if reader.counts(one)]
    after = sections[sections.index(here) + 1 :]
    beside = [one for one in offered if reader.sees(one) and _go_together(one, here)]
    page = {
        "here": here,
        "study": here.study,
        "reader": reader,
        "sections": offered,
        "contents": [one for one in offered if reader.is_theirs(one)],
        "progress": Progress(here.study, counted, [one for one in counted if one.is_done]),
        "beside": beside,
        "next": next((one for one in after if one in counted), None),
        "may_tick": reader.ticks and here in counted,
        "reflections": _reflections(request, [here, *beside]),
    }
    own = [one for one in page["reflections"] if one.section_id == here.pk and one.induction == reader.own_induction]
    page["open"] = next((one for one in own if one.state in OPEN), None)
    page["question"] = next((one.question for one in reversed(own) if not here.reflection), here.reflection)
    page["writes"] = _writes(request, page)
    if page["may_tick"] or page["writes"]:
        page["form"] = _form(request, page)
    return page


def _writes(request, page):
    """Whether an ECT writes here: where they are asked, wherever they have begun, and what they send from an older page."""
    if not (page["reader"].own_induction and page["question"]):
        return False
    if request.method == "POST" and "text" in request.POST:
        return True
    if page["open"]:
        return page["open"].state == State.PRIVATE
    return bool(page["here"].reflection) and page["here"] in page["contents"]


def _go_together(one, other):
    """Whether one is the mentor's side of the other."""
    return any(
        mentors.audience == MENTOR and mentors.beside == ects.slug for mentors, ects in [(one, other), (other, one)]
    )


def _reflections(request, sections):
    """The ECT's own beside these sections, or those that the mentor's ECTs have shared."""
    if not any(section.is_written for section in sections):
        return []
    return list(Reflection.objects.visible_to(request.user).filter(section__in=sections).for_list())


def _form(request, page):
    """The end of a section: writing beside it, and the buttons."""
    here, reflection = page["here"], page["open"]
    buttons = []
    if page["may_tick"]:
        to_next = "next section" if page["next"] else "back to the contents"
        done = to_next.capitalize() if here.is_done else f"Done, {to_next}"
        buttons += [gov.Button(done, name="done", value="1")]
    if page["writes"]:
        buttons += [
            gov.Button("Save", kind="secondary"),
            gov.Button(STEPS["share"].button, kind="secondary", name="share", value="1"),
        ]
    if page["may_tick"] and here.is_done:
        buttons.append(gov.Button("Mark as not done", kind="secondary", name="undo", value="1"))
    return SectionForm(
        gov.sent(request),
        question=page["question"] if page["writes"] else "",
        text=reflection.text if reflection else "",
        revision=reflection.revision if reflection else 0,
        buttons=buttons,
        autosave=request.path,
    )


def _section_page(request, page, status=200, **more):
    """Fetches scenarios and actions only where a section shows them."""
    shown = [page["here"], *page["beside"]]
    asks = any(section.school_example for section in shown)
    if asks:
        prefetch_related_objects(shown, examples_for(request.user))
    more["keeps_at"] = list(School.objects.where(request.user, EXAMPLE_RULES["keep"]).order_by("name")) if asks else []
    shows, shown_types = {section.shows for section in shown}, StudySection.Shows
    near, far, suggested = [], [], []
    if shows & {shown_types.SCENARIOS, shown_types.SCENARIO_OPTIONS}:
        near, far = page["reader"].by_phase(Scenario.objects.current().filter(study=page["study"]))
    if shown_types.ACTIONS in shows:
        titles = {
            f"{section.slug}/{ingredient.slug}": ingredient.title
            for section in page["sections"]
            if page["reader"].sees(section)  # a title is of a page as much as its text
            for ingredient in section.ingredients.all()
        }
        suggested = [
            (action, list(dict.fromkeys(titles[name] for name in action.ingredients if name in titles)))
            for action in SuggestedAction.objects.current().filter(study=page["study"])
        ]
    context = {**page, "near": near, "far": far, "suggested": suggested, **more}
    return render(request, "content/section.html", context, status=status)


def _save(request, page):
    """Saves what was written, while it is typed (htmx) or by any of the buttons, then does what the button says."""
    here, form, reflection = page["here"], page["form"], page["open"]
    valid = form.is_valid()
    if form.writes and valid:
        try:
            reflection = actions.write_reflection(
                here, form.cleaned_data["text"], revision=form.cleaned_data["revision"] or 0, by=request.user
            )
        except Stale as stale:
            return _both_versions(request, page, stale.stored)
        except Refused as why:
            return _too_late(request, page, str(why))
    if request.htmx:
        context = {
            "saved_at": reflection.saved_at if reflection else None,
            "revision": reflection.revision if reflection else 0,
            "unsaved": [form[name].label for name in form.errors],
        }
        return render(request, "components/saved.html", context)
    if not valid:
        return _section_page(request, page)
    if page["may_tick"] and "done" in request.POST:
        actions.tick(here, by=request.user)
        return redirect(page["next"] or here.study)
    if page["may_tick"] and "undo" in request.POST:
        actions.untick(here, by=request.user)
    elif "share" in request.POST:
        _take(request, reflection, "share")
    elif reflection:
        messages.success(request, "Saved. Only you can read it until you share it.")
    return redirect(here)


def _both_versions(request, page, stored):
    """What was typed stays in the form; what was saved in another window is shown above it."""
    if request.htmx:
        return render(request, "components/saved_elsewhere.html", status=409)
    form = page["form"]
    gov.show_again(form, revision=stored.revision)
    theirs = [(form["text"].label, stored.text)]
    return _section_page(request, page, 409, theirs=theirs, saved_at=stored.saved_at)


def _too_late(request, page, why):
    """It was shared or opened while this page was open: what was typed is shown, to be copied."""
    if request.htmx:
        return render(request, "components/saved_elsewhere.html", status=409)
    context = {"here": page["here"], "why": why, "typed": page["form"].cleaned_data["text"]}
    return render(request, "content/too_late.html", context, status=409)


DONE = {
    "share": "Shared. Your mentor has been told.",
    "take_back": "Taken back. Only you can read it now.",
    "open": "",
}


def _take(request, reflection, step):
    """Takes a step with a reflection and says that it is done, or why not."""
    try:
        if reflection is None:
            raise Refused("Write something before you share it.")
        actions.take_step(reflection, step, by=request.user)
    except Refused as why:
        messages.error(request, str(why))
    else:
        if DONE[step]:
            messages.success(request, DONE[step])


def _fetch(request, pk):
    found = Reflection.objects.visible_to(request.user).for_list().select_related("section__study__module")
    return get_object_or_404(found, pk=pk)


def reflection(request, pk):
    """One reflection: for its ECT, and for the mentor once it is shared."""
    found = _fetch(request, pk)
    steps = [(name, STEPS[name]) for name in found.steps_for(request.user)]
    context = {"reflection": found, "steps": steps, "may_read": found.may(request.user, "read")}
    return render(request, "content/reflection.html", context)


@require_POST
def reflection_step(request, pk, step):
    """Sharing a reflection, taking it back, which leads to where one writes on, or opening it."""
    found = _fetch(request, pk)
    if step not in STEPS:
        raise Http404
    _take(request, found, step)
    return redirect(found.section if step == "take_back" else found)


def following(request, pk):
    """The phase of an induction and the programme that it follows, set at the school."""
    found = get_object_or_404(
        Induction.objects.visible_to(request.user).select_related("ect", "following__programme"), pk=pk
    )
    require(allowed(request.user.places.roles_in(found), RULES["follow"], ""))
    form = FollowingForm(gov.sent(request), induction=found, programmes=list(Programme.objects.current()))
    context = {"induction": found, "form": form}
    if request.method == "POST" and form.is_valid():
        programme = form.cleaned_data.get("programme")
        phase, seen = form.cleaned_data["phase"], form.cleaned_data["seen"]
        try:
            actions.follow(found, phase=phase, programme=programme, seen=seen, by=request.user)
        except Stale as stale:
            context["theirs"] = form.both_versions(stale.stored)
            return render(request, "content/following.html", context, status=409)
        messages.success(request, "Saved.")
        return redirect(found)
    return render(request, "content/following.html", context)
