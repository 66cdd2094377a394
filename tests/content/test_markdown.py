"""Markdown of content as HTML: plain, dressed in the design system's classes, and nothing else."""

import pytest

from content.markdown import to_html

HARMLESS = [
    ("<script>alert(1)</script>", "&lt;script&gt;"),
    ("<b onclick='x()'>bold</b>", "&lt;b onclick="),
    ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
    ("[a](http://example.org)", "[a](http://example.org)"),
    ("[a](data:text/html,x)", "[a](data:text/html,x)"),
    ("[a](/accounts/logout/)", "[a](/accounts/logout/)"),
    ('[a](https://example.org/"onmouseover="x)', "%22onmouseover=%22x"),
]


@pytest.mark.parametrize(("text", "shown"), HARMLESS)
def test_what_could_do_something_is_shown_as_text(text, shown):
    html = to_html(text)
    assert shown in html
    for wild in ("<script", "<b", " onclick=", ' onmouseover="', 'href="j', 'href="d', 'href="/', 'href="http:'):
        assert wild not in html.replace("&lt;b onclick=", "")


def test_a_link_leads_to_https_and_tells_nobody_where_it_came_from():
    html = to_html("[the guide](https://example.org/a)")
    assert '<a href="https://example.org/a" class="govuk-link" rel="noopener noreferrer">the guide</a>' in html


def test_an_image_is_no_image():
    assert "<img" not in to_html("![a](https://example.org/a.png)")


def test_paragraphs_and_lists_have_the_design_systems_classes():
    html = to_html("Some *soft* and **loud** words.\n\n- one\n- two\n\n3. three\n\n> said")
    assert '<p class="govuk-body">Some <em>soft</em> and <strong>loud</strong> words.</p>' in html
    assert '<ul class="govuk-list govuk-list--bullet">' in html
    assert '<ol start="3" class="govuk-list govuk-list--number">' in html
    assert '<blockquote class="govuk-inset-text">' in html


def test_the_highest_heading_gets_the_level_that_the_page_has_room_for():
    assert '<h2 class="govuk-heading-m">A</h2>' in to_html("### A\n\n#### B")
    assert '<h3 class="govuk-heading-s">B</h3>' in to_html("### A\n\n#### B")
    assert '<h3 class="govuk-heading-s">A</h3>' in to_html("# A", 3)
    assert '<h4 class="govuk-heading-s">C</h4>' in to_html("# A\n\n### C\n\n#### D", 3)


def test_a_wide_table_scrolls_by_itself_and_says_what_it_is():
    html = to_html('| Who "says" | When |\n|:--|--:|\n| Ann | <i>now</i> |')
    assert 'class="app-table-wrap" role="region" tabindex="0" aria-label="Table: Who &quot;says&quot;, When"' in html
    assert '<th class="govuk-table__header" scope="col">When</th>' in html
    assert '<td class="govuk-table__cell">&lt;i&gt;now&lt;/i&gt;</td>' in html
    assert "style=" not in html


def test_indented_and_fenced_text_is_text():
    assert to_html("    indented") == '<p class="govuk-body">indented</p>\n'
    assert "<pre" not in to_html("```\nfenced\n```")
