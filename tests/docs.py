"""`python -m tests.docs`: links, anchors, both languages, pictures of every page; no page names a machine."""

import re
import sys
from functools import cache
from pathlib import Path

from tests.pictures import coverage

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
# Paths of somebody's machine have no place in a page that others read.
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/\w+")
CHINESE = ".zh-CN.md"
SKIP = {".venv", "node_modules", "var"}


def pages() -> list[Path]:
    """Every Markdown page of the project."""
    return sorted(p for p in ROOT.rglob("*.md") if not SKIP & set(p.relative_to(ROOT).parts))


def links(page: Path) -> list[tuple[str, str]]:
    """Targets inside the project with their anchors, either may be empty; code blocks are no prose."""
    found = (a or b for a, b in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))))
    parts = (target.partition("#") for target in found if not re.match(r"[a-z]+:", target))
    return [(path, anchor) for path, _, anchor in parts]


@cache
def anchors(page: Path) -> set[str]:
    """What a link into the page may name: its headings, as GitHub names them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    said = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", each) for each in re.findall(r"^#+ (.*)$", text, re.M))
    return {re.sub(r"[^\w\- ]", "", each.strip().lower()).replace(" ", "-") for each in said}


def other_language(page: Path) -> list[str]:
    """What a Chinese page lacks of its English one: a heading, or a sample to the letter."""
    if not page.name.endswith(CHINESE):
        return []
    name = page.relative_to(ROOT)
    english = page.with_name(page.name.removesuffix(CHINESE) + ".md")
    if not english.exists():
        return [f"{name}: there is no {english.name}"]
    here, there = (each.read_text(encoding="utf-8") for each in (page, english))
    wrong = []
    if FENCE.findall(here) != FENCE.findall(there):
        wrong.append(f"{name}: its samples are not those of {english.name}")
    if headings(here) != headings(there):
        wrong.append(f"{name}: its headings are not as deep, or as many, as those of {english.name}")
    return wrong


def headings(text: str) -> list[str]:
    """How deep each is, in order."""
    return re.findall(r"^(#+) ", FENCE.sub("", text), re.M)


def faults() -> list[str]:
    """Everything wrong with the pages, one line each."""
    wrong, reached = [], {ROOT / "README.md", ROOT / "CHANGELOG.md"}
    for page in pages():
        name = page.relative_to(ROOT)
        text = page.read_text(encoding="utf-8")
        wrong += [f"{name}: names a machine's path: {m[0]}" for m in MACHINE.finditer(text)]
        wrong += other_language(page)
        for target, anchor in links(page):
            there = (page.parent / target).resolve() if target else page
            if not there.exists():
                wrong.append(f"{name}: link to {target} leads nowhere")
                continue
            reached |= {there, there / "README.md"} if target else set()
            if anchor and there.suffix == ".md" and anchor not in anchors(there):
                wrong.append(f"{name}: {there.name} has no heading {anchor}")
    lost = [p for p in pages() if p not in reached and "docs" in p.relative_to(ROOT).parts]
    return wrong + [f"{p.relative_to(ROOT)}: no page links to it" for p in lost] + coverage.faults()


def main() -> int:
    found = faults()
    print("\n".join(found) or f"docs: {len(pages())} pages, all links resolve")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
