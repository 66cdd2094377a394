"""An ECT's learning log: to read, to filter, to take along, and to add actions to."""

import logging

from allauth.core import ratelimit
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from content.forms import RevisionForm
from content.models import Standard, standard_of
from ectprogramme import gov, pdf
from people.actions import Refused, Stale
from people.models import Induction
from people.permissions import allowed, require
from people.views import choose_ect

from . import actions
from .entries import log_of
from .export import as_csv
from .forms import ActionForm, FilterForm
from .models import LearningAction
from .permissions import RULES
from .workflow import STEPS

log = logging.getLogger("ectprogramme.learning")

PAGE = 30  # entries


def _logs(request):
    """The inductions whose log this person reads."""
    return Induction.objects.in_reach(request.user, RULES["read"])


def home(request):
    """The log, if there is one only; otherwise a list of them."""
    return choose_ect(request, _logs(request), "learning:log", "Learning logs")


def _filtered(request, pk):
    """A log, the form that filters it, and what is left."""
    induction = get_object_or_404(_logs(request), pk=pk)
    entries = log_of(induction, request.user)
    form = FilterForm(request.GET, entries=entries)
    return induction, form, form.of(entries)


def learning_log(request, pk):
    """Every action, audit and reflection of the ECT, the newest first."""
    induction, form, entries = _filtered(request, pk)
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "learning/log.html",
        {
            "induction": induction,
            "form": form,
            "filtered": form.in_words(),
            "page": page,
            "query": query.urlencode(),
            "may_add": allowed(request.user.places.roles_in(induction), RULES["add"], ""),
        },
    )


def _download(request, induction, content, extension, content_type):
    log.info("learning log of induction %s downloaded by user %s", induction.pk, request.user.pk)
    name = slugify(f"learning log {induction.ect}")
    disposition = f'attachment; filename="{name}.{extension}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})


def log_as_csv(request, pk):
    """What the page shows, on all its pages, as a table for a spreadsheet."""
    induction, _, entries = _filtered(request, pk)
    return _download(request, induction, as_csv(entries), "csv", "text/csv; charset=utf-8")


@require_POST
def log_as_pdf(request, pk):
    """The same as a tagged PDF. It takes time to make, so each person has only so many in a while."""
    induction, form, entries = _filtered(request, pk)
    if not ratelimit.consume(request, action="make_pdf"):
        return render(request, "429.html", status=429)
    html = render_to_string(
        "pdf/learning_log.html",
        {"induction": induction, "entries": entries, "filtered": form.in_words(), "made_at": timezone.now()},
    )
    return _download(request, induction, pdf.render(html), "pdf", "application/pdf")


def new_action(request, pk):
    """An action of the ECT's own; `?audit=` and `&statement=` say which statement of an audit it is for."""
    induction = get_object_or_404(_logs(request), pk=pk)
    require(allowed(request.user.places.roles_in(induction), RULES["add"], ""))
    audit, section = _statement(induction, request.GET)
    initial = {}
    if section:
        code = next(iter(section["statements"]), "")
        initial = {"what_for": section["title"], "standard": standard_of(code) if code else ""}
    form = ActionForm(gov.sent(request), initial=initial, button="Add to my learning log")
    if request.method == "POST" and form.is_valid():
        key = section["key"] if section else ""
        actions.add(induction, form.written, by=request.user, audit=audit, section=key)
        messages.success(request, "Added to your learning log.")
        return redirect(audit) if audit else redirect("learning:log", induction.pk)
    return render(request, "learning/new.html", {"induction": induction, "form": form, "section": section})


def _statement(induction, query):
    """The audit and the section that an address names; none where they are not this ECT's."""
    number = query.get("audit", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 16):
        return None, None
    audit = induction.audits.filter(pk=number).first()
    sections = audit.sections if audit else []
    section = next((one for one in sections if one["key"] == query.get("statement")), None)
    return (audit, section) if section else (None, None)


def _fetch(request, pk) -> LearningAction:
    return get_object_or_404(LearningAction.objects.visible_to(request.user).select_related("induction__ect"), pk=pk)


def action(request, pk):
    """One of the ECT's own actions: to read, and for the ECT to change while it is to do."""
    found = _fetch(request, pk)
    context = {"action": found, "steps": [(name, STEPS[name]) for name in found.steps_for(request.user)]}
    if request.method != "POST" and not found.may(request.user, "write"):
        standard = Standard.objects.filter(code=found.standard).first()
        return render(request, "learning/action.html", {**context, "standard": standard})
    require(found.could(request.user, "write"))
    form = ActionForm(gov.sent(request), initial=found.written(), revision=found.revision, button="Save")
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(found, form.written, revision=form.cleaned_data["revision"], by=request.user)
        except Refused as why:
            form.add_error(None, str(why))
        except Stale as stale:
            both = {"theirs": form.stand_on(stale.stored), "saved_at": stale.stored.saved_at}
            return render(request, "learning/change.html", {**context, **both, "form": form}, status=409)
        else:
            messages.success(request, "Saved.")
            return redirect("learning:log", found.induction_id)
    return render(request, "learning/change.html", {**context, "form": form})


@require_POST
def step(request, pk, name):
    """Done, or to be done again."""
    found = _fetch(request, pk)
    if name not in STEPS:
        raise Http404
    require(found.could(request.user, "write"))
    try:
        actions.take_step(found, name, by=request.user, revision=RevisionForm(request.POST).seen)
    except (Refused, Stale) as why:
        messages.error(request, str(why))
        return redirect(found)
    return redirect("learning:log", found.induction_id)
