"""What the worker does for people. Each task is safe to run twice."""

from django.core.cache import cache
from django.core.mail import send_mail
from django.core.management import call_command

from . import actions


def send_notice(notice_id: int) -> None:
    actions.send(notice_id)


def send_account_mail(letter: str) -> None:
    """About somebody's own account; the words were written when it was asked for, and are forgotten once sent."""
    if written := cache.get(letter):
        subject, text, to = written
        send_mail(subject, text, None, [to])
        cache.delete(letter)


def check_events() -> None:
    """Nightly. A broken chain of events makes the job fail, so that it stands on the page of failed jobs."""
    if broken := list(actions.broken_events()):
        raise RuntimeError(" ".join(broken))


def forget_sessions() -> None:
    call_command("clearsessions")
