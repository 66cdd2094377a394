"""For programme administrators: packs uploaded, previewed, loaded, and downloaded again."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from content import actions
from content.load_progress import LoadProgress
from content.models import Pack, PackUpload, may_load
from content.packs import BrokenPacks
from content.uploads import UploadForm
from content.writing import text_of
from people.actions import Refused
from people.permissions import require

REFRESH = 2  # seconds after which a browser looks again whether a load is done
PATIENCE = timedelta(minutes=3)  # after which the queue itself gives the job of a dead worker to another


def upload(request):
    """Files to choose; then a preview of what loading them would do, or all that is wrong with them."""
    require(may_load(request.user))
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(actions.upload_packs(form.cleaned_data["packs"], by=request.user))
        except BrokenPacks as broken:
            for fault in broken.faults:
                form.add_error(None, f"{fault.file}, line {fault.line}, {fault.path}: expected {fault.expected}")
    return render(request, "content/upload.html", {"form": form})


def uploaded(request, pk):
    """An upload: its preview with a button, then how far the load is, then what was loaded."""
    found = get_object_or_404(PackUpload.objects.visible_to(request.user), pk=pk)
    lets_lie = found.is_waiting and found.asked_at and found.asked_at < timezone.now() - PATIENCE
    if request.method == "POST":
        try:
            if lets_lie:
                actions.ask_again(found)
            elif found.state == PackUpload.State.PREVIEWED:
                digest = request.POST.get("digest", "").replace("\0", "")  # which PostgreSQL takes for no text
                actions.ask_to_load(found, digest=digest)
        except Refused as why:
            messages.error(request, str(why))
        return redirect(found)
    percent = LoadProgress(found.pk).percent() if found.is_waiting else None
    response = render(request, "content/uploaded.html", {"upload": found, "percent": percent, "lets_lie": lets_lie})
    if found.is_waiting:
        # by header: it works without JavaScript, and without a page that reloads itself
        response["Refresh"] = str(REFRESH)
    return response


def download(request, slug):
    """A pack as the file that it could have been loaded from."""
    require(may_load(request.user))
    pack = get_object_or_404(Pack, slug=slug)
    headers = {"Content-Disposition": f'attachment; filename="{pack.slug}.yaml"'}
    return HttpResponse(text_of(pack), content_type="application/yaml; charset=utf-8", headers=headers)
