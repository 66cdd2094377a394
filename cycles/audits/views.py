"""The audits of an ECT's modules, rating one, and both ratings side by side on a page and as a PDF."""

import logging

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from content.models import Module
from cycles.forms import in_words
from ectprogramme import gov, pdf
from people.actions import Refused, Stale
from people.models import Induction
from people.permissions import allowed, require
from people.views import choose_ect

from . import actions
from .chart import NARROW, WIDE, draw
from .forms import BeginForm, RatingForm, differing
from .models import Audit
from .permissions import RULES
from .workflow import OPEN

log = logging.getLogger("ectprogramme.audits")


def _inductions(request):
    """Those whose audits this person reads."""
    return Induction.objects.in_reach(request.user, RULES["read"])


def home(request):
    """The audits of one ECT, if there is one only; otherwise a list of ECTs."""
    return choose_ect(request, _inductions(request), "audits:list", "Module audits")


def audit_list(request, pk):
    """The modules that have an audit, and where each of this ECT's audits is. The ECT begins one here."""
    induction = get_object_or_404(_inductions(request), pk=pk)
    may_begin = allowed(request.user.places.roles_in(induction), RULES["begin"], "")
    if request.method == "POST":
        require(may_begin)
        form = BeginForm(request.POST)
        slug = form.cleaned_data["module"] if form.is_valid() else ""
        module = get_object_or_404(Module.objects.current().select_related("audit"), slug=slug)
        try:
            begun = actions.begin(induction, module, by=request.user)
        except Refused as why:
            messages.error(request, str(why))
            return redirect("audits:list", induction.pk)
        return redirect(begun.rate_url)
    audits = list(induction.audits.select_related("module"))
    to_begin = actions.modules_of(induction).filter(audit__isnull=False, audit__retired=False)
    return render(
        request,
        "audits/list.html",
        {
            "induction": induction,
            "audits": [(audit, audit.may(request.user, "rate")) for audit in audits],
            "to_begin": to_begin.exclude(pk__in=[audit.module_id for audit in audits]),
            "may_begin": may_begin,
        },
    )


def _fetch(request, pk) -> Audit:
    return get_object_or_404(Audit.objects.visible_to(request.user).select_related("induction__ect", "module"), pk=pk)


def audit(request, pk):
    """The ratings that are complete, as a chart and a table, and what still needs support."""
    return _page(request, _fetch(request, pk))


def _page(request, found, *, status=200, **context):
    return render(
        request,
        "audits/audit.html",
        {
            **_said(found),
            "may_rate": found.may(request.user, "rate"),
            "may_act": found.could(request.user, "rate"),
            **context,
        },
        status=status,
    )


def _said(found):
    """What page and PDF say of an audit."""
    ratings = found.ratings()
    legend = [f"{moment.capitalize()}, {on.day} {on:%B %Y}" for moment, on, _ in found.completed()]
    made = _actions_from(found)
    return {
        "audit": found,
        "ratings": [(rating, made.get(rating.key, [])) for rating in ratings],
        "wide": draw(WIDE, ratings, legend) if legend else [],
        "narrow": draw(NARROW, ratings, legend) if legend else [],
        "support": any(rating.needs_support for rating in ratings),
        "remarks": [
            (title, [(name, in_words(answer)) for name, answer in answers]) for title, answers in found.remarks()
        ],
    }


def _actions_from(found: Audit):
    """What the ECT has made of each statement so far, by key."""
    made: dict[str, list] = {}
    for action in found.learning_actions.order_by("pk"):
        made.setdefault(action.section, []).append(action)
    return made


def rate(request, pk, moment):
    """The ECT rates the statements, saved as they are chosen. Completing asks for what is missing."""
    found = _fetch(request, pk)
    if moment not in OPEN:
        raise Http404
    require(found.could(request.user, "rate"))
    if request.method != "POST" and found.state != moment:
        return redirect(found)
    only = gov.touched(request)
    form = RatingForm(gov.sent(request), audit=found, moment=moment, autosave=request.path, only=only)
    if request.method == "POST" and (form.is_valid() or (request.htmx and not form.changes_rows)):
        answers = form.answers
        try:
            stored = actions.rate(found, moment, answers, revision=form.cleaned_data.get("revision"), by=request.user)
        except Refused as why:
            return _too_late(request, pk, form, why)
        except Stale as stale:
            return _stale(request, found, form, stale.stored)
        if request.htmx:
            context = {"saved_at": stored.saved_at, "revision": stored.revision, "unsaved": form.unsaved}
            return render(request, "components/saved.html", context)
        if "complete" not in request.POST:
            messages.success(request, "Saved. You can come back to it at any time.")
            return redirect(found)
        missing = stored.missing()
        if not missing:
            return _complete(request, stored, moment)
        form.stand_on(stored)
        form.ask_for(missing)
    return render(request, "audits/rate.html", {"audit": found, "form": form})


def _complete(request, found, moment):
    try:
        actions.take_step(found, f"complete_{moment}", by=request.user)
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, "Completed. Your mentor has been told.")
    return redirect(found)


def _stale(request, found, form, stored):
    """Another window has saved something else: both versions."""
    if request.htmx:
        return render(request, "components/saved_elsewhere.html", status=409)
    context = {"audit": found, "form": form, "theirs": form.stand_on(stored), "saved_at": stored.saved_at}
    return render(request, "audits/rate.html", context, status=409)


def _too_late(request, pk, form, why):
    """The rating was completed while this page was open: whatever is not in it is shown."""
    if request.htmx:
        return render(request, "components/saved_elsewhere.html", status=409)
    found = _fetch(request, pk)
    unsaved = differing(form.sections, form.answers, found.answers(form.moment))
    return _page(request, found, status=409, why=why, unsaved=unsaved)


@require_POST
def as_pdf(request, pk):
    """The page as a tagged PDF, to take along. It takes time to make, so each person has only so many in a while."""
    found = _fetch(request, pk)
    if not ratelimit.consume(request, action="make_pdf"):
        return render(request, "429.html", status=429)
    log.info("audit %s downloaded by user %s", found.pk, request.user.pk)
    html = render_to_string("pdf/audit.html", {**_said(found), "made_at": timezone.now()})
    name = slugify(f"{found.title} {found.induction.ect}")
    return HttpResponse(
        pdf.render(html),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
    )
