"""A programme administrator changes what is taught: uploads a pack, reads what that would do, and has it loaded."""

from django.conf import settings
from playwright.sync_api import expect

PACK = settings.BASE / "fixtures" / "packs" / "expert-proformas.yaml"


def choose(person, *files):
    person.page.get_by_label("Packs", exact=True).set_input_files(
        [{"name": name, "mimeType": "application/yaml", "buffer": text.encode()} for name, text in files]
    )


def test_a_changed_pack_is_previewed_and_loaded(someone, examiner):
    olive = someone("olive")
    olive.goes_to("Programme")
    olive.follows("Upload packs")

    # A mistake in the file is told with its line.
    text = PACK.read_text(encoding="utf-8")
    choose(olive, (PACK.name, text.replace("kind: observation_proforma", "kind: song", 1)))
    olive.presses("Show what would change")
    olive.sees("expected one of meeting, observation_proforma")
    found = examiner.faults_after_error(olive.page)

    # With another title it is right, and the preview shows the old one and the new one.
    old = "Observation of an expert"
    assert f"title: {old}\n" in text
    choose(olive, (PACK.name, text.replace(f"title: {old}\n", "title: Watching an expert\n", 1)))
    olive.presses("Show what would change")
    olive.sees_heading("What loading these packs would do")
    olive.sees("Records keep the questions they were started with.")
    expect(olive.row_about("title")).to_contain_text(old)
    expect(olive.row_about("title")).to_contain_text("Watching an expert")
    found += examiner.faults(olive.page)

    # The worker loads it while she waits.
    olive.presses("Load these packs")
    olive.sees_heading("These packs are loaded")
    olive.sees("0 added, 1 changed, 0 retired.")
    found += examiner.faults(olive.page)
    olive.follows("Upload more packs")
    choose(olive, (PACK.name, text))
    olive.presses("Show what would change")
    olive.presses("Load these packs")
    olive.sees_heading("These packs are loaded")
    assert found == []


def test_a_pack_is_downloaded_and_changes_nothing_when_it_is_uploaded_again(someone):
    olive = someone("olive", java_script_enabled=False)
    olive.opens("/content/")
    with olive.page.expect_download() as download:
        olive.follows("Download Development cycle 1")
    text = download.value.path().read_text(encoding="utf-8")
    olive.opens("/content/upload/")
    choose(olive, (download.value.suggested_filename, text))
    olive.presses("Show what would change")
    olive.sees("Nothing is different")
