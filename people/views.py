"""Who is who: an induction's people and dates, and a school's ECTs."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from .models import Induction, School
from .permissions import SEE_DATES, SEE_SCHOOL, require

ROWS = 30  # of a list on one page


def inductions(request):
    """Everybody's induction that this person may see, in order of name."""
    everybody = Induction.objects.visible_to(request.user).for_list()
    return render(
        request, "people/inductions.html", {"inductions": Paginator(everybody, ROWS).get_page(request.GET.get("page"))}
    )


def choose_ect(request, among, page, title):
    """Leads to this page of the only ECT there is, or lists the ECTs of whom it is to be seen."""
    found = list(among)
    require(found)
    if len(found) == 1:
        return redirect(page, found[0].pk)
    ects = [(induction.ect, reverse(page, args=[induction.pk])) for induction in found]
    return render(request, "people/choose.html", {"title": title, "ects": ects})


def induction(request, pk):
    """The facts of one induction: its people, working pattern and dates."""
    found = get_object_or_404(
        Induction.objects.visible_to(request.user).with_people().select_related("ect", "school", "appropriate_body"),
        pk=pk,
    )
    roles = request.user.places.roles_in(found)
    return render(
        request,
        "people/induction.html",
        {"induction": found, "patterns": found.patterns.all(), "sees_dates": bool(roles & SEE_DATES)},
    )


def schools(request):
    """The schools that this person may see; whoever has only one is led to it."""
    require(request.user.places.roles() & SEE_SCHOOL)
    page = Paginator(
        School.objects.visible_to(request.user).select_related("appropriate_body").order_by("name", "pk"), ROWS
    ).get_page(request.GET.get("page"))
    if page.paginator.count == 1:
        return redirect(page[0])
    return render(request, "people/schools.html", {"schools": page})


def school(request, pk):
    """A school's ECTs with their mentor and tutor, and its terms."""
    found = get_object_or_404(School.objects.visible_to(request.user).select_related("appropriate_body"), pk=pk)
    terms, today = found.terms.order_by("starts_on"), timezone.localdate()
    return render(
        request,
        "people/school.html",
        {
            "school": found,
            "inductions": Induction.objects.visible_to(request.user).filter(school=found).for_list(),
            "terms": [term for term in terms if term.ends_on >= today],
            "past": [term for term in terms if term.ends_on < today],
        },
    )
