"""The console's pages, built by Vite from `central/console/`; the public register's style is not built."""

import os
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.datastructures import Headers
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

from central.api.guard import public

CONSOLE = Path(str(files("central").joinpath("console")))
PLAIN, BUILT = CONSOLE / "plain", CONSOLE / "built"
# Where the console's own router takes over; `/tickets` and all below it, and so on.
WITHIN = (
    "cameras",
    "fleet",
    "flights",
    "health",
    "help",
    "indicators",
    "map",
    "models",
    "people",
    "replay",
    "rollouts",
    "setup",
    "signin",
    "start",
    "ticket",
    "tickets",
    "why",
    "zones",
)
REPORT_PAGES = ("/report", "/report/{token}")
# Whoever reports, works in the street or looks for oneself on the map may let the browser say where it is.
PLACED = {"Permissions-Policy": "camera=(), microphone=(), geolocation=(self)"}
LASTING = "public, max-age=31536000, immutable"  # the name of a built file changes with what is in it
NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Gewu 格物</title></head>
<body>
<h1>The console's pages are not built</h1>
<p>Run <code>make console</code> in the checkout (it needs Node 20 or later), then load this page again.
The API and everything else of the centre work.</p>
<h1 lang="zh-CN">控制台页面尚未构建</h1>
<p lang="zh-CN">请在代码目录运行 <code>make console</code>（需要 Node 20 或更高版本），然后刷新本页。
接口和中心的其他功能不受影响。</p>
</body>
</html>
"""


def add(app: FastAPI) -> None:
    """Every page, and the files that pages load."""
    for path in ("/", *(f"/{name}" for name in WITHIN), *(f"/{name}/{{rest:path}}" for name in WITHIN)):
        _add(app, path, _built("index.html", PLACED))
    for path in ("/phone", "/phone/{rest:path}"):
        _add(app, path, _built("phone.html", PLACED))
    for path in REPORT_PAGES:
        _add(app, path, _built("report.html", PLACED))
    # At the root, for a service worker may keep only what lies below its own address.
    for file, kind in (("worker.js", "text/javascript"), ("phone.webmanifest", "application/manifest+json")):
        _add(app, f"/{file}", _built(file, MappingProxyType({"Content-Type": kind})))
    app.mount("/icons", _Assets(directory=BUILT / "icons", check_dir=False), name="icons")
    app.mount("/console", StaticFiles(directory=PLAIN), name="console")
    app.mount("/assets", _Assets(directory=BUILT / "assets", check_dir=False), name="assets")


def kept(path: str, status: int) -> str:
    """How long a browser may keep an answer that says nothing of it itself."""
    if path.startswith("/assets/") and status < 400:
        return LASTING
    return "no-cache" if path.startswith(("/console/", "/icons/")) else "no-store"


class _Assets(StaticFiles):
    """Built files, packed where the browser takes that and the build made a packed one."""

    async def check_config(self) -> None:
        """They may be built while the centre runs."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file, or the packed one beside it."""
        packed = Path(f"{full_path}.gz")
        takes = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        if not (takes and packed.is_file()):
            return super().file_response(full_path, stat_result, scope, status_code)
        answer = super().file_response(packed, packed.stat(), scope, status_code)
        answer.headers["content-encoding"] = "gzip"
        answer.headers["vary"] = "accept-encoding"
        return answer


def _add(app: FastAPI, path: str, page: Callable[[], Response]) -> None:
    app.add_api_route(path, page, include_in_schema=False, openapi_extra=public("a page without data"))


def _built(file: str, more: Mapping[str, str] = MappingProxyType({})) -> Callable[[], Response]:
    def page() -> Response:
        if not (BUILT / file).is_file():
            return HTMLResponse(NOT_BUILT, status_code=503, headers={"Retry-After": "60"})
        return FileResponse(BUILT / file, headers={"Cache-Control": "no-cache", **more})

    return page
