"""Bar, navigation, languages, keyboard, headers: what every page of the console has."""

import re
from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import expect

from tests.browser.looking import Watched, looks_well
from tests.centre import Centre

Enter = Callable[..., Watched]


def test_the_list_of_tickets_in_both_languages_and_widths(enter: Enter, pictures: Any) -> None:
    page = enter("operator", "/").page
    expect(page).to_have_url(re.compile("/tickets$"))
    expect(page.locator("[data-line=live]")).to_be_visible()
    looks_well(page, pictures, "tickets")
