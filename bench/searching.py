"""Searching a programme of 700 sections, each as long as a page."""

import random
import re
import statistics
import time
from pathlib import Path

from django.conf import settings

from content import search
from content.actions import load
from content.models import StudySection
from content.packs import Source

SECTIONS = 700
WORDS = 600  # of a section
TIMES = 30
QUESTIONS = ["feedback", "small steps", "practice action", "what is the pupil learning of the teacher"]


def slowest() -> float:
    """Milliseconds that the slowest of the questions takes in the server, the median of its times."""
    load([Source("many.yaml", _pack().encode())])
    return max(statistics.median(_times(question)) for question in QUESTIONS)


def _times(question: str) -> list[float]:
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        assert search.find(question, mentors_pages=True).total
        times.append((time.perf_counter() - began) * 1000)
    return times


def _pack() -> str:
    """Sections of the handbook's words in another order, beside a study of which there is one already."""
    handbook = Path(settings.BASE / "fixtures" / "packs" / "mentor-handbook.yaml").read_text(encoding="utf-8")
    words, order = re.findall(r"[a-z]{2,}", handbook), random.Random(1)
    module = StudySection.objects.select_related("study__module")[0].study.module
    head = (
        f'slug: many\ntitle: Many\nedition: "1"\nstudies:\n  - slug: many\n    module: {module.slug}\n    kind: core\n'
    )
    sections = "".join(
        f"      - slug: s{number}\n        title: Section {number}\n        audience: both\n        minutes: 3\n"
        f"        text: {' '.join(order.choices(words, k=WORDS))}\n"
        for number in range(SECTIONS)
    )
    return f"{head}    title: Many\n    summary: Many sections\n    sections:\n{sections}"
