"""The home page, the pages about the service itself, and the pages for what goes wrong."""

from datetime import date

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone
from django_q.models import Failure
from django_q.tasks import async_task

from content.models import ElectiveChoice, Reflection
from cycles.models import Audit, LearningAction, Meeting, meetings_to_plan
from observations.models import Proforma
from people.models import Induction, User
from people.permissions import SEE_SCHOOL, Role, require
from people.turns import Turn, in_order
from people.views import ROWS
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
    ("Schools", "people:schools", SEE_SCHOOL),
    ("Programme", "content:list", None),
    ("Background jobs", "jobs", {Role.PROGRAMME_ADMIN}),
    ("Account", "account", None),
    ("Sign out", "account_logout", None),
]

# Pages that lie elsewhere and belong to a section all the same, for whoever finds it in the menu: how their addresses begin.
BELONGS = {
    "content:reading": [
        *(f"/content/{part}/" for part in ("cycles", "modules", "reflections", "sessions", "studies")),
        "/electives/",
        "/print/",
    ],
}

# What background jobs do, for whoever looks after them.
JOBS = {
    "people.tasks.send_notice": "Send an email",
    "people.tasks.send_account_mail": "Send an email about an account",
    "people.tasks.check_events": "Check that the list of events is as it was written",
    "people.tasks.forget_sessions": "Forget sessions that have ended",
    "content.tasks.load_upload": "Load packs that were uploaded",
    "content.printing.tasks.make_pdf": "Make a PDF of something to read",
    "reviews.tasks.make_pdf": "Make the PDF of a signed record",
    "reviews.tasks.plan_all_reviews": "Bring reports in line with terms",
}


def navigation(request):
    """For every page: the menu of this person's roles, and whether this is a demonstration."""
    context = {"demonstration": settings.DEMONSTRATION}
    if getattr(request, "user", None) and request.user.is_authenticated:
        roles = request.user.places.roles()
        found = [(label, name) for label, name, whose in MENU if whose is None or roles & whose]
        links = [(label, reverse(name)) for label, name in found]
        sections = {url: url for _, url in links if url != "/"}
        sections |= {beginning: reverse(name) for _, name in found for beginning in BELONGS.get(name, [])}
        # of "Programme" and "Reading", which lies in it, only one is where the person is
        begins = max((beginning for beginning in sections if request.path.startswith(beginning)), key=len, default="")
        here = sections.get(begins)
        context["navigation"] = [
            {
                "label": label,
                "url": url,
                "current": "page" if request.path == url else "true" if url == here else "",
            }
            for label, url in links
        ]
    return context


def home(request):
    """Whose turn it is: the one most urgent thing first, then the rest, then the person's ECTs."""
    user, today = request.user, timezone.localdate()
    reports = Review.objects.waiting_on(user).begun_or_soon(today).in_brief().most_urgent(user, TURNS + 1)
    waiting: list[Review | Meeting | Proforma | Reflection | Audit | LearningAction | ElectiveChoice] = [
        *reports[:TURNS],
        *Meeting.objects.waiting_on(user).select_related("induction__ect")[:TURNS],
        *Proforma.objects.waiting_on(user).select_related("induction__ect")[:TURNS],
        *Reflection.objects.waiting_on(user).for_list().order_by("shared_at", "pk")[:TURNS],
        *Audit.objects.waiting_on(user).select_related("induction__ect").order_by("pk")[:TURNS],
        *LearningAction.objects.waiting_on(user, today).order_by("by_when", "pk")[:TURNS],
        *ElectiveChoice.objects.waiting_on(user)
        .select_related("induction__ect", "study")
        .order_by("state_at", "pk")[:TURNS],
    ]
    everybody = Induction.objects.visible_to(user).for_list()
    inductions = list(everybody[: ROWS + 1])
    turns = [turn for thing in waiting if (turn := thing.turn_for(user))]
    turns = in_order(turns + meetings_to_plan(user, today)[:TURNS] + _failed_jobs(user))
    return render(
        request,
        "home.html",
        {
            "next": turns[0] if turns else None,
            "turns": [(turn, turn.is_overdue(today)) for turn in turns[1:]],
            "more_reports": len(reports) > TURNS,
            "next_overdue": bool(turns) and turns[0].is_overdue(today),
            "late": _late_at_school(user, today),
            "inductions": inductions[:ROWS],
            "all_inductions": everybody.count() if len(inductions) > ROWS else None,
            "is_ect": Role.ECT in user.places.roles(),
            "roles": [role.label for role in Role if role in user.places.roles()],
        },
    )


def _late_at_school(user: User, today: date) -> list[tuple[Review, str]]:
    """For a headteacher: overdue reports of the school, and whom each waits for; without those that are theirs to sign."""
    if Role.HEAD not in user.places.roles():
        return []
    found = Review.objects.overdue_at_school(user, today).in_brief().order_by("due_on", "pk")[:TURNS]
    return [(report, waits) for report in found if (waits := report.waits_for(user))]


def _failed_jobs(user: User) -> list[Turn]:
    """What the programme administrator has to look at when emails or records could not be made."""
    if Role.PROGRAMME_ADMIN not in user.places.roles():
        return []
    failed = Failure.objects.count()
    about = f"{failed} background job{pluralize(failed)} failed"
    return [Turn("See what failed", about, reverse("jobs"))] if failed else []


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
    if request.method == "POST":
        key = request.POST.get("job", "").replace("\0", "")  # which PostgreSQL takes for no text
        failed = get_object_or_404(Failure, pk=key)
        async_task(failed.func, *failed.args)
        failed.delete()
        messages.success(request, "The job will be tried again in a moment.")
        return redirect("jobs")
    failures = Paginator(Failure.objects.order_by("-stopped", "pk"), ROWS).get_page(request.GET.get("page"))
    for failure in failures:
        failure.words = JOBS.get(failure.func, failure.func)
    return render(request, "jobs.html", {"failures": failures})


# What goes wrong


def forbidden_form(request, reason=""):
    """A form whose token is not the session's: signed in again meanwhile, or cookies lost. What was typed is kept.

    Only if the form is ours: what another site made up must not get a token and a button by which to be sent.
    """
    ours = f"{request.scheme}://{request.get_host()}/"
    came_from = request.headers.get("Origin") or request.headers.get("Referer", "")
    return session_ended(request) if f"{came_from}/".startswith(ours) else forbidden(request, reason)


def form_token(request):
    """The token of this session, for the page that `session_ended` shows. No other site can read it."""
    return JsonResponse({"token": get_token(request)})


def bad_request(request, exception):
    return render(request, "400.html", status=400)


def forbidden(request, exception):
    return render(request, "403.html", status=403)


def not_found(request, exception):
    return render(request, "404.html", status=404)


def server_error(request):
    return render(request, "500.html", status=500)
