"""The web server's way in."""

import runpy

import django.core.wsgi
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from ectprogramme.wsgi import application


def test_the_web_servers_way_in_answers(db):
    said = {}
    request = RequestFactory().get("/accessibility/")
    body = application(request.environ, lambda status, headers: said.update(status=status))
    assert said["status"] == "200 OK"
    assert b"Accessibility" in b"".join(body)
    body.close()


def test_what_has_to_be_set_is_all_that_the_web_server_says(monkeypatch, capsys):
    def refuses():
        raise ImproperlyConfigured("Set SECRET_KEY.")

    monkeypatch.setattr(django.core.wsgi, "get_wsgi_application", refuses)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(settings.BASE / "ectprogramme" / "wsgi.py"))
    assert ended.value.code == 3, "gunicorn would start another worker for ever"
    assert capsys.readouterr().err == "Set SECRET_KEY.\n"
