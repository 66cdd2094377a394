"""HTML to PDF/A-3a and PDF/UA-1 at once, by WeasyPrint.

WeasyPrint writes the marks of one standard at a time: `_finish` adds those of PDF/UA-1 to a PDF/A-3a file. It reaches
into WeasyPrint's objects, so the version is pinned and the tests ask an independent validator.
"""

import datetime
import functools
import io
import re
import threading
from collections.abc import Mapping
from importlib.resources import files

from django.conf import settings
from weasyprint import CSS, HTML, Attachment
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from .fonts import FONTS, legible

SRGB = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()  # WeasyPrint itself opens the file and does not close it
STYLE_SHEET = settings.BASE / "templates" / "pdf" / "record.css"

# The PDF/UA mark stands in the rdf:RDF that WeasyPrint writes (a second one is not PDF/A), with its declaration
PDF_UA = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of the PDF/UA standard</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""

NO_TEXT = re.compile(rb"(?<=> )<>$")
ZERO_WIDTH_SPACE = b"<200b>"

# Pango's font map is not made for threads
_one_at_a_time = threading.Lock()


class OwnFontsOnly(URLFetcher):
    """Gives WeasyPrint our fonts and refuses every other address, of the network or of a file."""

    def fetch(self, url, headers=None):
        if url not in FONTS:
            raise ValueError(f"Not fetched, a PDF is made of its HTML and our fonts only: {url}")
        return URLFetcherResponse(url, FONTS[url].read_bytes())


@functools.cache
def _style() -> tuple[CSS, FontConfiguration]:
    """Read once per process: it takes as long as two pages of text."""
    fonts = FontConfiguration()
    return CSS(string=STYLE_SHEET.read_text(), font_config=fonts, url_fetcher=OwnFontsOnly()), fonts


def _colours() -> ColorProfile:
    """What red, green and blue mean, a new one each time: once asked for its name, it is written with other bytes."""
    return ColorProfile(io.BytesIO(SRGB), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def typeset(html: str, attachments: Mapping[str, bytes]) -> bytes:
    with _one_at_a_time:
        style, fonts = _style()
        source = HTML(string=legible(html), url_fetcher=OwnFontsOnly())
        options = {"pdf_variant": "pdf/a-3a", "output_intent": "sRGB"}
        document = source.render(fonts, stylesheets=[style], color_profiles={"sRGB": _colours()}, **options)
        about = document.metadata
        if not (about.lang and about.title and about.created and about.modified):
            raise ValueError("The document needs a language, a title, dcterms.created and dcterms.modified.")
        made_at = datetime.datetime.fromisoformat(about.modified)
        attached = [
            Attachment(string=content, name=name, relationship="Data", created=made_at, modified=made_at)
            for name, content in sorted(attachments.items())
        ]
        return document.write_pdf(finisher=_finish, attachments=attached, **options)


def _finish(document, pdf) -> None:
    """Declare PDF/UA-1, give every table header its scope, and every glyph a text."""

    def target(reference):
        return pdf.objects[int(reference.split()[0])]

    metadata = target(pdf.catalog["Metadata"])
    metadata.stream = [metadata.stream[0].replace(b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>")]
    metadata.compress = False  # PDF/A wants it readable
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("S") == "/TH":
            section = target(target(item["P"])["P"])
            item["A"]["Scope"] = "/Column" if section["S"] == "/THead" else "/Row"
        elif b"begincmap" in getattr(item, "stream", ()):
            # The text of a letter drawn as several glyphs stands at the last one, as with Hebrew points
            item.stream = [NO_TEXT.sub(ZERO_WIDTH_SPACE, line) for line in item.stream]
