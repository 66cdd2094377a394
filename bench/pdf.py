"""The record's PDF, with its data attached and sealed, against WeasyPrint on the same HTML with the same style sheet."""

import time
from unittest import mock

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from ectprogramme import pdf
from ectprogramme.pdf.typesetting import STYLE_SHEET, OwnFontsOnly
from reviews import records
from reviews.models import Record

from .clock import Comparison, compare

PAIRS = 12


def record() -> Comparison:
    newest = Record.objects.select_related("review__induction__ect").order_by("pk").last()
    with mock.patch.object(pdf, "render") as rendered, mock.patch.object(pdf, "seal"):
        records.render(newest)
    html = rendered.call_args.args[0]

    fonts, fetcher = FontConfiguration(), OwnFontsOnly()
    style = CSS(string=STYLE_SHEET.read_text(), font_config=fonts, url_fetcher=fetcher)  # read once, as ours is

    def floor():
        HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=[style], font_config=fonts)

    return compare(lambda: records.render(newest), floor, pairs=PAIRS, warm=2, cpu=time.process_time_ns)
