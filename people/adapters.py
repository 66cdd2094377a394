"""How sign-in differs from allauth's own: nobody signs themself up, what happens at the door is logged, and our words."""

import logging
import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.cache import cache
from django.urls import reverse
from django_q.tasks import async_task

log = logging.getLogger("ectprogramme.door")


class RealPeopleBackend(AuthenticationBackend):
    """Keeps the demonstration's people out where the demonstration is off: anybody can know their password."""

    def user_can_authenticate(self, user):
        """Asked with each request of a session that has begun."""
        return self._belongs_here(user) and super().user_can_authenticate(user)

    def _check_password(self, user, password):
        """At sign-in they are as unknown as an address that nobody has: of an account that is closed allauth tells."""
        return super()._check_password(user if self._belongs_here(user) else None, password)

    @staticmethod
    def _belongs_here(user):
        return settings.DEMONSTRATION or not user.email.lower().endswith("@" + settings.DEMONSTRATION_DOMAIN)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "duplicate_email": "This is your email address already",
        "email_password_mismatch": "The email address or the password is not right",
        "enter_current_password": "This is not your current password",
        "incorrect_password": "The password is not right",
        "rate_limited": "There were too many attempts. Wait a few minutes, then try again",
        "too_many_login_attempts": "There were too many attempts. Wait a few minutes, then try again",
    }

    def send_mail(self, template_prefix, email, context):
        """By the worker, as all mail: a mail server that is down breaks no page, and the queue tries again."""
        about = {"request": self.request, "email": email, "current_site": get_current_site(self.request)}
        message = self.render_mail(template_prefix, email, about | context)
        letter = f"letter-{secrets.token_urlsafe(16)}"
        # no longer than a link in it counts; the queue, which keeps what it has done, has only the name
        cache.set(letter, (message.subject, message.body, email), settings.PASSWORD_RESET_TIMEOUT)
        async_task("people.tasks.send_account_mail", letter)

    def is_open_for_signup(self, request):
        """Schools add their people; nobody makes an account for themself."""
        return False

    def get_password_change_redirect_url(self, request):
        return reverse("account")

    def authentication_failed(self, request, **credentials):
        super().authentication_failed(request, **credentials)
        log.warning("sign-in refused from %s", self.get_client_ip(request))

    def login(self, request, user):
        super().login(request, user)
        log.info("user %s signed in from %s", user.pk, self.get_client_ip(request))

    def logout(self, request):
        log.info("user %s signed out", request.user.pk)
        super().logout(request)


class SecondStepAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "The code is not right, or it was used before. Wait for the next one and enter that",
    }

    def generate_authenticator_name(self, user, type):
        """A name for a key that its owner gave none."""
        return f"Key {Authenticator.objects.filter(user=user, type=type).count() + 1}"
