"""Base maps that tests make themselves: a tile server of a city's own, and small PMTiles archives.

The archive follows version 3 of the PMTiles specification, its vector tiles version 2 of Mapbox's.
"""

import gzip
import io
import json
import math
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image, ImageDraw

from tests.ports import HOST, free_port

Place = tuple[float, float]
"""Longitude and latitude, in whatever datum the map is drawn."""
SIDE, EXTENT = 256, 4096
LAND, MARK = (206, 232, 200), (255, 0, 255)
RING = (36, 42)  # radii of a mark, in pixels of a tile


def world(place: Place) -> Place:
    """Web Mercator: 0 to 1 eastwards and southwards."""
    longitude, latitude = place
    return (longitude + 180) / 360, 0.5 - math.asinh(math.tan(math.radians(latitude))) / math.tau


def tile_png(z: int, x: int, y: int, marks: Sequence[Place]) -> bytes:
    """Land, with a ring around each mark."""
    picture = Image.new("RGB", (SIDE, SIDE), LAND)
    draw = ImageDraw.Draw(picture)
    for mark in marks:
        east, south = ((part * 2**z - at) * SIDE for part, at in zip(world(mark), (x, y), strict=True))
        if not (-SIDE < east < 2 * SIDE and -SIDE < south < 2 * SIDE):
            continue
        inner, outer = RING
        draw.circle((east - 0.5, south - 0.5), outer, outline=MARK, width=outer - inner)
    body = io.BytesIO()
    picture.save(body, "PNG")
    return body.getvalue()


class TileServer:
    """Tiles at `{url}/{z}/{x}/{y}.png`, on an origin of its own; it can go away and come back."""

    def __init__(self, *marks: Place) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.tiles = f"{self.url}/{{z}}/{{x}}/{{y}}.png"
        self.marks = marks
        self.asked: list[str] = []
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> "TileServer":
        ours = self

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                ours.asked.append(self.path)
                z, x, y = (int(part) for part in self.path.removesuffix(".png").split("/")[-3:])
                body = tile_png(z, x, y, ours.marks)
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Access-Control-Allow-Origin", "*")  # without it no map may draw them
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((HOST, self.port), Answer)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None


@contextmanager
def tile_server(*marks: Place) -> Iterator[TileServer]:
    """One that runs."""
    made = TileServer(*marks).start()
    try:
        yield made
    finally:
        made.stop()


def raster_archive(path: Path, around: Place, zooms: Sequence[int], *marks: Place) -> Path:
    """PNG tiles about a place."""
    found = {zoom: _about(around, zoom) for zoom in zooms}
    tiles = {
        (zoom, x, y): tile_png(zoom, x, y, marks)
        for zoom, (east, south) in found.items()
        for x in range(east - 2, east + 3)
        for y in range(south - 2, south + 3)
    }
    path.write_bytes(_archive(tiles, around, kind=2, packed=1, said={}))
    return path


def vector_archive(path: Path, around: Place, zoom: int) -> Path:
    """One tile: water in its western half, a road from its north-west to its south-east."""
    east, south = _about(around, zoom)
    half = EXTENT // 2
    water = [(0, 0), (half, 0), (half, EXTENT), (0, EXTENT)]
    layers = {"water": (3, water), "roads": (2, [(0, 0), (EXTENT, EXTENT)])}
    body = b"".join(_part(3, _layer(name, *shape)) for name, shape in layers.items())
    said = {"vector_layers": [{"id": name, "fields": {}} for name in layers]}
    tiles = {(zoom, east, south): gzip.compress(body)}
    path.write_bytes(_archive(tiles, around, kind=1, packed=2, said=said))
    return path


def _about(place: Place, zoom: int) -> tuple[int, int]:
    east, south = (int(part * 2**zoom) for part in world(place))
    return east, south


def _archive(
    tiles: dict[tuple[int, int, int], bytes], around: Place, *, kind: int, packed: int, said: object
) -> bytes:
    """Header, one directory, what is said, tiles. kind: 1 vector, 2 PNG; packed: 1 not, 2 gzip."""
    entries = sorted((_tile_id(*at), body) for at, body in tiles.items())
    directory, about = gzip.compress(_directory(entries)), gzip.compress(json.dumps(said).encode())
    data = b"".join(body for _, body in entries)
    parts, offset = [], 127
    for length in (len(directory), len(about), 0, len(data)):
        parts += [offset, length]
        offset += length
    zooms = [zoom for zoom, _, _ in tiles]
    east, south = (round(part * 1e7) for part in around)
    bounds = (-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000)
    header = struct.pack("<7sB", b"PMTiles", 3) + struct.pack("<11Q", *parts, *[len(entries)] * 3)
    header += struct.pack("<6B", 1, 2, packed, kind, min(zooms), max(zooms))
    header += struct.pack("<4iB2i", *bounds, max(zooms), east, south)
    return header + directory + about + data


def _directory(entries: Sequence[tuple[int, bytes]]) -> bytes:
    ids = [tile for tile, _ in entries]
    steps = [now - before for before, now in zip([0, *ids], ids, strict=False)]
    lengths = [len(body) for _, body in entries]
    offsets = [1] + [0] * (len(entries) - 1)  # the first at 0, each other one right after it
    numbers = [len(entries), *steps, *[1] * len(entries), *lengths, *offsets]
    return b"".join(_varint(number) for number in numbers)


def _tile_id(z: int, x: int, y: int) -> int:
    """Along Hilbert's curve, after all tiles of lower zooms."""
    found, side = (4**z - 1) // 3, 2**z // 2
    while side > 0:
        right, low = int(x & side > 0), int(y & side > 0)
        found += side * side * ((3 * right) ^ low)
        if low == 0:
            if right == 1:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        side //= 2
    return found


def _layer(name: str, kind: int, points: Sequence[tuple[int, int]]) -> bytes:
    """One feature without properties. kind: 2 a line, 3 a polygon."""
    geometry, at = [9], (0, 0)  # move to one point
    for n, point in enumerate(points):
        if n == 1:
            geometry.append((len(points) - 1) << 3 | 2)  # lines to the others
        geometry += [
            (now - before) << 1 ^ (now - before) >> 31 for now, before in zip(point, at, strict=True)
        ]
        at = point
    if kind == 3:
        geometry.append(15)  # close it
    commands = b"".join(_varint(number) for number in geometry)
    feature = _varint(3 << 3) + _varint(kind) + _part(4, commands)
    layer = _varint(15 << 3) + _varint(2) + _part(1, name.encode()) + _part(2, feature)
    return layer + _varint(5 << 3) + _varint(EXTENT)


def _part(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])
