"""Runs the demonstration in a folder of its own and takes the README's pictures of it: see `tools/pictures`."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

BASE = Path(__file__).resolve().parent.parent
PICTURES = BASE / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium-headless-shell"
PATIENCE = 120  # seconds for the site to come up, and for the worker to make a record
COLOURS = 64  # of a picture; a page has few, and so each picture is some ten kilobytes

DESK = {"viewport": {"width": 1120, "height": 700}, "device_scale_factor": 1.5}
PHONE = {"viewport": {"width": 390, "height": 960}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, site(Path(folder) / "var") as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        dashboard(signed_in(browser, url, "Grace Okafor", DESK), PICTURES / "dashboard.png")
        meeting(signed_in(browser, url, "Ben Carter", PHONE), PICTURES / "meeting.png")
        record(signed_in(browser, url, "Tom Hughes", DESK), PICTURES / "record.png", Path(folder))
        browser.close()
    for path in sorted(PICTURES.glob("*.png")):
        with Image.open(path) as picture:
            smaller = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        smaller.save(path, optimize=True)
        print(f"{path.relative_to(BASE)}  {path.stat().st_size // 1024} KB")


@contextlib.contextmanager
def site(var: Path) -> Iterator[str]:
    """The application with web server and worker, on a free port; gone again afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    own = {"DATABASE_URL", "EMAIL_URL", "ALLOWED_HOSTS", "SEAL_KEY_FILE", "SEAL_CERTIFICATE_FILE", "HTTPS", "DEBUG"}
    environment = {name: value for name, value in os.environ.items() if name not in own}
    environment |= {"DEMONSTRATION": "1", "VAR": str(var), "SITE_URL": f"http://{address}"}
    command = [sys.executable, "manage.py", "dev", address]
    process = subprocess.Popen(command, cwd=BASE, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://{address}/check/", process)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait()


def wait_for(url: str, process: subprocess.Popen) -> None:
    for _ in range(PATIENCE):
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(url)
            return
        time.sleep(1)
    sys.exit("The demonstration did not start: try ./run to see why.")


def signed_in(browser: Browser, url: str, name: str, looks: dict) -> Page:
    page = browser.new_context(base_url=url, locale="en-GB", timezone_id="Europe/London", **looks).new_page()
    page.goto("/demonstration/")
    page.get_by_role("button", name=f"Sign in as {name}").click()
    page.get_by_role("heading", level=1, name=name).wait_for()
    return page


def dashboard(page: Page, path: Path) -> None:
    page.goto("/reviews/")
    page.screenshot(path=path)


def meeting(page: Page, path: Path) -> None:
    """In the middle of today's meeting, with something just typed and saved."""
    page.goto("/cycles/")
    page.get_by_role("link", name="Mentor and ECT meeting").first.click()
    page.get_by_label("Met", exact=True).check()
    page.get_by_label("Focus").press_sequentially("What pupils do while they wait")
    page.get_by_role("status").filter(has_text="Saved").wait_for()
    page.get_by_label("Focus").blur()
    page.get_by_role("heading", level=1).evaluate("(heading) => scrollTo(0, heading.offsetTop - 80)")
    page.screenshot(path=path)


def record(page: Page, path: Path, folder: Path) -> None:
    """The first page of a report that was signed and reviewed, as soon as the worker has made it."""
    page.goto("/reviews/?show=done")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    address = str(page.locator("a[href^='/records/']").first.get_attribute("href"))
    for _ in range(PATIENCE):
        answer = page.request.get(address)
        if answer.headers["content-type"] == "application/pdf":
            break
        time.sleep(1)
    else:
        sys.exit("The worker has not made the record.")
    (folder / "record.pdf").write_bytes(answer.body())
    first_page = ["-f", "1", "-l", "1", "-singlefile", "-r", "100", "-png"]
    subprocess.run(["pdftoppm", *first_page, folder / "record.pdf", path.with_suffix("")], check=True)


if __name__ == "__main__":
    main()
