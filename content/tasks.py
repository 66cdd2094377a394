"""What the worker does for content. Each task is safe to run twice."""

from content import actions


def load_upload(upload_id: int) -> None:
    actions.load_upload(upload_id)
