"""Takes tickets from Gewu: python webhook_receiver.py SECRET_FILE [PORT]. Needs nothing else."""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

TOLERANCE_S = 300  # an older request may be one that somebody has listened to
SECRETS = [
    base64.b64decode(line.strip().removeprefix("whsec_"))
    for line in Path(sys.argv[1]).read_text().splitlines()
    if line.strip()
]
seen = {}  # what came within the tolerance; keep it in your database, with what you make of it


def is_gewu(headers, body):
    """Whether it is signed with a secret of ours, and just now."""
    said, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdigit() or abs(time.time() - int(at)) > TOLERANCE_S:
        return False
    about = f"{said}.{at}.".encode() + body
    wanted = [base64.b64encode(hmac.digest(each, about, hashlib.sha256)).decode() for each in SECRETS]
    given = [proof.removeprefix("v1,") for proof in headers.get("webhook-signature", "").split()]
    return any(hmac.compare_digest(one, other) for one in wanted for other in given)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 1_000_000))
        if not is_gewu(self.headers, body):
            self.answer(401)
            return
        if self.headers["webhook-id"] not in seen:  # the same may come twice
            seen[self.headers["webhook-id"]] = time.time()
            take(json.loads(body)["data"])
        self.answer(204)  # only now: until then Gewu keeps it and sends it again

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words):
        for known in [known for known, at in seen.items() if at < time.time() - TOLERANCE_S]:
            del seen[known]


def take(data):
    ticket, change = data["ticket"], data["changes"][-1]
    where = ticket["place"] or ticket["cell"] or "?"
    print(ticket["number"], ticket["state"], ticket["kind"]["zh"], where, change["code"], flush=True)


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 8099), Receiver)
    print(f"listening at http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
