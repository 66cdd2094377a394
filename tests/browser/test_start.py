"""Web server and worker come up from nothing. That both end, and leave nothing running, is looked at after the last test."""

from ectprogramme.demonstration import CAST, PASSWORD


def test_whoever_starts_it_is_told_where_to_go_and_who_to_be(site):
    assert f"Open {site.url}/ and stop with Ctrl-C." in site.log
    assert PASSWORD in site.log
    assert all(persona.email in site.log for persona in CAST)


def test_the_key_that_seals_records_is_made(site):
    assert (site.var / "private" / "seal" / "key.pem").exists()
