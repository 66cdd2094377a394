"""How sign-in differs from allauth's own: nobody signs themself up, and what happens at the door is logged."""

import logging

from allauth.account.adapter import DefaultAccountAdapter

log = logging.getLogger("ectprogramme.door")


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """Schools add their people; nobody makes an account for themself."""
        return False

    def authentication_failed(self, request, **credentials):
        super().authentication_failed(request, **credentials)
        log.warning("sign-in refused from %s", self.get_client_ip(request))

    def login(self, request, user):
        super().login(request, user)
        log.info("user %s signed in from %s", user.pk, self.get_client_ip(request))

    def logout(self, request):
        log.info("user %s signed out", request.user.pk)
        super().logout(request)
