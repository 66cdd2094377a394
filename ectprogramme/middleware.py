"""What holds for every page: kept out of caches, an end to each session, sign-in first, and a second factor for some."""

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
    """Every page needs sign-in unless its view says otherwise; a form sent after the session ended keeps what was typed."""

    def handle_no_permission(self, request, view_func):
        if request.method == "POST":
            return session_ended(request)
        return super().handle_no_permission(request, view_func)


def session_ended(request):
    """The page for a form that arrives without a session: what was typed, ready to be sent again after signing in."""
    if request.headers.get("HX-Request"):
        return render(request, "components/session_ended_notice.html", status=403)
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]
    return render(request, "403_session.html", {"typed": typed, "files": bool(request.FILES)}, status=403)


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
