"""The fonts of a PDF, and what to do about characters that none of them has.

Fonts are complete files, one a weight: of web fonts cut into ranges, WeasyPrint mixes the glyphs up.
A character without a glyph is not allowed in PDF/A, so it is replaced before rendering.
"""

import functools
import unicodedata
from pathlib import Path

INTER = Path("/usr/share/fonts/opentype/inter")  # Debian's fonts-inter
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")  # Debian's fonts-dejavu-core

# The address that the style sheet uses, and its file
FONTS = {
    "font:regular": INTER / "Inter-Regular.otf",
    "font:bold": INTER / "Inter-Bold.otf",
    "font:fallback-regular": DEJAVU / "DejaVuSans.ttf",
    "font:fallback-bold": DEJAVU / "DejaVuSans-Bold.ttf",
}
# In a font, but drawn as nothing that PDF/A allows
UNDRAWABLE = frozenset("\ufff9\ufffa\ufffb")
REPLACEMENT = "\N{WHITE SQUARE}"
LAYOUT = frozenset("\t\n\r")  # never drawn
# What word processors and slides put between lines
LINE_BREAKS = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"), "\n")


@functools.cache
def drawable() -> frozenset[str]:
    """Every character that can be drawn in both weights. Private ones are not among them: PDF/A asks for a meaning."""
    from fontTools.ttLib import TTFont

    glyphs = {}
    for address, path in FONTS.items():
        with TTFont(path, lazy=True) as font:
            glyphs[address] = set(map(chr, font.getBestCmap()))
    regular = glyphs["font:regular"] | glyphs["font:fallback-regular"]
    bold = glyphs["font:bold"] | glyphs["font:fallback-bold"]
    return LAYOUT | {
        character for character in (regular & bold) - UNDRAWABLE if unicodedata.category(character) != "Co"
    }


def missing_characters(text: str) -> str:
    """The characters of `text` that no font has, each once, in the order in which they come."""
    return "".join(character for character in dict.fromkeys(text.translate(LINE_BREAKS)) if character not in drawable())


def legible(text: str) -> str:
    """`text` with a replacement for each character that no font has, and every line break the same."""
    return text.translate(LINE_BREAKS | dict.fromkeys(map(ord, missing_characters(text)), REPLACEMENT))
