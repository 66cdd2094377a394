"""Pages of a school's own examples: which sections ask for one, adding, changing and removing, and a file's download."""

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from content.models import SchoolExample, StudySection
from ectprogramme import gov
from ectprogramme.downloads import download
from people.actions import Refused, Stale
from people.models import School
from people.permissions import require

from . import actions
from .forms import ExampleForm
from .permissions import RULES


def _school(request, pk):
    """A school of this person's, of which they keep the examples."""
    school = get_object_or_404(School.objects.where(request.user, RULES["see"]), pk=pk)
    require(request.user.places.roles_at(pk) & RULES["keep"].keys())
    return school


def example_list(request, pk):
    """Every section that asks for an example, and what the school has there."""
    school = _school(request, pk)
    ours = SchoolExample.objects.filter(school=school).for_list()
    asking = Q(retired=False, study__retired=False) & ~Q(school_example="")
    sections = (
        StudySection.objects.filter(asking | Q(pk__in=ours.values("section")))
        .select_related("study")
        .prefetch_related(Prefetch("school_examples", ours, to_attr="examples"))
        .order_by("study__position", "study__title", "study", "position", "pk")
    )
    return render(request, "examples/list.html", {"school": school, "sections": sections})


def add(request, pk, study, section):
    """An example at a section that asks for one."""
    school = _school(request, pk)
    there = StudySection.objects.current().filter(study__slug=study, study__retired=False).exclude(school_example="")
    found = get_object_or_404(there.select_related("study"), slug=section)
    form = ExampleForm(request.POST, request.FILES) if request.method == "POST" else ExampleForm()
    if request.method == "POST" and form.is_valid():
        example = actions.add(found, school, form.values, by=request.user)
        messages.success(request, "Added. People at your school see it beside the text.")
        return redirect(_after(example))
    return render(request, "examples/add.html", {"school": school, "section": found, "form": form})


def change(request, pk):
    """Changes an example; who may remove it is led on from here."""
    found = _fetch(request, pk)
    require(SchoolExample.objects.kept_by(request.user).filter(pk=pk).exists())
    posted = request.method == "POST"
    form = ExampleForm(request.POST, request.FILES, example=found) if posted else ExampleForm(example=found)
    removable = SchoolExample.objects.removable_by(request.user).filter(pk=pk)
    context = {"example": found, "form": form, "may_remove": removable.exists()}
    if posted and form.is_valid():
        try:
            found = actions.change(found, form.values, revision=form.cleaned_data["revision"] or 0, by=request.user)
        except Stale as stale:
            gov.show_again(form, revision=stale.stored.revision)
            context |= {"theirs": form.both_versions(stale.stored), "saved_at": stale.stored.saved_at}
            form.ask_for_file_again()
            return render(request, "examples/change.html", context, status=409)
        except Refused as why:
            form.add_error(None, str(why))
            form.ask_for_file_again()
            return render(request, "examples/change.html", context, status=409)
        messages.success(request, "Saved.")
        return redirect(_after(found))
    return render(request, "examples/change.html", context)


def _after(example):
    """Back to the list; but with a long video to the form, where the warning stands beside its length."""
    if example.is_long:
        return example.get_absolute_url()
    return reverse("examples:list", args=[example.school_id])


def remove(request, pk):
    """Shows what would be taken away for good, and takes it away by the button."""
    found = _fetch(request, pk)
    require(SchoolExample.objects.removable_by(request.user).filter(pk=pk).exists())
    if request.method == "POST":
        actions.remove(found, by=request.user)
        messages.success(request, "Removed.")
        return redirect("examples:list", found.school_id)
    return render(request, "examples/remove.html", {"example": found})


def file(request, pk):
    """An example's file as a download that no browser runs: it is somebody's file."""
    found = _fetch(request, pk)
    return download(found.file, found.file_name)


def _fetch(request, pk):
    found = SchoolExample.objects.visible_to(request.user).for_list().select_related("section__study")
    return get_object_or_404(found, pk=pk)
