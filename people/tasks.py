"""What the worker does for people. Each task is safe to run twice."""

from . import actions


def send_notice(notice_id: int) -> None:
    actions.send(notice_id)
