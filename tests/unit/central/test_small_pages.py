"""The pages for telephones: how much a first load is, counted as it goes over the wire."""

import gzip
import json
import re

import pytest

from central.api.pages import BUILT

MOST = 200_000


def first_load(page: str) -> dict[str, int]:
    """Bytes of the page and of all that it loads before it is used, packed as the centre packs them."""
    if not (BUILT / f"{page}.html").is_file():
        pytest.skip("the console is not built: make console")
    text = (BUILT / f"{page}.html").read_text(encoding="utf-8")
    manifest = json.loads((BUILT / ".vite" / "manifest.json").read_text(encoding="utf-8"))
    found = {f"{page}.html": len(text.encode())}
    for name in re.findall(r'(?:src|href)="/([^"]+)"', text):
        body = (BUILT / name).read_bytes()
        found[name] = len(gzip.compress(body, 9)) if name.endswith((".js", ".css")) else len(body)
    wanted = [f"{page}.html"]
    for name in wanted:  # it grows meanwhile
        wanted += [each for each in manifest[name].get("imports", []) if each not in wanted]
    missing = {manifest[name]["file"] for name in wanted} - set(found)
    assert missing == set(), "the page names all that its scripts import"
    return found


@pytest.mark.parametrize("page", ["phone", "report"])
def test_a_first_load_is_small(page: str) -> None:
    found = first_load(page)
    assert sum(found.values()) < MOST, sorted(found.items(), key=lambda each: -each[1])
    assert len(found) > 5


@pytest.mark.parametrize("page", ["phone", "report"])
def test_the_service_worker_keeps_all_of_it_and_little_else(page: str) -> None:
    found = first_load(page)
    worker = (BUILT / "worker.js").read_text(encoding="utf-8")
    assert "__GEWU_FILES__" not in worker
    (told,) = re.findall(rf'"/{page}":{{"files":(\[[^\]]*\])', worker)
    files = {each.lstrip("/") for each in json.loads(told)}
    assert {name for name in found if name.startswith("assets/")} <= files
    assert sum((BUILT / name).stat().st_size for name in files) < 3 * MOST, "not packed, on the phone"
