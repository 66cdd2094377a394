"""The home page, the pages about the service itself, and the pages for what goes wrong."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django_q.models import Failure
from django_q.tasks import async_task

from content.models import Reflection
from cycles.models import Audit, Meeting
from observations.models import Proforma
from people.models import Induction, User
from people.permissions import Role, require
from people.turns import in_order
from reviews.models import Review

from . import demonstration
from .middleware import session_ended

TURNS = 10  # of each kind on a home page; the lists have the rest

# The sections of the service and who finds them in the menu.
MENU = [
    ("Home", "home", None),
    ("Reviews", "reviews:list", {Role.ECT, Role.TUTOR, Role.HEAD, Role.AB_OFFICER}),
    ("Meetings", "cycles:list", {Role.ECT, Role.MENTOR, Role.TUTOR, Role.HEAD}),
    ("Experts", "observations:list", {Role.ECT, Role.MENTOR}),
    ("Reading", "content:reading", {Role.ECT, Role.MENTOR}),
    ("Learning log", "learning:home", {Role.ECT, Role.MENTOR}),
    ("Programme", "content:list", None),
    ("Background jobs", "jobs", {Role.PROGRAMME_ADMIN}),
    ("Account", "account", None),
    ("Sign out", "account_logout", None),
]


def navigation(request):
    """For every page: the menu of this person's roles, and whether this is a demonstration."""
    context = {"demonstration": settings.DEMONSTRATION}
    if getattr(request, "user", None) and request.user.is_authenticated:
        roles = request.user.places.roles()
        links = [(label, reverse(name)) for label, name, whose in MENU if whose is None or roles & whose]
        # of "Programme" and "Reading", which lies in it, only one is where the person is
        here = max((url for _, url in links if url != "/" and request.path.startswith(url)), key=len, default="/")
        context["navigation"] = [
            {
                "label": label,
                "url": url,
                "current": "page" if request.path == url else "true" if url == here != "/" else "",
            }
            for label, url in links
        ]
    return context


def home(request):
    """Whose turn it is: the one most urgent thing first, then the rest, then the person's ECTs."""
    user, today = request.user, timezone.localdate()
    waiting: list[Review | Meeting | Proforma | Reflection | Audit] = [
        *Review.objects.waiting_on(user).begun_or_soon(today).for_list().order_by("due_on", "pk")[:TURNS],
        *Meeting.objects.waiting_on(user).select_related("induction__ect")[:TURNS],
        *Proforma.objects.waiting_on(user).select_related("induction__ect")[:TURNS],
        *Reflection.objects.waiting_on(user).for_list().order_by("shared_at", "pk")[:TURNS],
        *Audit.objects.waiting_on(user).select_related("induction", "module")[:TURNS],
    ]
    turns = in_order([turn for thing in waiting if (turn := thing.turn_for(user))])
    inductions = Induction.objects.visible_to(user).with_people().select_related("ect", "school").order_by("ect__name")
    return render(
        request,
        "home.html",
        {
            "next": turns[0] if turns else None,
            "turns": [(turn, turn.is_overdue(today)) for turn in turns[1:]],
            "next_overdue": bool(turns) and turns[0].is_overdue(today),
            "inductions": inductions[:30],
            "is_ect": Role.ECT in user.places.roles(),
            "roles": [role.label for role in Role if role in user.places.roles()],
        },
    )


@login_not_required
def accessibility(request):
    return render(request, "accessibility.html")


@login_not_required
def personas(request):
    """Signing in as one of the demonstration's people by one click; not there where the demonstration is off."""
    if not settings.DEMONSTRATION:
        raise Http404
    if request.method == "POST":
        chosen = {persona.key: persona for persona in demonstration.CAST}.get(request.POST.get("persona", ""))
        if chosen is None:
            raise Http404
        person = get_object_or_404(User, email=chosen.email)
        return perform_login(request, person, email_verification="none", redirect_url="/")
    there = set(User.objects.values_list("email", flat=True))
    cast = [persona for persona in demonstration.CAST if persona.email in there]
    return render(request, "personas.html", {"cast": cast, "password": demonstration.PASSWORD})


def jobs(request):
    """Background jobs that failed for good, each with what it was and one button to try it again."""
    require(Role.PROGRAMME_ADMIN in request.user.places.roles())
    failures = list(Failure.objects.order_by("-stopped")[:50])
    if request.method == "POST":
        failed = next((failure for failure in failures if failure.pk == request.POST.get("job")), None)
        if failed is None:
            raise Http404
        async_task(failed.func, *failed.args)
        failed.delete()
        messages.success(request, "The job will be tried again in a moment.")
        return redirect("jobs")
    return render(request, "jobs.html", {"failures": failures})


# What goes wrong


def forbidden_form(request, reason=""):
    """A form whose token is not the session's: signed in again meanwhile, or cookies lost. What was typed is kept.

    Only if the form is ours: what another site made up must not get a token and a button by which to be sent.
    """
    ours = f"{request.scheme}://{request.get_host()}/"
    came_from = request.headers.get("Origin") or request.headers.get("Referer", "")
    return session_ended(request) if f"{came_from}/".startswith(ours) else forbidden(request, reason)


def bad_request(request, exception):
    return render(request, "400.html", status=400)


def forbidden(request, exception):
    return render(request, "403.html", status=403)


def not_found(request, exception):
    return render(request, "404.html", status=404)


def server_error(request):
    return render(request, "500.html", status=500)
