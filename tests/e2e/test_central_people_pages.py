"""The pages about people in a real browser: the first start, signing in and out, accounts, the audit."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.centre import ADMINISTRATOR, PASSWORD, Centre, until
from tests.chromium import Browser
from tests.e2e.test_central_api import serves
from tests.ports import HOST, free_port

TEXT = "document.body.innerText"
COMMON, OWN = "password1234", "my own long phrase"
HURT = "<img src=x onerror=document.title='hurt'><script>document.title='hurt'</script>"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One centre for all of these; there is no broker, and it serves all the same."""
    made = Centre(tmp_path_factory.mktemp("people"), f"mqtt://{HOST}:{free_port()}")
    made.start(well=False)
    until(lambda: serves(made.url))
    yield made
    made.kill()


def fill(browser: Browser, **values: str) -> None:
    browser.until("document.getElementById('form')?.hidden === false")
    for name, value in values.items():
        browser.run(f"document.getElementById('{name}').value = {json.dumps(value)}")


def press(browser: Browser, selector: str) -> None:
    browser.run(f"document.querySelector({json.dumps(selector)}).click()")


def test_from_the_first_start_to_an_account_for_somebody_else(
    browser: Browser, centre: Centre, tmp_path: Path
) -> None:
    browser.size(1280, 900)
    browser.open(f"{centre.url}/people")
    browser.until("location.pathname === '/signin' && document.getElementById('hint')?.innerText")
    assert "There is no account yet" in browser.run(TEXT)

    (link,) = re.findall(r"(http://\S+/setup#\S+)", centre.said())
    browser.ask("Page.navigate", url=link)
    browser.until("document.getElementById('form')?.hidden === false")
    assert browser.run("location.href") == f"{centre.url}/setup", "the secret left the address"
    fill(browser, login=ADMINISTRATOR, name=HURT, password=COMMON, again=COMMON)
    press(browser, "#go")
    browser.until("document.getElementById('trouble')?.innerText?.includes('not taken')")
    fill(browser, password=PASSWORD, again=PASSWORD)
    press(browser, "#go")
    browser.until(
        "location.pathname === '/' && document.querySelector('#who')?.innerText?.includes('onerror')"
    )

    browser.open(f"{centre.url}/people")
    browser.until("document.querySelector('#audit tbody tr') && document.querySelector('#users tbody tr')")
    browser.run("document.querySelectorAll('#users form input')[0].value = 'li'")
    browser.run(f"document.querySelectorAll('#users form input')[1].value = {json.dumps(HURT)}")
    press(browser, "#users form button")
    browser.until("document.getElementById('shown')?.open")
    browser.picture(tmp_path / "link.png")
    invitation = browser.run("document.getElementById('shown-secret').value")
    assert invitation.startswith(f"{centre.url}/setup#")
    press(browser, "#shown-close")
    browser.until("document.querySelectorAll('#users tbody tr').length === 2")
    browser.run("document.querySelectorAll('#tokens input[type=checkbox]')[0].click()")
    browser.run(f"document.querySelector('#tokens form input').value = {json.dumps(HURT[:80])}")
    press(browser, "#tokens form button")
    browser.until("document.getElementById('shown-secret').value.startsWith('gewu_')")
    press(browser, "#shown-close")
    browser.until("document.querySelectorAll('#tokens tbody tr').length === 1")
    assert browser.run("document.title") == "Gewu 格物", "nothing of what was written ran"
    assert browser.run("document.querySelectorAll('main script, main img').length") == 0
    for width, dark in ((390, False), (1280, True), (1280, False)):
        browser.size(width, 900, dark=dark)
        assert browser.run("document.documentElement.scrollWidth") <= width
        browser.picture(tmp_path / f"people-{width}-{dark}.png")
    press(browser, "#language")
    browser.until(f"{TEXT}.includes('程序令牌') && {TEXT}.includes('审计')")
    browser.picture(tmp_path / "people-zh.png")

    press(browser, "#signout")
    browser.until("location.pathname === '/signin' && document.getElementById('title')?.innerText === '登录'")
    browser.picture(tmp_path / "signin-zh.png")
    browser.ask("Page.navigate", url=invitation)
    browser.until("document.getElementById('login')?.value === 'li'")
    browser.picture(tmp_path / "setup-zh.png")
    fill(browser, password=OWN, again=OWN)
    press(browser, "#go")
    browser.until("location.pathname === '/' && document.querySelector('#who')?.innerText")
    browser.open(f"{centre.url}/people")
    browser.until("document.querySelector('#own h2')")
    assert (
        browser.run("['tokens', 'users', 'audit'].map((id) => document.getElementById(id).hidden)")
        == [True] * 3
    )
    complaints = [each for each in browser.complaints if "401" not in each and "422" not in each]
    assert complaints == []


def test_a_session_that_ended_leads_to_the_sign_in_and_back_to_where_one_was(
    browser: Browser, centre: Centre
) -> None:
    browser.cookie(centre.url, *centre.cookie)
    browser.open(f"{centre.url}/#all")
    browser.until("document.querySelector('.live.on')")
    with centre.client() as client:
        assert client.delete("/api/me/sessions").status_code == 204
    browser.until("location.pathname === '/signin'")
    fill(browser, login=ADMINISTRATOR, password=OWN)
    press(browser, "#go")
    browser.until("document.getElementById('trouble')?.innerText?.includes('wrong')")
    fill(browser, login=ADMINISTRATOR, password=PASSWORD)
    press(browser, "#go")
    browser.until("location.pathname + location.hash === '/#all'")
    browser.until(
        "document.querySelector('#filters button[value=all]')?.getAttribute('aria-pressed') === 'true'"
    )
