"""OpenID Connect against a real provider: what it proves, and what proves nothing."""

import dataclasses
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from broker.events import Reason
from broker.settings import SettingsError, loads
from central.people import oidc
from central.people.claims import identity_of, role_of
from central.people.oidc import Provider
from central.people.providing import ProviderAway, ProviderRefused, Start
from central.people.settings import OidcSettings, PeopleSettings
from tests.provider import CLIENT, SECRET, by_shared_secret, provider, unsigned
from tests.provider import Provider as Outside

BACK = "http://127.0.0.1:8080/api/signin/oidc/back"
ROLES = {"chiefs": "administrator", "desk": "operator"}


@pytest.fixture(scope="module")
def running() -> Iterator[Outside]:
    with provider() as made:
        yield made


@pytest.fixture
def outside(running: Outside) -> Iterator[Outside]:
    yield running
    running.spoil = lambda _claims: None
    running.claims = {"sub": "u-1", "preferred_username": "li", "name": "Li", "roles": ["desk"]}


def settings(issuer: str) -> OidcSettings:
    return OidcSettings.model_validate(
        {"issuer": issuer, "client_id": CLIENT, "client_secret_file": "x", "roles": ROLES}
    )


@pytest.fixture
def ours(outside: Outside) -> Provider:
    return Provider(settings(outside.issuer), SECRET, BACK)


def there_and_back(ours: Provider) -> tuple[str, Start]:
    """As the browser goes: where it comes back to, and what it carries."""
    url, start = ours.begin()
    answer = httpx.get(url)
    assert answer.status_code == 303
    return answer.headers["location"], start


def test_whoever_the_provider_knows_comes_back_with_claims(ours: Provider, outside: Outside) -> None:
    back, start = there_and_back(ours)
    claims = ours.finish(back, start)
    assert (claims["sub"], claims["roles"]) == ("u-1", ["desk"])
    assert role_of(claims, "roles", ours.settings.roles) == "operator"
    who = identity_of(claims)
    assert (who.login, who.name, len(who.outside)) == ("li", "Li", 64)
    with pytest.raises(ProviderRefused, match="answers 400"):
        ours.finish(back, start)  # a code works once


def spoiled(**changes: Any) -> Any:
    def spoil(claims: dict[str, Any]) -> None:
        for name, value in changes.items():
            if value is None:
                claims.pop(name)
            else:
                claims[name] = value

    return spoil


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another-client"}, "aud"),
        ({"aud": ["another-client"]}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "azp"),
        ({"iss": "http://127.0.0.1:1"}, "iss"),
        ({"exp": 1_000_000_000}, "Expired"),
        ({"exp": None}, "exp"),
        ({"iat": 9_999_999_999}, "iat"),
        ({"sub": None}, "sub"),
    ],
)
def test_an_identity_that_does_not_hold(
    ours: Provider, outside: Outside, changes: dict[str, Any], about: str
) -> None:
    outside.spoil = spoiled(**changes)
    back, start = there_and_back(ours)
    with pytest.raises(ProviderRefused, match="the identity does not hold") as error:
        ours.finish(back, start)
    assert about in str(error.value)
    assert "another" not in str(error.value), "values are never told"


def by_somebody_else(claims: dict[str, Any]) -> str:
    return Outside().signed(claims)


@pytest.mark.parametrize("how", ["none", "secret", "public key", "somebody else", "no token"])
def test_a_signature_that_does_not_hold(ours: Provider, outside: Outside, how: str) -> None:
    forged = {
        "none": unsigned,
        "secret": lambda claims: by_shared_secret(SECRET.encode(), claims),
        "public key": lambda claims: by_shared_secret(outside.key.as_pem(private=False), claims),
        "somebody else": by_somebody_else,
        "no token": lambda _claims: "a.b.c",
    }
    outside.spoil = forged[how]
    back, start = there_and_back(ours)
    with pytest.raises(ProviderRefused, match="signature does not hold"):
        ours.finish(back, start)


def test_another_browser_s_answer_is_not_taken(ours: Provider, outside: Outside) -> None:
    back, start = there_and_back(ours)
    with pytest.raises(ProviderRefused, match="does not fit"):
        ours.finish(back, dataclasses.replace(start, state="another"))
    with pytest.raises(ProviderRefused, match="does not fit"):
        ours.finish(f"{BACK}?error=access_denied&state={start.state}", start)
    with pytest.raises(ProviderRefused, match="answers 400"):
        ours.finish(back, dataclasses.replace(start, verifier="another"))


def test_a_provider_that_never_answers_takes_only_so_many_threads() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = Provider(settings(f"http://127.0.0.1:{silent.getsockname()[1]}"), SECRET, BACK)
        with ThreadPoolExecutor(oidc.AT_ONCE) as pool:
            waiting = [pool.submit(slow.begin) for _ in range(oidc.AT_ONCE)]
            while slow._room.acquire(blocking=False):
                slow._room.release()
                time.sleep(0.01)
            with pytest.raises(ProviderAway, match="wait for the provider"):
                slow.finish(f"{BACK}?state=s&code=c", Start("s", "n", "v"))
            silent.close()
            for each in waiting:
                with pytest.raises(ProviderAway, match="the provider"):
                    each.result()


def test_new_keys_of_the_provider_are_found(
    ours: Provider, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours.finish(*there_and_back(ours))
    monkeypatch.setattr(oidc, "NEW_KEYS_S", 0.0)
    outside.new_key()
    assert ours.finish(*there_and_back(ours))["sub"] == "u-1"


def test_a_provider_that_is_away_or_somebody_else(outside: Outside) -> None:
    with pytest.raises(ProviderAway, match="does not answer: ConnectError"):
        Provider(settings("http://127.0.0.1:1"), SECRET, BACK).begin()
    elsewhere = outside.issuer.replace("127.0.0.1", "localhost")
    with pytest.raises(ProviderAway, match="the provider says it is"):
        Provider(settings(elsewhere), SECRET, BACK).begin()
    with pytest.raises(ProviderAway, match="own document cannot be used"):
        Provider(settings(outside.issuer + "/nothing"), SECRET, BACK).begin()


@pytest.mark.parametrize(
    ("claims", "claim", "role"),
    [
        ({"roles": ["desk", "chiefs"]}, "roles", "administrator"),
        ({"roles": "desk"}, "roles", "operator"),
        ({"realm_access": {"roles": ["desk"]}}, "realm_access.roles", "operator"),
        ({"roles": ["other"]}, "roles", None),
        ({"roles": []}, "roles", None),
        ({"roles": None}, "roles", None),
        ({"roles": [{"desk": 1}, 7]}, "roles", None),
        ({"roles": {"desk": True}}, "roles.desk.x", None),
        ({"roles": {"desk": True}}, "roles", None),
        ({}, "roles", None),
        ({"roles": 5}, "roles", None),
    ],
)
def test_a_claim_that_names_no_role_gives_none(claims: Any, claim: str, role: str | None) -> None:
    found = role_of(claims, claim, ROLES)  # type: ignore[arg-type]
    assert (None if isinstance(found, Reason) else found) == role


def test_names_from_outside_are_fit_to_show() -> None:
    claims = {"iss": "i", "sub": "s", "preferred_username": "Li Na <b>", "name": "Li\nNa\u202e" + "x" * 200}
    who = identity_of(claims)
    assert who.login == f"oidc-{who.outside[:12]}"
    assert who.name.startswith("LiNax")
    assert len(who.name) == 80


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("oidc: {}", "oidc.issuer: is missing"),
        ("public_url: http://tickets.example", "public_url: must be https:// (http:// only on this machine)"),
        ("public_url: https://tickets.example/gewu", "public_url: is written https://HOST without a path"),
        ("hosts: ['https://a']", "hosts[0]: a host is written as its name in lower case"),
        ("session_idle: 5s", "session_idle: Input should be greater than or equal to"),
        ("metrics: everybody", "metrics: Input should be 'token' or 'open'"),
    ],
)
def test_faults_of_the_settings(text: str, fault: str) -> None:
    with pytest.raises(SettingsError) as error:
        loads(text, PeopleSettings, name="c.yaml")
    assert fault in str(error.value)


def test_a_provider_needs_a_way_back_and_an_identity() -> None:
    given = {"issuer": "https://a", "client_id": "b", "client_secret_file": Path("c"), "roles": ROLES}
    with pytest.raises(ValueError, match="oidc needs public_url"):
        PeopleSettings.model_validate({"oidc": given})
    with pytest.raises(ValueError, match="scopes must hold openid"):
        OidcSettings.model_validate(given | {"scopes": ["profile"]})
