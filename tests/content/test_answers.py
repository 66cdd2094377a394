"""Two people write in one record: what is kept, section by section."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from content.answers import Conflict, merge, seen, seen_in

ANSWERS = st.dictionaries(
    st.sampled_from(["praise", "probe", "plan"]),
    st.one_of(
        st.sampled_from(["", None, [], True, False, 0, 1, "a", "b", "a\nb", "a\r\nb"]),
        st.text(max_size=5),
        st.lists(st.dictionaries(st.sampled_from(["who", "what"]), st.text(max_size=3)), max_size=2),
    ),
)


unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def same(one, other):
    return seen({"": one}) == seen({"": other})


@pytest.mark.parametrize(
    ("stored", "submitted", "made_from", "kept", "conflict", "outdated"),
    [
        ("old", "old", "old", "old", False, False),  # nobody changed it
        ("old", "mine", "old", "mine", False, False),  # only the writer did
        ("theirs", "old", "old", "theirs", False, True),  # only the other did
        ("same", "same", "old", "same", False, False),  # both, to the same
        ("theirs", "mine", "old", "theirs", True, False),  # both, to different texts
        ("old", "", "old", "", False, False),  # the writer emptied it
        ("", "old", "old", "", False, True),  # the other emptied it
        ("theirs", "", "old", "theirs", True, False),
        ("", "mine", "", "mine", False, False),
        (None, "mine", "", "mine", False, False),  # no answer and an empty text are the same
        (False, True, False, True, False, False),
        (False, "", "", False, False, True),  # "no" is an answer
    ],
)
def test_each_way_in_which_two_people_can_have_written(stored, submitted, made_from, kept, conflict, outdated):
    merged = merge({"probe": stored}, {"probe": submitted}, seen({"probe": made_from}))

    assert merged.answers == {"probe": kept}
    assert merged.conflicts == ([Conflict("probe", stored, submitted)] if conflict else [])
    assert merged.outdated == (["probe"] if outdated else [])


@unhurried
@given(before=ANSWERS, mine=ANSWERS, theirs=ANSWERS)
def test_people_who_write_in_different_sections_keep_everything(before, mine, theirs):
    theirs = {key: value for key, value in theirs.items() if key not in mine}
    stored = merge(before, before | theirs, seen(before)).answers

    merged = merge(stored, before | mine, seen(before))

    assert not merged.conflicts
    for key, answer in (before | mine | theirs).items():
        assert same(merged.answers.get(key), answer)


@unhurried
@given(stored=ANSWERS, submitted=ANSWERS, before=ANSWERS)
def test_every_submitted_text_is_stored_in_conflict_or_as_the_page_had_it(stored, submitted, before):
    merged = merge(stored, submitted, seen(before))

    in_conflict = {conflict.key: conflict for conflict in merged.conflicts}
    for key, answer in submitted.items():
        if key in in_conflict:
            assert same(in_conflict[key].mine, answer)
            assert same(in_conflict[key].theirs, stored.get(key))
            assert same(merged.answers.get(key), stored.get(key))
        elif key in merged.outdated:
            assert same(answer, before.get(key))
            assert same(merged.answers.get(key), stored.get(key))
        else:
            assert same(merged.answers.get(key), answer)
    for key in stored.keys() - submitted.keys():
        assert merged.answers[key] == stored[key]


@unhurried
@given(stored=ANSWERS, submitted=ANSWERS, before=ANSWERS)
@example(stored={"probe": "theirs"}, submitted={"probe": "mine"}, before={"probe": "old"})
def test_sending_the_same_page_again_changes_nothing_and_tells_the_same(stored, submitted, before):
    first = merge(stored, submitted, seen(before))
    again = merge(first.answers, submitted, first.seen)

    assert again == first


def test_what_was_not_sent_is_told_when_somebody_else_has_written_there():
    stored = {"praise": "theirs", "probe": "old", "plan": ""}

    merged = merge(stored, {"probe": "mine"}, seen({"praise": "old", "probe": "old"}), ["praise", "plan"])

    assert merged.answers == stored | {"probe": "mine"}
    assert merged.outdated == ["praise"]
    assert merged.seen["praise"] == seen({"": "old"})[""]


def test_a_conflict_is_settled_by_whoever_has_read_the_other_text():
    stored = {"probe": "theirs"}

    assert merge(stored, {"probe": "mine"}, seen(stored)).answers == {"probe": "mine"}


def test_a_page_without_digests_cannot_overwrite_anything():
    merged = merge({"praise": "theirs"}, {"praise": "mine", "probe": "mine"}, {})

    assert merged.answers == {"praise": "theirs", "probe": "mine"}
    assert merged.conflicts == [Conflict("praise", "theirs", "mine")]


def test_line_ends_of_another_browser_are_no_change():
    stored = {"probe": "one\ntwo", "rows": [{"what": "a\nb"}]}

    merged = merge(stored, {"probe": "one\r\ntwo", "rows": [{"what": "a\rb"}]}, seen(stored))

    assert merged.answers == stored
    assert not merged.conflicts
    assert merge(stored, {"probe": "three\r\nfour"}, seen(stored)).answers["probe"] == "three\nfour"


def test_the_digests_come_back_in_the_forms_hidden_fields():
    assert seen_in({"probe": "text", "seen-probe": "abc", "seen-praise": ""}) == {"probe": "abc", "praise": ""}


def test_a_digest_is_short_and_empty_for_no_answer():
    assert seen({"a": "", "b": None, "c": []}) == {"a": "", "b": "", "c": ""}
    assert len(seen({"a": "x" * 10_000})["a"]) == 16
