"""Memory of two web workers after the same number of requests: the application's, and those of a bare one."""

from people.models import User

from .browser import Browser
from .server import serving

REQUESTS = 400


def after_requests(settings: str, person: User, paths: list[str]) -> float:
    """Megabytes of the workers and the process that they came from."""
    with serving(settings) as server:
        browser = Browser(server.port, person)
        for n in range(REQUESTS):
            browser.get(paths[n % len(paths)])
            browser.connection.close()  # a connection stays with one worker, so each request has its own
        return server.memory() / 1e6
