"""Signs for walls, to be printed: a page of paper for each place, in both languages. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

STYLE = """
@page { size: A4; margin: 18mm; }
* { box-sizing: border-box; }
body { margin: 0; color: #17201f; font: 16px/1.4 system-ui, "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", sans-serif; }
section { display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 6mm;
  min-height: 255mm; padding: 10mm; text-align: center; break-after: page; }
section:last-child { break-after: auto; }
h1 { margin: 0; font-size: 40px; line-height: 1.2; }
h2 { margin: 0; font-size: 30px; }
p { margin: 0; overflow-wrap: anywhere; }
svg { width: 110mm; height: 110mm; }
.other { font-size: 26px; }
.kind { padding: 1mm 5mm; border: 1px solid #8a979b; border-radius: 99px; }
.quiet { color: #55625f; }
"""


@dataclass(frozen=True, slots=True)
class Poster:
    """A place's sign. kind: what is always reported there, zh and en. code: the QR code as SVG."""

    name: str
    kind: tuple[str, str] | None
    url: str
    code: str


def page(posters: Sequence[Poster]) -> str:
    """A whole HTML page that loads nothing; each poster fills one sheet of A4."""
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f"<title>格物 Gewu</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{''.join(map(_section, posters))}</body>\n</html>\n"
    )


def _section(poster: Poster) -> str:
    kind = f'<p class="kind">{escape(" · ".join(poster.kind))}</p>\n' if poster.kind else ""
    return (
        "<section>\n<h1>看到问题，请扫码上报</h1>\n"
        '<p class="other" lang="en">Seen a problem? Scan and tell us</p>\n'
        f"<h2>{escape(poster.name)}</h2>\n{kind}{poster.code}\n"
        "<p>不用登录，不问姓名和电话；照片先遮挡人员和车牌再保存。</p>\n"
        '<p lang="en">No account, no name, no number; '
        "persons and plates are masked before a photo is kept.</p>\n"
        f'<p class="quiet">{escape(poster.url)}</p>\n</section>\n'
    )
