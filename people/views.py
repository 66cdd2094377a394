"""Who is who: an induction's people and dates, and a school's ECTs."""

from django.shortcuts import get_object_or_404, render

from .models import Induction, School
from .permissions import SEE_DATES


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


def school(request, pk):
    """A school's ECTs with their mentor and tutor, and its terms."""
    found = get_object_or_404(School.objects.visible_to(request.user).select_related("appropriate_body"), pk=pk)
    inductions = (
        Induction.objects.visible_to(request.user)
        .filter(school=found)
        .with_people()
        .select_related("ect")
        .order_by("ect__name")
    )
    return render(
        request,
        "people/school.html",
        {"school": found, "inductions": inductions, "terms": found.terms.order_by("starts_on")},
    )
