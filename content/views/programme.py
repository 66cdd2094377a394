"""What is loaded, to read. Content is the programme's own and the same for everybody who is signed in."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from content.forms import SearchForm
from content.models import Cycle, Guidance, Module, Pack, may_load
from content.reading import see_mentors_pages, sides_of
from content.search import find

HITS = 20  # on a page of what was found


def content_list(request: HttpRequest) -> HttpResponse:
    context = {
        "modules": Module.objects.current(),
        "cycles": Cycle.objects.current(),
        "may_load": may_load(request.user),
    }
    if context["may_load"]:
        context["packs"] = Pack.objects.with_last_load()
    return render(request, "content/list.html", context)


def cycle(request: HttpRequest, slug: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle.objects.current().for_reading(), slug=slug)
    return render(request, "content/cycle.html", {"cycle": cycle})


def guidance(request: HttpRequest) -> HttpResponse:
    return render(request, "content/guidance.html", {"guidance": Guidance.objects.current().for_reading()})


def search(request):
    form = SearchForm(request.GET if "q" in request.GET else None)
    if not form.is_valid():
        return render(request, "content/search.html", {"form": form})
    page = form.cleaned_data["page"] or 1
    found = find(
        form.cleaned_data["q"],
        mentors_pages=see_mentors_pages(sides_of(request.user)),
        limit=HITS,
        offset=(page - 1) * HITS,
    )
    if page > 1 and not found.hits:  # there are fewer pages by now
        return redirect(f"{reverse('content:search')}?{urlencode({'q': form.cleaned_data['q']})}")
    pages = Paginator(range(found.total), HITS)
    return render(request, "content/search.html", {"form": form, "found": found, "page": pages.get_page(page)})
