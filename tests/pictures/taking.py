"""Taking a picture of a page with a real browser, and writing it small."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.looking import watch
from tests.chromium import MISSING, installed
from tests.pictures.demo import Demo
from tests.pictures.table import Shot

# Without the last four Chromium has no WebGL where there is no GPU.
DRAWS = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--hide-scrollbars", *DRAWS]
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
MOST_BYTES = 120_000


@contextmanager
def chromium(language: str) -> Iterator[Browser]:
    """The system's browser as somebody has it who reads this language; none is ever downloaded."""
    program = installed()
    assert program is not None, MISSING
    words = {
        **os.environ,
        "LANGUAGE": LOCALES[language].replace("-", "_"),
    }  # of its own fields, such as dates
    with sync_playwright() as driver:
        args = [*FLAGS, f"--lang={LOCALES[language]}"]
        browser = driver.chromium.launch(executable_path=program, args=args, env=words)
        yield browser
        browser.close()


def take(
    browser: Browser, demo: Demo, shot: Shot, names: dict[str, str], path: Path, language: str
) -> list[str]:
    """One picture, written to `path`; what the page complained of, or why there is none."""
    try:
        said = _take(browser, demo, shot, names, path, language)
    except Exception as error:  # the other pictures are taken all the same
        said = [f"{type(error).__name__}: {error}"]
    return [f"{shot.name} ({language}): {each}" for each in said]


def _take(
    browser: Browser, demo: Demo, shot: Shot, names: dict[str, str], path: Path, language: str
) -> list[str]:
    width, height = shot.size
    options: dict[str, Any] = {"viewport": {"width": width, "height": height}, "reduced_motion": "reduce"}
    if width < 500:
        options |= {"has_touch": True, "is_mobile": True}
    context = browser.new_context(locale=LOCALES[language], color_scheme="light", **options)
    context.set_default_timeout(60_000)
    if shot.who is not None:
        context.add_cookies([demo.cookie(shot.who)])  # type: ignore[list-item]
    try:
        page = context.new_page()
        watched = watch(page)
        page.goto(demo.url + shot.open.format(**names, **clocks(names)))
        shot.there(page)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(small(_shown(page)))
        return watched.complaints
    finally:
        context.close()


def clocks(names: dict[str, str]) -> dict[str, str]:
    """What an address needs besides: a minute from now, and the node's name as one part of a query."""
    soon = datetime.now(timezone.utc) + timedelta(minutes=1)
    return {"soon": f"{soon:%Y-%m-%dT%H:%M:%SZ}", "node_": quote(names["node"], safe="")}


def _shown(page: Page) -> bytes:
    return page.screenshot(animations="disabled", caret="hide")


def small(png: bytes) -> bytes:
    """The same as WebP, as good as it can be within MOST_BYTES. Raises AssertionError where it cannot."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in (88, 80, 70, 60):
        body = io.BytesIO()
        picture.save(body, "WEBP", quality=quality, method=6)
        if body.tell() <= MOST_BYTES:
            return body.getvalue()
    raise AssertionError(f"larger than {MOST_BYTES} bytes")
