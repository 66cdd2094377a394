"""What the worker does for reports. Each task is safe to run twice."""

from people.models import Induction

from . import actions, records


def make_pdf(record_id: int) -> None:
    records.make_pdf(record_id)


def plan_all_reviews() -> None:
    """Nightly: new terms, working patterns and due dates reach the reports that nobody has seen yet."""
    for induction in Induction.objects.filter(ends_on=None).select_related("school", "appropriate_body"):
        actions.plan_reviews(induction)
