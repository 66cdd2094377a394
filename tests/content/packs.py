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


READING = """\
slug: reading
title: Something to read
edition: "2026"
programmes:
  - slug: one-programme
    title: One programme
    summary: Two years.
statements:
  - code: "8.3"
    text: Reflection helps.
  - code: "8.e"
    text: Reflect with a colleague.
references:
  - slug: author-2020
    text: Author (2020)
    url: https://example.org/author
  - slug: other-2021
    text: Other (2021)
templates:
  - slug: small-audit
    kind: audit
    title: Small audit
    sections:
      - key: first
        title: I can
        kind: rating
        options: [No, Yes]
modules:
  - slug: first-module
    programme: one-programme
    year: 1
    number: 1
    title: First module
    summary: All that is first.
    audit: small-audit
  - slug: second-module
    programme: one-programme
    year: 2
    title: Second module
    summary: All that is second.
studies:
  - slug: talking
    module: first-module
    kind: elective
    number: 3
    title: On talking
    summary: Read about **talk**.
    area: How pupils talk
    sections:
      - slug: welcome
        title: Welcome
        audience: ect
        minutes: 2
        text: |
          ### Why

          Because <b>talk</b> matters.
        shows: scenarios
      - slug: pairs
        title: Pairs
        audience: ect
        minutes: 5
        text: Pupils talk in pairs.
        school_example: What pairs look like here.
        reflection: What did you hear?
        ingredients:
          - slug: purpose
            title: A purpose
            text: They know why they talk.
        statements: ["8.3", "8.e"]
        references: [author-2020, other-2021]
      - slug: early-years
        title: In the early years
        audience: ect
        minutes: 3
        phases: [eyfs]
        text: Young children talk.
      - slug: next
        title: What next
        audience: ect
        minutes: 1
        text: Choose one.
        shows: actions
      - slug: for-mentors
        title: Pairs, for mentors
        audience: mentor
        minutes: 4
        text: Ask what was heard.
        beside: pairs
      - slug: options
        title: The options
        audience: mentor
        minutes: 1
        text: Which would you choose?
        shows: scenario_options
      - slug: about
        title: About this study
        audience: both
        minutes: 1
        text: It was written in a week.
    scenarios:
      - slug: ms-early
        phase: eyfs
        title: Ms Early
        text: Teaches reception.
        options: [Sing with them]
      - slug: mr-late
        phase: secondary
        title: Mr Late
        text: Teaches Year 9.
        options: [Wait longer]
    actions:
      - slug: listen
        title: Listen to one pair
        text: For a minute.
        ingredients: [pairs/purpose]
      - slug: rest
        title: Have a rest
        text: After that.
        ingredients: [pairs/purpose]
  - slug: handbook
    module: second-module
    kind: handbook
    title: Handbook
    summary: For mentors.
    sections:
      - slug: page-one
        title: Page one
        audience: mentor
        minutes: 2
        text: Read it once.
sessions:
  - slug: week-one
    module: first-module
    week: 1
    title: Talk about talk
    summary: Bring what you heard.
    statements: ["8.3"]
    audit: start
    agenda:
      - slug: review
        title: Review
        minutes: 5
        text: Look back.
      - slug: practice
        title: Theory to practice
        minutes: 35
        text: Choose.
        activities:
          - slug: listen
            title: Listen together
            text: To a recording.
            supports: [Stop it often]
          - slug: plan
            title: Plan together
            text: A question for pairs.
            supports: [Say who asks it]
  - slug: week-two
    module: first-module
    week: 2
    title: Again
    summary: Talk again.
    agenda:
      - slug: review
        title: Review
        minutes: 5
        text: Look back.
"""


WITHOUT_NUMBER = """\
  - slug: a-module
    programme: one-programme
    year: 1
    title: A module
    summary: One without a number.
    audit: small-audit
"""  # for the modules of READING


def to_read(before: str = "", after: str = "") -> list[Source]:
    """The pack to read, with one piece of its text replaced; the text has to be there."""
    assert before in READING
    return [Source("reading.yaml", READING.replace(before, after, 1).encode())]
