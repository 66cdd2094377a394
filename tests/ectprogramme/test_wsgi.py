"""The web server's way in."""

from wsgiref.util import setup_testing_defaults

from ectprogramme.wsgi import application


def test_a_web_server_gets_a_page(db):
    environ, answered = {"PATH_INFO": "/accessibility/", "HTTP_HOST": "localhost"}, []
    setup_testing_defaults(environ)
    page = application(environ, lambda status, headers: answered.append(status))
    assert answered == ["200 OK"]
    assert b"<h1" in b"".join(page)
    page.close()
