"""Two small packs to load and to break: a year 2 and a year 1. Each test changes the text that it is about."""

from pathlib import Path

from content.packs import Source

PROGRAMME = Path(__file__).parents[2] / "fixtures" / "packs"

SMALL = """\
slug: small
title: A small pack
edition: "2026"
templates:
  - slug: chat
    kind: meeting
    title: Chat
    sections:
      - key: welcome
        title: Welcome
        kind: text
        private: true
      - key: checks
        title: Checks
        kind: checklist
        needed: true
        options: [Seen, Small]
      - key: log
        title: Log
        kind: rows
        columns:
          - key: what
            title: What
          - key: effect
            title: Effect
cycles:
  - slug: spring
    number: 2
    title: Spring
    summary: A term of small things.
    themes:
      - slug: talk
        number: "2.1"
        title: Talk
        areas:
          - slug: pairs
            title: Pairs
            text: Pupils talk in pairs.
            diagnostic_items:
              - slug: knows
                view: ect
                text: I know why.
              - slug: sees
                view: mentor
                text: Pupils talk.
        examples:
          - slug: one-minute
            title: One minute
            text: Give pairs a minute.
    steps:
      - slug: first
        kind: refocus
        interaction: 1
        half_term: 1
        title: First meeting
        summary: Choose.
        templates: [chat]
        prompts:
          - title: On talk
            theme: talk
            section: welcome
            prompts:
              - Who talks?
      - slug: visit
        kind: drop_in
        half_term: 2
        title: Visit
        summary: Look.
    programme: two-years
programmes:
  - slug: two-years
    title: Two years
    summary: Small things for two years.
"""


YEAR_1 = """\
slug: year-1
title: Year 1
edition: "2026"
programmes:
  - slug: two-years
    title: Two years
    summary: Small things for two years.
guidance:
  - slug: induction
    title: Induction
    edition: April 2026
    url: https://guidance.example/induction
    paragraphs:
      - number: "2.52"
        text: Reviews are termly.
      - number: "2.53"
        text: Targets are agreed.
standards:
  - code: TS8
    title: Wider responsibilities
    points: [Contribute, Work together]
statements:
  - code: "8.3"
    text: Reflection helps.
  - code: 8.e
    text: Engage critically.
references:
  - slug: smith
    text: Smith (2019) On reflecting.
    url: https://works.example/smith
  - slug: jones
    text: Jones (2020) On talking.
templates:
  - slug: module-audit
    kind: audit
    title: Module audit
    sections:
      - key: reflects
        title: I reflect
        kind: rating
        options: [Not yet, Often]
        statements: ["8.3"]
  - slug: chat
    kind: meeting
    title: Chat
    sections:
      - key: welcome
        title: Welcome
        kind: text
modules:
  - slug: growing
    programme: two-years
    year: 1
    number: 4
    title: Growing
    summary: Growing as a teacher.
    audit: module-audit
studies:
  - slug: basics
    module: growing
    kind: core
    number: 1
    title: Basics
    summary: What comes first.
    sections:
      - slug: start
        title: Start
        audience: both
        minutes: 5
        text: Begin.
  - slug: reflecting
    module: growing
    kind: elective
    number: 5
    title: Reflecting
    summary: Thinking about lessons.
    area: Reflection
    after: [basics]
    sections:
      - slug: why
        title: Why reflect?
        audience: ect
        minutes: 15
        phases: [primary, secondary]
        text: "**Because** it helps."
        school_example: How reflecting is done here.
        reflection: When did it help you?
        shows: scenarios
        ingredients:
          - slug: purpose
            title: Clear purpose
            text: Know what for.
          - slug: honesty
            title: Honesty
            text: Say what happened.
        statements: ["8.3", 8.e]
        references: [smith]
      - slug: with-your-ect
        title: With your ECT
        audience: mentor
        minutes: 10
        text: Ask first.
        beside: why
    scenarios:
      - slug: tariq
        phase: primary
        title: Tariq in year 3
        text: Tariq wonders.
        options: [Ask, Watch]
    actions:
      - slug: diary
        title: Keep a diary
        text: Two lines a day.
        ingredients: [why/purpose, why/honesty]
sessions:
  - slug: week-6
    module: growing
    week: 6
    title: Looking back
    summary: Look back and rate.
    statements: [8.e]
    audit: end
    agenda:
      - slug: review
        title: Review
        minutes: 5
        text: How did it go?
      - slug: practice
        title: Theory to practice
        minutes: 35
        text: Choose one.
        activities:
          - slug: watch
            title: Watch a lesson
            text: Watch and talk.
            supports: [Pause, Ask why]
"""


def small(before: str = "", after: str = "") -> list[Source]:
    """The small pack, with one piece of its text replaced; the text has to be there."""
    assert before in SMALL
    return [Source("small.yaml", SMALL.replace(before, after, 1).encode())]


def year_1(*changes: tuple[str, str]) -> list[Source]:
    """The pack of year 1 with pieces of its text replaced; each has to be there."""
    text = YEAR_1
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return [Source("year-1.yaml", text.encode())]


def cut(start: str, end: str) -> tuple[str, str]:
    """For `year_1`: without what is between these two."""
    return YEAR_1[YEAR_1.index(start) : YEAR_1.index(end)], ""
