"""The examiner overlooks nothing that is new, and says nothing of what is right."""

import pytest

from .browser.examination import Examiner

FRAME = '<html lang="en-GB"><title>A page – ECT programme</title><body><main><h1>A page</h1>{}</main>{}</body></html>'


@pytest.fixture
def faults(page):
    """`faults(within, around)` of a page with that in its main part and around it, by an examiner who has met one without."""
    examiner = Examiner()

    def found(within="", around=""):
        page.set_content(FRAME.format(within, around))
        return [fault.partition(": ")[2] for fault in examiner.faults(page)]

    assert found() == []
    return found


@pytest.mark.parametrize(
    ("within", "around"),
    [
        ("<p><button></button></p>", ""),
        ("<details><summary>More</summary><button></button></details>", ""),
        ("", "<footer><button></button></footer>"),
    ],
)
def test_a_fault_at_a_new_place_is_told_at_both_widths_as_long_as_it_is_there(faults, within, around):
    told = [f"button-name at {width}: <button></button>" for width in (320, 1280)]
    assert faults(within, around) == told
    assert faults(within, around) == told
    good = "<button>Save</button>"
    assert faults(within.replace("<button></button>", good), around.replace("<button></button>", good)) == []


@pytest.mark.parametrize(
    ("within", "fault"),
    [
        ("<h3>Too deep</h3>", "heading-order at 320: <h3>Too deep</h3>"),
        ("<h1>Once more</h1>", "there is not one heading of level 1"),
        ('<p id="a">One</p><p id="a">Two</p>', "the id a is there again"),
        (f"<p>{'x' * 400}</p>", "wider than 320: by its text"),
        ("<pre style='width: 400px'>x</pre>", "wider than 320: <pre"),
    ],
)
def test_what_can_be_wrong_with_any_page_is_told(faults, within, fault):
    assert any(told.startswith(fault) for told in faults(within))
