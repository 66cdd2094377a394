"""The worked examples of the specification by their numbers, then what must hold for every induction."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from people.terms import PlainTerm, academic_terms, school_day_before_end, school_days, working_day
from reviews.calendar import Kind, reached_on, schedule, weekdays

TERMS = [
    PlainTerm("Autumn 2025", date(2025, 9, 1), date(2025, 12, 19), date(2025, 10, 27), date(2025, 10, 31)),
    PlainTerm("Spring 2026", date(2026, 1, 5), date(2026, 3, 27), date(2026, 2, 16), date(2026, 2, 20)),
    PlainTerm("Summer 2026", date(2026, 4, 13), date(2026, 7, 20), date(2026, 5, 25), date(2026, 5, 29)),
    PlainTerm("Autumn 2026", date(2026, 9, 1), date(2026, 12, 18), date(2026, 10, 26), date(2026, 10, 30)),
    PlainTerm("Spring 2027", date(2027, 1, 4), date(2027, 3, 25), date(2027, 2, 15), date(2027, 2, 19)),
    PlainTerm("Summer 2027", date(2027, 4, 12), date(2027, 7, 21), date(2027, 5, 31), date(2027, 6, 4)),
]
LONG = [*TERMS, *academic_terms(2027), *academic_terms(2028)]
START = date(2025, 9, 1)
REVIEW, FIRST, FINAL = Kind.PROGRESS_REVIEW, Kind.FIRST_ASSESSMENT, Kind.FINAL_ASSESSMENT


def of_one_pattern(fte="1", *, starts_on=START, terms=LONG, **rules):
    return schedule(starts_on=starts_on, patterns=[(starts_on, Decimal(fte))], terms=terms, **rules)


def in_short(plan):
    return [(slot.kind, slot.term_name) for slot in plan.slots]


def test_kinds_are_named_in_words():
    assert [kind.label for kind in Kind] == ["Progress review", "First formal assessment", "Final formal assessment"]


@pytest.mark.parametrize(
    ("first", "last", "number"),
    [
        (date(2026, 9, 1), date(2026, 9, 1), 1),
        (date(2026, 9, 5), date(2026, 9, 6), 0),  # a weekend
        (date(2026, 9, 4), date(2026, 9, 7), 2),
        (date(2026, 9, 7), date(2026, 9, 20), 10),
    ],
)
def test_weekdays_are_counted_with_both_ends(first, last, number):
    assert weekdays(first, last) == number


def test_a_full_time_induction_has_six_reports():  # examples 1 and 11
    plan = of_one_pattern(terms=TERMS)

    assert [(slot.number, slot.term_name, slot.kind, slot.due_on) for slot in plan.slots] == [
        (1, "Autumn 2025", REVIEW, date(2025, 12, 5)),
        (2, "Spring 2026", REVIEW, date(2026, 3, 13)),
        (3, "Summer 2026", FIRST, date(2026, 7, 6)),
        (4, "Autumn 2026", REVIEW, date(2026, 12, 4)),
        (5, "Spring 2027", REVIEW, date(2027, 3, 11)),
        (6, "Summer 2027", FINAL, date(2027, 7, 7)),
    ]
    assert [slot.served for slot in plan.slots] == [1, 2, 3, 4, 5, 6]
    assert [slot.fte for slot in plan.slots] == [Decimal(1)] * 6
    assert [slot.reached_on for slot in plan.slots] == [None, None, date(2026, 7, 20), None, None, date(2027, 7, 21)]
    assert [(slot.period_from, slot.period_to) for slot in plan.slots] == [
        (date(2025, 9, 1), date(2025, 12, 19)),
        (date(2025, 12, 20), date(2026, 3, 27)),
        (date(2026, 3, 28), date(2026, 7, 20)),
        (date(2026, 7, 21), date(2026, 12, 18)),
        (date(2026, 12, 19), date(2027, 3, 25)),
        (date(2027, 3, 26), date(2027, 7, 21)),
    ]
    assert not plan.runs_out


def test_at_three_days_a_week_the_first_assessment_is_in_the_fifth_term_and_the_final_in_the_tenth():  # example 2
    plan = of_one_pattern("0.6")

    assert in_short(plan) == [
        (REVIEW, "Autumn 2025"),
        (REVIEW, "Spring 2026"),
        (REVIEW, "Summer 2026"),
        (REVIEW, "Autumn 2026"),
        (FIRST, "Spring 2027"),
        (REVIEW, "Summer 2027"),
        (REVIEW, "Autumn 2027"),
        (REVIEW, "Spring 2028"),
        (REVIEW, "Summer 2028"),
        (FINAL, "Autumn 2028"),
    ]
    assert [slot.served for slot in plan.slots] == [Fraction(6 * number, 10) for number in range(1, 11)]
    assert plan.slots[4].reached_on == date(2027, 3, 25)


def test_four_fifths_reaches_half_in_the_fourth_term_which_has_no_review():  # example 3
    plan = of_one_pattern("0.8")

    first, final = plan.slots[3], plan.slots[7]
    assert [slot.kind for slot in plan.slots] == [REVIEW] * 3 + [FIRST] + [REVIEW] * 3 + [FINAL]
    assert (first.term_name, first.reached_on, first.due_on) == ("Autumn 2026", date(2026, 11, 24), date(2026, 11, 24))
    spring_2028 = school_days(LONG[7])
    assert (final.term_name, final.reached_on) == ("Spring 2028", spring_2028[len(spring_2028) // 2])
    assert final.due_on == working_day(final.reached_on, 10) < school_day_before_end(LONG[7], 10)


def test_nine_tenths_has_its_first_assessment_due_on_the_day_half_is_reached():  # example 4
    plan = of_one_pattern("0.9")

    first = plan.slots[3]
    assert [slot.kind for slot in plan.slots] == [REVIEW] * 3 + [FIRST] + [REVIEW] * 2 + [FINAL]
    assert (first.reached_on, first.due_on) == (date(2026, 10, 5), date(2026, 10, 5))
    assert (first.period_to, plan.slots[4].period_from) == (date(2026, 10, 5), date(2026, 10, 6))
    assert first.served == Fraction(27, 10) + Fraction(9, 10) * Fraction(25, 74)


def test_personal_terms_of_one_who_joins_half_way():  # example 5
    joined = date(2025, 11, 3)

    ends = [
        reached_on(Fraction(number), starts_on=joined, patterns=[(joined, Decimal(1))], terms=TERMS)
        for number in range(1, 7)
    ]

    assert ends == [date(2026, 2, 13), date(2026, 6, 8), date(2026, 11, 2), date(2027, 2, 11), date(2027, 6, 8), None]


def test_one_who_joins_half_way_is_reviewed_with_the_school():  # example 5, aligned
    plan = of_one_pattern(starts_on=date(2025, 11, 3))

    assert [(slot.number, slot.due_on) for slot in plan.slots[:3]] == [
        (1, date(2025, 12, 5)),
        (2, date(2026, 3, 13)),
        (3, date(2026, 7, 6)),
    ]
    assert plan.slots[0].period_from == date(2025, 11, 3)
    assert plan.slots[0].served == Fraction(35, 75)
    assert (plan.slots[3].kind, plan.slots[3].reached_on) == (FIRST, date(2026, 11, 2))


def test_a_change_of_working_pattern_counts_from_its_day():  # example 6
    plan = schedule(starts_on=START, patterns=[(date(2026, 1, 5), Decimal("0.6")), (START, Decimal(1))], terms=LONG)

    first = plan.slots[4]
    assert [slot.served for slot in plan.slots[:4]] == [1, Fraction(16, 10), Fraction(22, 10), Fraction(28, 10)]
    assert [slot.fte for slot in plan.slots[:2]] == [Decimal(1), Decimal("0.6")]
    assert (first.kind, first.term_name, first.reached_on) == (FIRST, "Spring 2027", date(2027, 1, 27))


def test_a_change_of_working_pattern_in_mid_term_counts_by_school_days():
    after_half_term = date(2025, 11, 3)
    plan = schedule(starts_on=START, patterns=[(START, Decimal(1)), (after_half_term, Decimal("0.5"))], terms=TERMS)

    assert plan.slots[0].served == Fraction(40, 75) + Fraction(35, 75) / 2
    assert plan.slots[0].fte == Decimal("0.5")


def test_days_before_the_first_pattern_count_for_nothing():
    plan = schedule(starts_on=START, patterns=[(date(2026, 1, 1), Decimal(1))], terms=TERMS)

    assert [(slot.fte, slot.served) for slot in plan.slots[:2]] == [(0, 0), (1, 1)]


@pytest.mark.parametrize(
    ("fte", "first", "final"),
    [
        ("1", 3, 6),
        ("0.9", 4, 7),
        ("0.8", 4, 8),
        ("0.6", 5, 10),
        ("0.5", 6, 12),
        ("0.4", 8, 15),
        ("0.2", 15, 30),
    ],
)
def test_the_terms_of_both_assessments_by_working_pattern(fte, first, final):
    terms = [term for year in range(2025, 2036) for term in academic_terms(year)]

    plan = of_one_pattern(fte, terms=terms)

    expected = [REVIEW] * (first - 1) + [FIRST] + [REVIEW] * (final - first - 1) + [FINAL]
    assert [slot.kind for slot in plan.slots] == expected


def test_the_order_of_the_terms_does_not_matter():
    assert of_one_pattern(terms=TERMS[::-1]) == of_one_pattern(terms=TERMS)


def test_terms_before_the_start_and_terms_of_no_school_day_are_passed_over():
    weekend = PlainTerm("Weekend", date(2025, 12, 27), date(2025, 12, 28))

    plan = of_one_pattern(terms=[*academic_terms(2024), weekend, *TERMS])

    assert plan == of_one_pattern(terms=TERMS)


def test_an_induction_that_starts_in_the_holidays_has_its_first_period_from_then():
    plan = of_one_pattern(starts_on=date(2025, 8, 11), terms=TERMS)

    assert plan.slots[0].period_from == date(2025, 8, 11)
    assert plan.slots[1:] == of_one_pattern(terms=TERMS).slots[1:]


def test_one_who_joins_on_the_due_date_is_reviewed_in_that_term():
    assert of_one_pattern(starts_on=date(2025, 12, 5)).slots[0].due_on == date(2025, 12, 5)


def test_one_who_joins_after_the_due_date_is_first_reviewed_in_the_next_term():
    plan = of_one_pattern(starts_on=date(2025, 12, 8))

    first = plan.slots[0]
    assert (first.kind, first.number, first.term_name, first.due_on) == (REVIEW, 2, "Spring 2026", date(2026, 3, 13))
    assert (first.period_from, first.period_to) == (date(2025, 12, 8), date(2026, 3, 27))
    assert first.served == Fraction(10, 75) + 1


def test_the_first_review_comes_within_one_term_of_the_start():
    joined = school_day_before_end(TERMS[4], 9)

    first, second = of_one_pattern(starts_on=joined).slots[:2]

    assert (first.term_name, first.due_on) == ("Summer 2027", date(2027, 7, 5))  # by the rule alone, 7 July
    assert first.why.endswith("The first one is due no later than one term after the start.")
    assert second.due_on == school_day_before_end(LONG[6], 10)


def test_half_served_after_the_due_date_leaves_the_due_date():
    first = of_one_pattern(starts_on=date(2025, 12, 8)).slots[2]

    assert (first.kind, first.due_on, first.reached_on) == (FIRST, date(2026, 12, 4), date(2026, 12, 7))
    assert first.period_to == first.reached_on


def test_the_whole_served_shortly_before_the_due_date_leaves_the_due_date():
    final = of_one_pattern(starts_on=date(2025, 11, 26)).slots[-1]

    due_on = school_day_before_end(LONG[6], 10)
    assert final.kind == FINAL
    assert final.reached_on < due_on < working_day(final.reached_on, 10)
    assert final.due_on == due_on


def test_an_induction_reduced_to_one_term_has_the_final_assessment_only():
    plan = of_one_pattern(terms=TERMS, required_terms=Fraction(1))

    assert [(slot.kind, slot.reached_on, slot.served) for slot in plan.slots] == [(FINAL, date(2025, 12, 19), 1)]


def test_a_reduced_induction_has_its_first_assessment_at_half_of_it():
    plan = of_one_pattern(terms=TERMS, required_terms=Fraction(4))

    assert [slot.kind for slot in plan.slots] == [REVIEW, FIRST, REVIEW, FINAL]


def test_an_extended_induction_goes_on_into_the_next_term():
    plan = of_one_pattern(required_terms=Fraction(13, 2))

    assert [slot.kind for slot in plan.slots] == [REVIEW] * 3 + [FIRST] + [REVIEW] * 2 + [FINAL]
    assert "(3.25 full-time terms)" in plan.slots[3].why
    assert "(6.5 full-time terms)" in plan.slots[6].why


def test_the_final_assessment_wins_a_term_in_which_both_amounts_are_reached():
    plan = of_one_pattern(starts_on=date(2025, 11, 3), terms=TERMS, required_terms=Fraction(6, 5))

    assert in_short(plan) == [(REVIEW, "Autumn 2025"), (FINAL, "Spring 2026")]


def test_an_assessment_in_a_term_joined_after_its_due_date_is_due_when_half_is_reached():
    joined = date(2025, 9, 29)

    first = of_one_pattern(starts_on=joined, terms=TERMS, required_terms=Fraction(6, 5), days_before_end=70).slots[0]

    assert school_day_before_end(TERMS[0], 70) < joined
    assert (first.kind, first.term_name) == (FIRST, "Autumn 2025")
    assert first.due_on == first.reached_on > joined


def test_an_induction_is_never_shorter_than_one_term():
    with pytest.raises(ValueError, match="at least one term"):
        of_one_pattern(required_terms=Fraction(1, 2))


ASKED = "The appropriate body asks for reports 10 school days before the end of term."


@pytest.mark.parametrize(
    ("fte", "position", "why"),
    [
        (
            "1",
            0,
            f"Autumn 2025 ends on 19 December 2025. {ASKED} A term without a formal assessment has a progress review.",
        ),
        (
            "1",
            2,
            f"Summer 2026 ends on 20 July 2026. {ASKED} Half of the induction (3 full-time terms) is served on "
            "20 July 2026, so this term has the first formal assessment.",
        ),
        (
            "0.9",
            3,
            f"Autumn 2026 ends on 18 December 2026. {ASKED} Half of the induction (3 full-time terms) is served on "
            "5 October 2026, so this term has the first formal assessment. It is due on that day.",
        ),
        (
            "1",
            5,
            f"Summer 2027 ends on 21 July 2027. {ASKED} The whole induction (6 full-time terms) is served on "
            "21 July 2027, so this term has the final formal assessment.",
        ),
        (
            "0.9",
            6,
            f"Autumn 2027 ends on 17 December 2027. {ASKED} The whole induction (6 full-time terms) is served on "
            "15 November 2027, so this term has the final formal assessment. It is due within 10 working days "
            "beginning with that day.",
        ),
    ],
)
def test_each_date_is_explained(fte, position, why):
    assert of_one_pattern(fte).slots[position].why == why


@pytest.mark.parametrize(
    ("days", "asked", "due_on"),
    [
        (0, "reports on the last school day of term.", date(2025, 12, 19)),
        (1, "reports 1 school day before the end of term.", date(2025, 12, 18)),
        (2, "reports 2 school days before the end of term.", date(2025, 12, 17)),
    ],
)
def test_what_the_appropriate_body_asks_for_is_said(days, asked, due_on):
    slot = of_one_pattern(days_before_end=days).slots[0]

    assert asked in slot.why
    assert slot.due_on == due_on


def test_an_amount_of_one_term_is_said_in_the_singular():
    assert "(1 full-time term)" in of_one_pattern(required_terms=Fraction(1)).slots[0].why


@pytest.mark.parametrize(
    ("terms", "missing"),
    [
        ([], "2025 to 2026"),
        (academic_terms(2023), "2025 to 2026"),
        (TERMS[:1], "2025 to 2026"),
        (TERMS[:2], "2025 to 2026"),
        (TERMS[:3], "2026 to 2027"),
        (TERMS[:5], "2026 to 2027"),
    ],
)
def test_missing_term_dates_are_named(terms, missing):
    plan = of_one_pattern(terms=terms)

    assert plan.runs_out
    assert plan.note == (
        f"The school’s term dates end before the induction does. Add the term dates of the school year {missing}."
    )


def test_reports_are_known_as_far_as_the_term_dates_reach():
    assert of_one_pattern(terms=TERMS[:4]).slots == of_one_pattern(terms=TERMS).slots[:4]


@st.composite
def term_tables(draw):
    """Terms as generated for a few school years, or of any length and distance, some of them without a school day."""
    if draw(st.booleans()):
        first = draw(st.integers(2020, 2035))
        return [term for year in range(first, first + 5) for term in academic_terms(year)]
    table, day = [], draw(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
    for number in range(draw(st.integers(1, 12))):
        starts_on = day + timedelta(days=draw(st.integers(1, 60)))
        day = starts_on + timedelta(days=draw(st.integers(0, 120)))
        table.append(PlainTerm(f"Term {number + 1}", starts_on, day))
    return table


FTES = st.sampled_from([Decimal(n) / 20 for n in range(2, 21)])


@st.composite
def inductions(draw):
    terms = draw(term_tables())
    starts_on = terms[0].starts_on + timedelta(days=draw(st.integers(-40, 200)))
    later = draw(st.dictionaries(st.integers(1, 900), FTES, max_size=4))
    patterns = [(starts_on, draw(FTES)), *((starts_on + timedelta(days=n), fte) for n, fte in later.items())]
    return {
        "starts_on": starts_on,
        "patterns": patterns,
        "terms": terms,
        "required_terms": draw(st.sampled_from([Fraction(n, 4) for n in range(4, 33)])),
        "days_before_end": draw(st.integers(0, 40)),
    }


@given(inductions())
@settings(deadline=None, max_examples=60)
def test_every_schedule_keeps_the_rules(induction):
    plan = schedule(**induction)
    slots, starts_on = plan.slots, induction["starts_on"]
    terms = {term.name: term for term in induction["terms"]}
    taught = [term for term in terms.values() if any(day >= starts_on for day in school_days(term))]

    # One report in each term, but that the term joined may have none; none after the final assessment.
    names = [term.name for term in taught]
    skipped = bool(slots) and slots[0].number == 2
    assert [slot.term_name for slot in slots] == names[skipped : skipped + len(slots)]
    assert [slot.number for slot in slots] == list(range(1 + skipped, len(slots) + 1 + skipped))
    if skipped:
        assert school_day_before_end(taught[0], induction["days_before_end"]) < starts_on

    kinds = [slot.kind for slot in slots]
    assert kinds.count(FIRST) <= 1
    assert FINAL not in kinds[:-1]
    assert plan.runs_out is (FINAL not in kinds)
    if plan.runs_out and slots:
        assert slots[-1].term_name == names[-1]

    # Due inside its own term and never before the induction; ten working days may end in a half term.
    for slot in slots:
        term = terms[slot.term_name]
        assert slot.due_on in school_days(term) or (
            slot.kind == FINAL
            and slot.due_on == working_day(slot.reached_on, 10)
            and term.half_term_starts_on <= slot.due_on <= term.half_term_ends_on
        )
        assert slot.due_on >= starts_on
        rule = school_day_before_end(term, induction["days_before_end"])
        assert slot.due_on <= rule or rule < starts_on
        assert (slot.reached_on is None) is (slot.kind == REVIEW)
        assert slot.period_to == (slot.reached_on or term.ends_on)

    # Periods abut, and service grows.
    assert [slot.period_from for slot in slots] == [
        starts_on,
        *(slot.period_to + timedelta(days=1) for slot in slots[:-1]),
    ][: len(slots)]
    served = [slot.served for slot in slots]
    assert served == sorted(served)
    assert all(isinstance(total, Fraction) for total in served)


@given(inductions(), FTES)
@settings(deadline=None, max_examples=40)
def test_service_is_the_exact_share_of_each_term(induction, fte):
    starts_on = induction["starts_on"]
    plan = schedule(**induction | {"patterns": [(starts_on, fte)]})
    assume(plan.slots)

    def served(by):
        """Whole terms and parts of terms, counted rather than added up day by day."""
        shares = [
            Fraction(sum(starts_on <= day <= by for day in days), len(days))
            for term in induction["terms"]
            if (days := school_days(term))
        ]
        return sum(shares) * Fraction(fte)

    required = induction["required_terms"]
    amounts = {FIRST: required / 2, FINAL: required}
    for slot in plan.slots:
        assert slot.served == served(slot.period_to)
        if slot.reached_on:
            assert served(slot.reached_on - timedelta(days=1)) < amounts[slot.kind] <= slot.served
        elif slot is plan.slots[0]:
            assert served(slot.due_on - timedelta(days=1)) < fte  # within one term of the start
