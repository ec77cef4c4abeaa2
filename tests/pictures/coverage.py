"""That no page is without its pictures, no picture without its page, and all of them are shown to readers."""

import re
from pathlib import Path

from tests.pictures.table import SHOTS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
ROUTES = ROOT / "central" / "console" / "src" / "pages"
BESIDE = {"/phone", "/report"}  # pages with a document of their own
LANGUAGES = {"en": "", "zh": ".zh-CN"}


def router_pages(folder: Path = ROUTES) -> set[str]:
    """The paths of every page of the router; what only leads elsewhere is none."""
    routes = [
        part
        for file in folder.rglob("route.ts")
        for part in file.read_text("utf-8").split("createRoute({")[1:]
    ]
    shown = [re.search(r'path: "([^"]+)"', each) for each in routes if "component:" in each.split("});")[0]]
    return {found[1] for found in shown if found}


def faults(folder: Path = FOLDER) -> list[str]:
    """Everything wrong, one line each."""
    pages, pictured = router_pages() | BESIDE, {shot.page for shot in SHOTS}
    wrong = [f"the page {page} has no picture; tests/pictures/table.py" for page in sorted(pages - pictured)]
    wrong += [f"there is no page {page}; tests/pictures/table.py" for page in sorted(pictured - pages)]
    for language, ending in LANGUAGES.items():
        named = {f"{shot.name}.webp" for shot in SHOTS}
        here = {file.name for file in (folder / language).glob("*")}
        wrong += [f"pictures/{language}/{name} is not there: make pictures" for name in sorted(named - here)]
        wrong += [f"pictures/{language}/{name} is of no page" for name in sorted(here - named)]
        shown = shown_in(ending)
        wrong += [f"no document shows pictures/{language}/{name}" for name in sorted(named - shown[language])]
        for other in set(LANGUAGES) - {language}:
            wrong += [f"a page in {language} shows pictures/{other}/{name}" for name in sorted(shown[other])]
    return wrong


def shown_in(ending: str) -> dict[str, set[str]]:
    """Pictures that the pages of a language show, by the language of the picture."""
    texts = [
        p.read_text("utf-8") for p in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")) if _is_in(p, ending)
    ]
    return {
        of: set(re.findall(rf"!\[[^\]]*\]\([\w/]*pictures/{of}/([^)]+)\)", "\n".join(texts)))
        for of in LANGUAGES
    }


def _is_in(page: Path, ending: str) -> bool:
    return page.name.endswith(f"{ending}.md") and (bool(ending) or not page.name.endswith(".zh-CN.md"))
