"""One HTTP request to a device, with digest authentication, and its answer unread."""

import httpx


class NoWayIn(Exception):
    """The device asks for a kind of authentication that is not known here."""


def send(client: httpx.Client, request: httpx.Request, auth: httpx.DigestAuth | None) -> httpx.Response:
    """The answer with its body unread; close it. Raises httpx's errors and NoWayIn.

    httpx itself would read the refusal to its end, however long a device makes it.
    """
    if auth is None:
        return client.send(request, stream=True, auth=None)
    flow = auth.auth_flow(request)
    answer = client.send(next(flow), stream=True, auth=None)
    try:
        again = flow.send(answer)
    except StopIteration:
        return answer
    except (KeyError, ValueError, NotImplementedError, AssertionError):
        answer.close()
        raise NoWayIn("the device asks for a kind of authentication that is not known") from None
    except BaseException:
        answer.close()
        raise
    answer.close()
    return client.send(again, stream=True, auth=None)
