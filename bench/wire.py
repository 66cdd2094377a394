"""Bytes over the wire of a first visit and of the pages after it, asked for as a browser asks."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from .browser import PLAIN, Browser

ASSET = re.compile(r"<(?:link|script)\b[^>]*?\b(?:href|src)=\"(/static/[^\"]+)\"|\bimport\b[^\"]*\"(/static/[^\"]+)\"")
IMPORT = re.compile(r"(?:\bfrom|\bimport)\s*\"(\./[^\"]+)\"")
FONT = re.compile(r"@font-face\s*{[^}]*?url\(\"?([^\")]+)\"?\)[^}]*?unicode-range:\s*([^;}]+)")


@dataclass
class Visit:
    """A browser's cache over some pages; only what a response allows to be kept for a year is kept."""

    browser: Browser
    kept: set[str]

    def open(self, path: str) -> int:
        """Bytes that this page costs now, with all that it needs and that is not in the cache."""
        page = self.browser.get(path)
        text = self.browser.get(path).text
        return page.size + sum(self._asset(asset, text) for pair in ASSET.findall(text) for asset in pair if asset)

    def _asset(self, path: str, page: str) -> int:
        """What it costs, with the fonts that a style sheet has for this page and the scripts that a script imports."""
        answer = self.browser.get(path)
        cost = 0 if path in self.kept else answer.size
        if "immutable" in answer.headers["Cache-Control"]:
            self.kept.add(path)
        more: list[str] = []
        if path.endswith((".css", ".js")):
            source = self.browser.get(path, **PLAIN).text
            fonts = FONT.findall(source) if path.endswith(".css") else []
            more = [font for font, ranges in fonts if _needed(ranges, page)]
            more += IMPORT.findall(source) if path.endswith(".js") else []
        return cost + sum(self._asset(urljoin(path, name), page) for name in more)


def _needed(ranges: str, text: str) -> bool:
    """Whether some character of the page is in a font's range: a browser fetches no other font."""
    spans = [part.strip().removeprefix("U+").split("-") for part in ranges.split(",")]
    return any(int(span[0], 16) <= ord(sign) <= int(span[-1], 16) for span in spans for sign in set(text))
