"""Markdown of content as HTML: what a pack says, never what it does.

HTML in a pack is text. Of what Markdown makes, only a short list of elements is let through (nh3), with the design
system's classes; links lead to https addresses only.
"""

from collections.abc import Sequence
from functools import cache

import nh3
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

CLASSES = {
    "p": "govuk-body",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "a": "govuk-link",
    "blockquote": "govuk-inset-text",
    "table": "govuk-table",
    "thead": "govuk-table__head",
    "tbody": "govuk-table__body",
    "tr": "govuk-table__row",
    "th": "govuk-table__header",
    "td": "govuk-table__cell",
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-s",
    "h4": "govuk-heading-s",
}
PLAIN = {"li", "strong", "em", "code", "br"}
# A table wider than the screen scrolls by itself, also with the keyboard.
SCROLLS = {"class", "role", "tabindex", "aria-label"}
ATTRIBUTES = {tag: {"class"} for tag in CLASSES} | {
    "a": {"class", "href"},
    "th": {"class", "scope"},
    "ol": {"class", "start"},
    "div": SCROLLS,
}
DEEPEST = 4


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "code", "fence", "hr"])
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    parser.validateLink = lambda url: url.startswith("https://")  # type: ignore[method-assign]
    return parser


def to_html(text: str, top: int = 2) -> SafeString:
    """The text as HTML that is safe to show. Its highest headings become those of level `top`, the others follow."""
    parser = _parser()
    tokens = parser.parse(text)
    _dress(tokens, top - min((int(token.tag[1]) for token in tokens if token.type == "heading_open"), default=top))
    html = parser.renderer.render(tokens, parser.options, {})
    return mark_safe(
        nh3.clean(
            html,
            tags={*CLASSES, *PLAIN, "div"},
            attributes=ATTRIBUTES,
            url_schemes={"https"},
            link_rel="noopener noreferrer",
        )
    )


def _dress(tokens: Sequence[Token], deeper: int) -> None:
    """Gives each element its class and each heading its level, and puts tables where they can scroll."""
    for place, token in enumerate(tokens):
        if token.type.startswith("heading_"):
            token.tag = f"h{min(int(token.tag[1]) + deeper, DEEPEST)}"
        if token.tag in CLASSES and token.nesting == 1:
            token.attrSet("class", CLASSES[token.tag])
        if token.type == "th_open":
            token.attrs.pop("style", None)
            token.attrSet("scope", "col")
        if token.children:
            _dress(token.children, deeper)
        if token.type == "table_open":
            token.meta["label"] = _label(tokens[place:])


def _label(tokens: Sequence[Token]) -> str:
    """What a table is called where it is read aloud: the words of its head."""
    head = tokens[: next(place for place, token in enumerate(tokens) if token.type == "thead_close")]
    return "Table: " + ", ".join(token.content for token in head if token.type == "inline" and token.content)


def _table_open(self: object, tokens: Sequence[Token], place: int, *_: object) -> str:
    label = conditional_escape(tokens[place].meta["label"])
    return f'<div class="app-table-wrap" role="region" tabindex="0" aria-label="{label}"><table class="govuk-table">'


def _table_close(self: object, *_: object) -> str:
    return "</table></div>\n"
