"""What the worker does for reports. Each task is safe to run twice."""

import logging

from people.models import Induction

from . import actions, records

log = logging.getLogger("ectprogramme.reviews")


def make_pdf(record_id: int) -> None:
    records.make_pdf(record_id)


def plan_all_reviews() -> None:
    """Nightly: new terms, working patterns and due dates reach the reports that nobody has seen yet.

    An induction that cannot be planned stops no other; it makes the job fail in the end, so that it stands on the page of
    failed jobs.
    """
    failed = []
    lasting = Induction.objects.filter(ends_on=None).order_by("pk")
    for induction in lasting.select_related("ect", "school", "appropriate_body"):
        try:
            actions.plan_reviews(induction)
        except Exception:
            log.exception("induction %s cannot be planned", induction.pk)
            failed.append(f"{induction} (induction {induction.pk})")
    if failed:
        raise RuntimeError(f"The reports of these could not be planned, the log says why: {', '.join(failed)}.")
