"""What is loaded, to read. Content is the programme's own and the same for everybody who is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from content.models import Cycle, Module, Pack


def content_list(request: HttpRequest) -> HttpResponse:
    context = {
        "modules": Module.objects.current(),
        "cycles": Cycle.objects.current(),
        "packs": Pack.objects.with_last_load(),
    }
    return render(request, "content/list.html", context)


def cycle(request: HttpRequest, slug: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle.objects.current().for_reading(), slug=slug)
    return render(request, "content/cycle.html", {"cycle": cycle})
