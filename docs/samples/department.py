"""Takes what is dispatched to a department and feeds it back: python department.py URL TOKEN DEPARTMENT.

Needs Python alone. A system of the department's own would do so when its crew says so.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request


def ask(path, body=None):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url + path, data, headers), timeout=30) as answer:
        return json.load(answer)


def act(ticket, action, **given):
    """Once, however often it is sent: the request's name follows from what is done to which version."""
    version = ticket["version"]
    request = f"crew-{ticket['number']}-{version}-{action}"
    body = {"action": action, "version": version, "request": request, **given}
    try:
        ask(f"/api/tickets/{ticket['number']}/actions", body)
        print(ticket["number"], action, flush=True)
    except urllib.error.HTTPError as error:  # 409: somebody else was quicker; look again next time
        print(ticket["number"], "not", action, "-", json.load(error)["detail"], flush=True)
        return False
    return True


url, token, department = sys.argv[1:4]
wanted = urllib.parse.urlencode({"department": department, "state": "dispatched", "limit": 200})
for each in ask(f"/api/tickets?{wanted}")["items"]:
    if act(each, "take"):
        act(ask(f"/api/tickets/{each['number']}"), "feed_back", reason="done by the crew's own system")
