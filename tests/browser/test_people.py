"""The pages about people: the first start, signing in and out, accounts, tokens, the audit."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.looking import Watched, looks_well, no_serious
from tests.browser.roles import Crew
from tests.centre import ADMINISTRATOR, PASSWORD, Centre

Enter = Callable[..., Watched]
NewPage = Callable[..., Watched]
COMMON, OWN = "password1234", "my own long phrase"
HURT = "<img src=x onerror=document.title='hurt'><script>document.title='hurt'</script>"
LIVE = "[data-line=live]"


def fill(page: Page, **values: str) -> None:
    """Into the fields with these names."""
    for name, value in values.items():
        page.locator(f"input[name={name}]").fill(value)


def secret(page: Page) -> str:
    """What a dialog shows once; the dialog is closed."""
    said = page.locator("[data-secret]").input_value()
    page.get_by_role("dialog").get_by_text("Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    return said


def test_from_the_first_start_to_an_account_for_somebody_else(
    new_page: NewPage, centre: Centre, pictures: Any
) -> None:
    watched = new_page()
    page = watched.page
    watched.expects("401", "422")
    page.goto(f"{centre.url}/people")
    expect(page).to_have_url(re.compile("/signin$"))
    expect(page.get_by_text("There is no account yet")).to_be_visible()
    looks_well(page, pictures, "signin")

    (link,) = re.findall(r"(http://\S+/setup#\S+)", centre.said())
    page.goto(link)
    expect(page.get_by_role("heading", name="Make the first administrator")).to_be_visible()
    assert page.url == f"{centre.url}/setup", "the secret left the address"
    looks_well(page, pictures, "setup")
    fill(page, username=ADMINISTRATOR, name=HURT, password=COMMON, again=OWN)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not the same")
    fill(page, again=COMMON)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not taken")
    no_serious(page)
    fill(page, password=PASSWORD, again=PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page).to_have_url(re.compile("/(map|start)$"))
    expect(page.get_by_role("link", name=HURT)).to_be_visible()

    page.goto(f"{centre.url}/people?part=accounts")
    expect(page.get_by_role("row")).to_have_count(2)
    fill(page, login="li", name=HURT)
    page.get_by_role("button", name="Add an account").click()
    expect(page.get_by_role("dialog", name="li")).to_be_visible()
    no_serious(page)
    pictures(page, "link")
    invitation = secret(page)
    assert invitation.startswith(f"{centre.url}/setup#")
    expect(page.get_by_role("row")).to_have_count(3)
    looks_well(page, pictures, "accounts")

    page.get_by_role("link", name="Tokens for programs").click()
    page.get_by_role("button", name="Make a token").click()
    fill(page, name=HURT[:80])
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_role("alert")).to_contain_text("at least one scope")
    page.get_by_label("ticket.view").check()
    page.get_by_role("button", name="Make a token").click()
    assert secret(page).startswith("gewu_")
    expect(page.get_by_role("row")).to_have_count(2)
    looks_well(page, pictures, "tokens")
    page.get_by_role("button", name="Drop the token").click()
    expect(page.get_by_text("There are no tokens")).to_be_visible()

    page.get_by_role("link", name="Audit", exact=True).click()
    expect(
        page.get_by_role("cell", name="made the token").or_(page.get_by_role("cell").first).first
    ).to_be_visible()
    looks_well(page, pictures, "audit")
    assert page.title() == "People and audit · Gewu 格物", "nothing of what was written ran"
    assert page.locator("main script, main img").count() == 0

    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(re.compile("/signin$"))
    page.goto(invitation)
    expect(page.get_by_label("Login name")).to_have_value("li")
    expect(page.get_by_label("Login name")).not_to_be_editable()
    fill(page, password=OWN, again=OWN)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page).to_have_url(re.compile("/(map|start)$"))
    page.goto(f"{centre.url}/people?part=accounts")
    expect(page.get_by_role("heading", level=2).first).to_have_text(HURT)
    expect(page.get_by_role("link", name="Accounts")).to_have_count(0)
    page.goto(invitation)
    watched.expects("410")
    expect(page.get_by_role("alert")).to_contain_text("The link does not hold")


def test_a_session_that_ended_leads_to_the_sign_in_and_back_to_where_one_was(
    enter: Enter, centre: Centre, crew: Crew
) -> None:
    watched = enter("administrator", "/tickets?show=all")
    page = watched.page
    expect(page.locator(LIVE)).to_be_visible()
    watched.expects("401", "api/stream")
    with centre.client() as client:
        assert client.delete("/api/me/sessions").status_code == 204
    centre._session = None
    expect(page).to_have_url(re.compile("/signin$"))
    fill(page, username=ADMINISTRATOR, password=OWN)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    expect(page.get_by_label("Password")).to_be_focused()
    no_serious(page)
    fill(page, password=PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/tickets\?show=all$"))
    current = page.get_by_role("navigation", name="Which tickets").locator("[aria-current]")
    expect(current).to_have_text(re.compile("^All"))


def test_changing_one_s_password(new_page: NewPage, centre: Centre, crew: Crew, pictures: Any) -> None:
    before = crew.password("supervisor")
    watched = new_page()
    page = watched.page
    watched.expects("403", "401")
    page.goto(f"{centre.url}/people")
    fill(page, username="supervisor", password=before)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Change the password")).to_be_visible()
    looks_well(page, pictures, "account")
    fill(page, old="not the right one", fresh=OWN, again=OWN)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert")).to_contain_text("The present password is wrong")
    fill(page, old=before, fresh=OWN, again=OWN)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("status").filter(has_text="every other session has ended")).to_be_visible()
    page.get_by_role("button", name="Sign out everywhere").click()  # the new session's key is known
    expect(page).to_have_url(re.compile("/signin$"))


def test_the_audit_is_searched_by_a_link(enter: Enter) -> None:
    page = enter("administrator", "/people?part=audit&action=user.manage").page
    expect(page.get_by_label("Action")).to_have_value("user.manage")
    expect(page.locator("tbody code").first).to_have_text("user.manage")
    assert set(page.locator("tbody code").all_inner_texts()) == {"user.manage"}
    page.get_by_label("About").fill("nothing that anybody did")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("Nothing in the audit fits")).to_be_visible()
    assert "about=nothing" in page.url


def test_the_last_administrator_stays(enter: Enter) -> None:
    watched = enter("administrator", "/people?part=accounts")
    watched.expects("409")
    page = watched.page
    page.get_by_label(f"Role of {ADMINISTRATOR}").select_option("viewer")
    expect(page.get_by_role("alert")).to_contain_text("the last administrator")
    expect(page.get_by_label(f"Role of {ADMINISTRATOR}")).to_have_value("administrator")
