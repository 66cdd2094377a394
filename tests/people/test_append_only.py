"""The triggers that keep a table append-only, on either database."""

from types import SimpleNamespace

import pytest

from people.append_only import protect, release


@pytest.mark.parametrize(
    ("vendor", "made", "dropped"),
    [
        ("sqlite", ["BEFORE update ON events", "BEFORE delete ON events"], ["events_no_update", "events_no_delete"]),
        (
            "postgresql",
            ["BEFORE UPDATE OR DELETE ON events"],
            ["TRIGGER events_append_only", "FUNCTION events_append_only"],
        ),
    ],
)
def test_each_database_gets_its_own_trigger_and_loses_it_again(vendor, made, dropped):
    said = []
    editor = SimpleNamespace(connection=SimpleNamespace(vendor=vendor), execute=said.append)
    protect("events")(None, editor)
    assert len(said) == len(made)
    assert all(part in sql for part, sql in zip(made, said, strict=True))
    said.clear()
    release("events")(None, editor)
    assert len(said) == len(dropped)
    assert all(part in sql for part, sql in zip(dropped, said, strict=True))
