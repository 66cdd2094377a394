from django.shortcuts import render

from people.models import User


def people(request):
    """25 rows in a page that is one flat template."""
    return render(request, "floor/people.html", {"people": User.objects.order_by("pk")[:25]})
