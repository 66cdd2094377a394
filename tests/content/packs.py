"""A small pack to load and to break: each test changes the text that it is about."""

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


def small(before: str = "", after: str = "") -> list[Source]:
    """The small pack, with one piece of its text replaced; the text has to be there."""
    assert before in SMALL
    return [Source("small.yaml", SMALL.replace(before, after, 1).encode())]
