"""What the worker does for people. Each task is safe to run twice."""

from django.core.mail import send_mail
from django.core.management import call_command

from . import actions


def send_notice(notice_id: int) -> None:
    actions.send(notice_id)


def send_account_mail(subject: str, text: str, to: str) -> None:
    """About somebody's own account; the words were written when it was asked for. Sent twice it says the same."""
    send_mail(subject, text, None, [to])


def check_events() -> None:
    """Nightly. A broken chain of events makes the job fail, so that it stands on the page of failed jobs."""
    if broken := list(actions.broken_events()):
        raise RuntimeError(" ".join(broken))


def forget_sessions() -> None:
    call_command("clearsessions")
