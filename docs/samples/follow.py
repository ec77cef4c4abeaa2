"""Prints every change of tickets, over restarts: python follow.py URL TOKEN [FILE]. Needs Python alone."""

import json
import sys
import time
import urllib.request
from pathlib import Path


def lines(url, token, last):
    """The lines of the stream, from after the change `last`."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    if last:
        headers["Last-Event-ID"] = last
    asked = urllib.request.Request(f"{url}/api/stream", headers=headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:  # a comment every 15 s: silence is a dead line
        for line in answer:
            yield line.decode().rstrip("\n")


def tell(change):
    """What a platform of your own would keep. The same ticket comes again with every change."""
    ticket, why = change["ticket"], change["reason"]["text"]
    print(ticket["number"], ticket["state"], ticket["kind"]["word"], "-", why, flush=True)


url, token = sys.argv[1:3]
place = Path(sys.argv[3] if len(sys.argv) > 3 else "followed.txt")
while True:
    name = None
    try:
        for line in lines(url, token, place.read_text() if place.exists() else ""):
            key, _, value = line.partition(": ")
            if key == "id":
                newest = value
            elif key == "event":
                name = value
            elif key == "data":
                if name == "ticket":
                    tell(json.loads(value))
                place.write_text(newest)  # only after it is kept: at worst it is told again
    except OSError as error:
        print(f"again in 5 s: {error}", file=sys.stderr, flush=True)
    time.sleep(5)
