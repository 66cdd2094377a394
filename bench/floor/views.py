"""What each page of the product is measured against."""

from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from bench.forms import FORMS, VALUES
from reviews.models import Review
from reviews.workflow import State

from .by_hand import FORM_PAGES


def bare_list(request):
    """25 rows of the same table by one query that an index answers, in a page that is one flat template."""
    reviews = Review.objects.filter(state=State.DRAFT).order_by("due_on", "pk").select_related("induction__ect")[:25]
    return render(request, "floor/list.html", {"reviews": reviews})


def form_by_hand(request, size):
    """The same form, its fields written out in one template."""
    form = FORMS[size](initial=VALUES)
    return HttpResponse(FORM_PAGES[size].render({"form": form}, request))


def one_row_update(request, pk):
    """One field of one row, in one transaction."""
    with transaction.atomic():
        Review.objects.filter(pk=pk).update(
            reasons=request.POST["reasons"], saved_at=timezone.now(), revision=F("revision") + 1
        )
    return HttpResponse("Saved")
