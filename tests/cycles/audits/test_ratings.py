"""What two ratings say of a statement, and how they are drawn."""

import pytest
from django.template.loader import render_to_string

from cycles.audits.chart import LONGEST, NARROW, WIDE, draw
from cycles.audits.ratings import Rating

FOUR = ("One", "Two", "Three", "Four")
FIVE = (*FOUR, "Five")


def rating(start="", end="", scale=FOUR, number=1, statement="I plan checks."):
    return Rating(number, f"key_{number}", statement, "", ("6.1",), scale, start, end)


@pytest.mark.parametrize(
    ("start", "end", "change"),
    [
        ("One", "Three", "Up 2"),
        ("Four", "Three", "Down 1"),
        ("Two", "Two", "No change"),
        ("Two", "", ""),
        ("", "Two", ""),
        ("Two", "no longer on the scale", ""),
    ],
)
def test_the_change_in_words(start, end, change):
    assert rating(start, end).change == change


@pytest.mark.parametrize(
    ("start", "end", "scale", "needs"),
    [
        ("", "", FOUR, False),
        ("Two", "", FOUR, True),
        ("Three", "", FOUR, False),
        ("One", "Two", FOUR, True),
        ("Two", "Three", FOUR, False),
        ("Four", "Three", FOUR, True),
        ("Two", "Two", FIVE, True),
        ("Three", "Three", FIVE, False),  # the middle is in neither half
        ("Four", "Three", FIVE, True),
    ],
)
def test_support_is_needed_in_the_lower_half_or_after_going_down(start, end, scale, needs):
    assert rating(start, end, scale).needs_support is needs


def test_marks_are_where_the_scale_has_them():
    [drawing] = draw(WIDE, [rating("One", "Three"), rating("Two", number=2), rating(number=3)], ["Start", "End"])
    first, second, third = drawing.rows
    assert (first.start, first.end) == (first.places[0], first.places[2])
    assert (second.start, second.end) == (second.places[1], None)
    assert (third.start, third.end) == (None, None)
    assert WIDE.left < first.places[0] < first.far < WIDE.width
    assert drawing.guides == first.places
    assert [row.top for row in drawing.rows] == sorted(row.top for row in drawing.rows)
    assert drawing.rows[-1].top < drawing.height


@pytest.mark.parametrize("shape", [WIDE, NARROW])
def test_no_line_of_text_is_longer_than_there_is_room_and_no_word_is_lost(shape):
    statement = "I keep marking manageable, and choose between writing, speaking in the lesson and other ways. " * 2
    [drawing] = draw(shape, [rating("One", statement=statement)], ["Start"])
    lines = [words.text for words in drawing.rows[0].lines]
    assert max(map(len, lines)) <= shape.characters
    assert " ".join(lines) == f"1. {statement.strip()}"
    assert lines[0].startswith("1. ")
    middle = drawing.rows[0].middle
    assert drawing.rows[0].top < drawing.rows[0].lines[0].y < middle + 60 < drawing.height + 60


def test_on_a_phone_the_steps_have_numbers_and_their_words_stand_above():
    [drawing] = draw(NARROW, [rating("One")], ["Start"])
    assert [words.text for words in drawing.rows[0].numbers] == ["1", "2", "3", "4"]
    assert [words.text for words in drawing.scale] == ["1 is “One”", "2 is “Two”", "3 is “Three”", "4 is “Four”"]
    assert drawing.guides == []


def test_statements_of_another_scale_get_a_drawing_of_their_own():
    drawings = draw(WIDE, [rating("One"), rating("Five", scale=FIVE, number=2)], ["Start"])
    assert [len(drawing.rows[0].places) for drawing in drawings] == [4, 5]
    assert [drawing.title for drawing in drawings] == [
        "Chart of the ratings of statement 1",
        "Chart of the ratings of statement 2",
    ]


def test_many_statements_are_parted_evenly_so_that_each_drawing_fits_on_a_page():
    drawings = draw(WIDE, [rating("One", number=number) for number in range(1, 41)], ["Start", "End"])
    assert [drawing.first for drawing in drawings] == [1, 15, 28]
    assert max(drawing.height for drawing in drawings) <= LONGEST
    assert drawings[-1].title == "Chart of the ratings of statements 28 to 40"


def test_a_drawing_without_statements_is_none():
    assert draw(WIDE, [], ["Start"]) == []


def test_the_drawing_is_an_image_with_a_title_and_a_description_and_brings_no_style():
    [drawing] = draw(WIDE, [rating("One", "Two", statement="<b>I</b>")], ["Start, today", "End, then"])
    svg = render_to_string("audits/chart.html", {"drawing": drawing})
    assert 'role="img" aria-labelledby="wide-1-title wide-1-text"' in svg
    assert '<title id="wide-1-title">Chart of the ratings of statement 1</title>' in svg
    assert "from “One” to “Four”, with a circle for “Start, today” and a diamond for “End, then”" in svg
    assert "style=" not in svg
    assert "1. &lt;b&gt;I&lt;/b&gt;" in svg
