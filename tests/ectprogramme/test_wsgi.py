"""The web server's way in."""

from django.test import RequestFactory

from ectprogramme.wsgi import application


def test_the_web_servers_way_in_answers(db):
    said = {}
    request = RequestFactory().get("/accessibility/")
    body = application(request.environ, lambda status, headers: said.update(status=status))
    assert said["status"] == "200 OK"
    assert b"Accessibility" in b"".join(body)
    body.close()
