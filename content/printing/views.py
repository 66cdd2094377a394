"""A study, a session or a module to print, and as a PDF: made at once when it is short, by the worker when it is long."""

from allauth.core import ratelimit
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django_q.tasks import async_task

from content.reading import Reader

from . import pdfs, printouts

LOOK_AGAIN = 3  # seconds until a waiting page asks whether the PDF is there


def page(request, kind, slug):
    """All sections of the reader's side in order, on one page that prints well; other phases with `?all`."""
    return render(request, "printing/page.html", {"printout": _printout(request, kind, slug)})


def pdf(request, kind, slug):
    """The same as a PDF: POST has it made, at once or by the worker; GET gives it, or the page that waits for it.

    With `?wait` the page stays a page when the PDF is there, and leads to it.
    """
    printout = _printout(request, kind, slug)
    html = pdfs.html_of(printout)
    made = pdfs.kept(html)
    if request.method == "POST" and made is None:
        if not ratelimit.consume(request, action="make_pdf"):
            return render(request, "429.html", status=429)
        if len(html) > pdfs.AT_ONCE:
            if pdfs.first_to_ask(html):
                async_task("content.printing.tasks.make_pdf", request.user.pk, kind, slug, printout.everything)
            return redirect(f"{request.path}?wait{'&all' if printout.everything else ''}")
        made = pdfs.make(html)
    if made is None or "wait" in request.GET:
        return _waiting(request, printout, made, asked=pdfs.is_asked(html))
    name = f"{slug}{'-all-phases' if printout.everything else ''}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _waiting(request, printout, made, *, asked):
    """Leads to the PDF if it is there, looks again while the worker makes it, and otherwise offers to have it made; whoever
    has waited for it is told why it is not there.
    """
    waited = "wait" in request.GET
    context = {"printout": printout, "size": made and len(made), "asked": asked, "waited": waited}
    response = render(request, "printing/waiting.html", context)
    if made is None and asked:
        response["Refresh"] = f"{LOOK_AGAIN}; url={request.path}?wait{'&all' if printout.everything else ''}"
    return response


def _printout(request, kind, slug):
    return printouts.find(Reader.of(request.user), kind, slug, everything="all" in request.GET)
