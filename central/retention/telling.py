"""The public register for people to read: as a page, and as Markdown. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from broker.fields import rfc3339
from central.languages import Language
from central.retention.plan import DAY_S
from central.retention.register import Register, named, words


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it: paragraphs, then a table."""

    title: str
    texts: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


Say = Callable[[str], str]


def sections(register: Register, language: Language) -> list[Section]:
    """All of it, in one language."""

    def say(name: str) -> str:
        return named("page", name).said(language)

    return [
        _who_runs(register, say),
        _sources(register, language, say),
        _kinds(register, language, say),
        Section(say("masking"), tuple(each.said(language) for each in register.masking)),
        _kept(register, language, say),
        _roles(register, language, say),
        Section(say("goes"), tuple(_goes(register, language))),
    ]


def markdown(register: Register, language: Language) -> str:
    """To be printed and published elsewhere."""
    lines = [f"# {_page('title', language)}", "", _page("lead", language), ""]
    for each in sections(register, language):
        lines += [f"## {each.title}", ""]
        for text in each.texts:
            lines += [text, ""]
        if each.rows:
            cells = [[cell.replace("|", "\\|") for cell in row] for row in (each.head, *each.rows)]
            table = [f"| {' | '.join(row)} |" for row in cells]
            lines += [table[0], f"|{'---|' * len(each.head)}", *table[1:], ""]
    return "\n".join(lines)


def page(register: Register, language: Language) -> str:
    """As a whole page, which needs no script."""
    other: Language = "en" if language == "zh" else "zh"
    body = "".join(_section(each) for each in sections(register, language))
    title, lead = escape(_page("title", language)), escape(_page("lead", language))
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{title} · Gewu 格物</title>\n'
        '<link rel="icon" href="/console/mark.svg" type="image/svg+xml">\n'
        '<link rel="stylesheet" href="/console/register.css">\n</head>\n<body>\n'
        '<header class="top"><div class="bar"><p class="brand"><img src="/console/mark.svg" alt="" width="26"'
        ' height="26"> 格物 <span>Gewu</span></p>'
        f'<a class="plain" id="language" hreflang="{other}" href="/register?lang={other}">'
        f"{escape(_page('other_language', language))}</a></div></header>\n"
        f'<main class="register"><h1>{title}</h1><p class="lead">{lead}</p>\n{body}</main>\n'
        "</body>\n</html>\n"
    )


def duration(seconds: float, language: Language) -> str:
    """In words."""
    unit, size = ("day", DAY_S) if seconds >= 2 * DAY_S or seconds % DAY_S == 0 else ("hour", 3600.0)
    number = f"{seconds / size:.4g}"
    return _page(unit if number == "1" else f"{unit}s", language).format(n=number)


def _page(name: str, language: Language) -> str:
    return named("page", name).said(language)


def _who_runs(register: Register, say: Say) -> Section:
    told = (("operator", register.operator), ("contact", register.contact), ("basis", register.basis))
    rows = tuple((say(name), text or say("unsaid")) for name, text in told)
    return Section(say("about"), (say("as_of").format(at=rfc3339(register.at)),), ("", ""), rows)


def _sources(register: Register, language: Language, say: Say) -> Section:
    if not register.sources:
        return Section(say("sources"), (say("nothing_yet"),))
    placed = any(each.places for each in register.sources)
    rows = []
    for each in register.sources:
        kinds = _join((_kind_name(register, kind, language) for kind in each.kinds), language)
        row = [each.named.said(language), str(each.number), kinds or say("none_said")]
        rows.append((*row, _join(map(_place, each.places), language)) if placed else tuple(row))
    head = (say("sort"), say("number"), say("looks_for"), *((say("where"),) if placed else ()))
    return Section(say("sources"), (), head, tuple(rows))


def _place(place: object) -> str:
    name = getattr(place, "name", None)
    longitude, latitude = getattr(place, "longitude", None), getattr(place, "latitude", None)
    where = f"{longitude:.6f}, {latitude:.6f}" if longitude is not None and latitude is not None else ""
    return " ".join(part for part in (name, f"({where})" if where and name else where) if part)


def _kinds(register: Register, language: Language, say: Say) -> Section:
    rows = []
    for each in register.kinds:
        found = (_sort_name(sort, language) for sort in each.found_by)
        code = f" {each.code}" if each.code else ""
        rows.append(
            (f"{each.named.said(language)}{code}", each.purpose.said(language), _join(found, language))
        )
    return Section(say("kinds"), (), (say("kind"), say("why"), say("by")), tuple(rows))


def _sort_name(sort: str, language: Language) -> str:
    return _page("people", language) if sort == "people" else named("sorts", sort).said(language)


def _kept(register: Register, language: Language, say: Say) -> Section:
    """Kinds that are kept alike in one line."""
    alike: dict[tuple[float, ...], list[str]] = {}
    for each in register.kinds:
        times = (each.tickets_s, each.pictures_s, each.texts_s)
        alike.setdefault(times, []).append(each.named.said(language))
    rows = []
    for n, part in enumerate(("tickets", "pictures", "texts")):
        by_time: dict[float, list[str]] = {}
        for three, kinds in alike.items():
            by_time.setdefault(three[n], []).extend(kinds)
        what = named("kept", part).said(language)
        for seconds, kinds in sorted(by_time.items()):
            of = f"{what}: {_join(kinds, language)}" if len(by_time) > 1 else what
            rows.append((of, f"{duration(seconds, language)}, {say('after_end')}"))
    rows += [(each.named.said(language), duration(each.kept_s, language)) for each in register.kept]
    texts = (say("holds"), say("counts"))
    return Section(say("kept"), texts, (say("what"), say("how_long")), tuple(rows))


def _roles(register: Register, language: Language, say: Say) -> Section:
    rows = tuple(
        (each.named.said(language), _join((named("actions", a).said(language) for a in each.may), language))
        for each in register.roles
    )
    return Section(say("who"), (), (say("role"), say("may")), rows)


def _goes(register: Register, language: Language) -> Iterable[str]:
    said = words()["goes"]
    names = _join((each.said(language) for each in register.departments), language)
    yield said["departments"][language].format(names=names)
    yield said[f"open311_{register.open311}"][language]
    if register.citizens:
        yield said["report"][language]
    yield said["public"][language]


def _kind_name(register: Register, kind: str, language: Language) -> str:
    return next((each.named.said(language) for each in register.kinds if each.kind == kind), kind)


def _join(parts: Iterable[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(part for part in parts if part)


def _section(section: Section) -> str:
    texts = "".join(f"<p>{escape(text)}</p>" for text in section.texts)
    return f"<section><h2>{escape(section.title)}</h2>{texts}{_table(section)}</section>\n"


def _table(section: Section) -> str:
    if not section.rows:
        return ""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in section.head)
    top = f"<thead><tr>{head}</tr></thead>" if any(section.head) else ""
    rows = "".join(f"<tr>{_cells(section.head, row)}</tr>" for row in section.rows)
    return f"<table>{top}<tbody>{rows}</tbody></table>"


def _cells(head: Sequence[str], row: Sequence[str]) -> str:
    """On a narrow screen each cell says of what it is."""
    first = f'<th scope="row">{escape(row[0])}</th>'
    rest = (
        f'<td data-of="{escape(name)}">{escape(cell)}</td>'
        for name, cell in zip(head[1:], row[1:], strict=True)
    )
    return first + "".join(rest)
