"""Packs are written back out as what they were loaded from: load, dump, load changes nothing."""

from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command
from hypothesis import example, given, settings
from hypothesis import strategies as st

from content import documents
from content.actions import load
from content.models import Pack, PackLoad
from content.packs import PARTS, Source, gather
from content.writing import MARK, text_of, written
from tests.content.packs import PROGRAMME, SMALL, cut, small, year_1


def dumpcontent(*arguments):
    out = StringIO()
    call_command("dumpcontent", *arguments, stdout=out)
    return out.getvalue().splitlines()


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def forget_everything():
    """An empty database, as far as content goes."""
    for part in reversed(PARTS[1:]):
        part.model.objects.all().delete()
    # the list of loads is append-only, so the packs stay, with nothing in them
    assert PackLoad.objects.exists()


def all_packs():
    return gather([PROGRAMME])


@pytest.mark.django_db
@pytest.mark.parametrize("packs", [small, year_1, all_packs])
def test_what_is_dumped_is_what_was_loaded(packs, tmp_path):
    load(packs())
    dumpcontent(tmp_path / "once")
    assert set(files(tmp_path / "once")) == {f"{pack.slug}.yaml" for pack in Pack.objects.all()}
    assert load(gather([tmp_path / "once"])).changes_nothing
    forget_everything()
    load(gather([tmp_path / "once"]))
    dumpcontent(tmp_path / "again")
    assert files(tmp_path / "again") == files(tmp_path / "once")
    assert load(packs()).changes_nothing


@pytest.mark.django_db
def test_a_dump_is_as_a_person_would_write_it(tmp_path):
    long = "Two lines a day, and not a word more than that, because a diary that takes long is a diary that nobody keeps up."
    lines = "|\n          One.\n\n          - Two"
    load(year_1(("Two lines a day.", long), ('"**Because** it helps."', lines), ("Begin.", '"Begin: now"')))
    dumpcontent(tmp_path)
    text = (tmp_path / "year-1.yaml").read_text()
    assert text.startswith(MARK + 'slug: year-1\ntitle: Year 1\nedition: "2026"\nprogrammes:\n  - slug: two-years\n')
    assert '        text: "Begin: now"\n' in text
    assert "        text: |\n          One.\n\n          - Two\n" in text
    assert (
        "        text: >\n"
        "          Two lines a day, and not a word more than that, because a diary that takes long is a diary that nobody keeps\n"
        "          up.\n" in text
    )
    assert '        statements:\n          - "8.3"\n          - 8.e\n' in text
    assert "needed" not in text  # as it would be anyway
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.django_db
def test_what_is_retired_is_not_written(tmp_path):
    load(year_1())
    load(year_1(cut("    scenarios:", "    actions:")))
    dumpcontent(tmp_path)
    text = (tmp_path / "year-1.yaml").read_text()
    assert "tariq" not in text
    assert load(gather([tmp_path])).changes_nothing


@pytest.mark.django_db
def test_only_the_packs_that_are_named_are_written(tmp_path):
    load(small())
    load([Source("s.yaml", b'slug: s\ntitle: S\nedition: "1"\nstandards: [{code: TS1, title: High}]\n')])
    assert dumpcontent(tmp_path / "a", "--pack", "s") == [f"wrote {tmp_path / 'a' / 's.yaml'}"]
    assert len(dumpcontent(tmp_path / "b", "--pack", "s", "--pack", "small")) == 2
    with pytest.raises(CommandError, match=r"No such pack is loaded: other, t\. Nothing was written\."):
        dumpcontent(tmp_path / "c", "--pack", "t", "--pack", "s", "--pack", "other")
    assert not (tmp_path / "c").exists()


@pytest.mark.django_db
def test_only_files_of_its_own_are_overwritten(tmp_path):
    load(small())
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    with pytest.raises(CommandError, match=r"Not written by dumpcontent, so not overwritten: .*small\.yaml\."):
        dumpcontent(tmp_path)
    assert file.read_text() == SMALL
    file.unlink()
    dumpcontent(tmp_path)
    load(small("title: Chat", "title: Talk"))
    dumpcontent(tmp_path)
    assert "title: Talk\n" in file.read_text()


@pytest.mark.usefixtures("programme")
def test_a_pack_is_read_in_few_queries(django_assert_max_num_queries):
    for pack in Pack.objects.all():
        with django_assert_max_num_queries(11):
            text_of(pack)


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | (
    st.sampled_from(list("\n\n\t\r\x85\u2028\u2029\ufeff  #:-'\"|>&*![]{}%@`~?,\\=012"))
)
PRINTABLE = st.text(LETTERS).filter(lambda text: not documents.UNPRINTABLE.search(text))
WORDS = st.sampled_from(["null", "~", "", "true", "no", "On", "12", "-3", "007", "1e3", "0x1F", "1:20", "2026-11-22", "=",
                         "<<", "a: b", "a #b", "a:", "- a", "? a", "---", "...", "%YAML", "a\n", "a\n\n", "\na", "a\n \nb",
                         "a\n  b", "  a", "a ", "a  b", "%s" % ("word " * 40), "word  " * 40, "x" * 300, "- " * 90,
                         "a\r\nb", "a\n" + "long " * 60, "#" * 130 + " #", "a\n# b", "Nein: " * 30])  # fmt: skip
TEXTS = PRINTABLE | WORDS | st.lists(PRINTABLE | WORDS, max_size=6).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=3), st.booleans(), st.integers(-(10**15) + 1, 10**15 - 1))
@example("a\n", ["\n", " "], True, 0)
def test_any_text_is_read_as_it_was_written(title, texts, truth, number):
    """Odd texts too, wherever they stand."""
    content = {
        "slug": title,
        "standards": [{"code": title, "points": texts}, {"points": texts}],
        "templates": [
            {"sections": [{"title": title, "needed": truth, "minutes": number, "columns": [{"key": title}]}]}
        ],
    }
    text = written(content)
    for parser in (documents.PARSER, yaml.SafeLoader):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(documents, "PARSER", parser)
            document = documents.read("odd.yaml", text.encode())
        assert (document.content, document.faults) == (content, {})
    read_by_others = yaml.safe_load(text)
    assert isinstance(read_by_others["slug"], str)
    assert all(isinstance(each, str) for each in read_by_others["standards"][1]["points"])
