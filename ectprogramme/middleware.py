"""What holds for every page: kept out of caches, an end to each session, sign-in first, and a second factor for some."""

import re
import time
from contextlib import suppress

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.backends.base import UpdateError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from .spare_writes import spare_write
from .typists import FIELD, other_typist


def private_pages(get_response):
    """No page is kept by a cache or by the back button after signing out (trust 24)."""

    def middleware(request):
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return middleware


def session_clock(get_response):
    """Ends a session after two hours without a request and twelve hours in all (trust 18)."""

    def middleware(request):
        if request.user.is_authenticated:
            now, session = int(time.time()), request.session
            began, seen = session.get("began", now), session.get("seen", now)
            if now - seen > settings.SESSION_IDLE or now - began > settings.SESSION_COOKIE_AGE:
                logout(request)
            elif "began" not in session or now - seen > 300:  # seconds; noted now and then, since each note is a write
                _note(session, began=began, seen=now)
        return get_response(request)

    return middleware


def _note(session, **clock):
    """Saves the clock by itself, before the page: one that only reads does not fail or wait because of it."""
    session.update(clock)
    with suppress(UpdateError):  # what the store makes of a locked database, and of a session that has ended meanwhile
        spare_write(session.save)
    session.modified = False


class SignInRequired(LoginRequiredMiddleware):
    """Every page needs sign-in unless its view says otherwise; a form sent after the session ended keeps what was typed.

    A form that somebody else opened, who was signed in in this browser before, is not done.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.method == "POST" and other_typist(request):
            return session_ended(request)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        if request.method == "POST":
            return session_ended(request)
        return super().handle_no_permission(request, view_func)


def session_ended(request):
    """The page for a form that arrives without the session in which it was opened.

    What was typed is ready to be sent again by whoever opened the form. To anybody else it is not shown either.
    """
    if request.headers.get("HX-Request"):
        return render(request, "components/session_ended_notice.html", status=403)
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]
    context = {
        "opened_by": other_typist(request),
        "sent": sent,
        "typed": [(_in_words(name), value) for name, value in sent if not OURS.match(name) and value.strip()],
        "files": bool(request.FILES),
    }
    return render(request, "403_session.html", context, status=403)


OURS = re.compile(rf"{FIELD}$|revision$|seen\b")  # fields that nobody types in
ROW = re.compile(r"-(\d{1,9})-")


def _in_words(name):
    """The name of a field as it can be read: "targets-0-text" is "Targets 1 text"."""
    counted = ROW.sub(lambda row: f" {int(row[1]) + 1} ", name.removeprefix("answer_"))
    words = re.sub(r"[-_\s]+", " ", counted).strip()
    return words[:1].upper() + words[1:]


def second_factor_required(get_response):
    """Leads those who reach other people's records to set up a second factor before anything else (trust 14)."""
    account = reverse("account_logout").rsplit("logout", 1)[0]

    def middleware(request):
        if (
            settings.SECOND_FACTOR_REQUIRED
            and request.user.is_authenticated
            and not request.path.startswith(account)
            and request.user.needs_second_factor
            and not is_mfa_enabled(request.user)
        ):
            messages.info(request, "Your role needs a second step at sign-in. Set one up to go on.")
            return redirect("mfa_index")
        return get_response(request)

    return middleware
