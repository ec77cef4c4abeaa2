"""The node's broker: its name, a connection, TLS, login, and whether the node may speak and hear there."""

import ssl
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone

from broker.link_settings import LinkSettings
from broker.saying import listed, said
from edge.diagnosis import broker as told
from edge.diagnosis.sign import Finding
from edge.examining.case import Case
from edge.examining.probing import Probe, Prober
from edge.examining.reaching import Reached, reach

TITLE = "broker"
BOX, ALONE = False, False
PATIENCE_S = 8.0


def limit_s(case: Case) -> float:  # noqa: ARG001 - as every examination has it
    """Name, connection, TLS, login, words: each may take its time."""
    return 8 * PATIENCE_S


def examine(case: Case) -> Iterable[Finding]:
    """Step by step, as far as it goes."""
    own = case.credentials()
    link = case.settings.broker if own is None else own.link(case.settings.broker)
    where = f"{link.host}:{link.port}"
    try:
        link.password()
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or said("it is not UTF-8 text")
        yield told.PASSWORD_FILE.at(where, said("{file}: {what}", file=link.password_file, what=what))
        return
    try:
        context = link.tls_context() if link.tls else None
    except (OSError, ssl.SSLError) as error:
        yield told.TLS.at(where, said("the files for TLS cannot be used: {why}", why=_words(error)))
        return
    there = reach(link.host, link.port, context, PATIENCE_S)
    if there.step is not None:
        yield told.BY_STEP[there.step].at(where, there.words, host=link.host, port=link.port)
        return
    yield from _ends(where, there)
    yield from _let_in(case, link, there)


def _words(error: Exception) -> str:
    name = getattr(error, "filename", None)
    return f"{f'{name}: ' if name else ''}{getattr(error, 'strerror', None) or error}"


def _ends(where: str, there: Reached) -> Iterator[Finding]:
    if there.ends is not None and there.ends - time.time() < told.SOON_DAYS * 86_400:
        until = f"{datetime.fromtimestamp(there.ends, tz=timezone.utc):%Y-%m-%d %H:%M} UTC"
        yield told.ENDS.at(where, said("its certificate ends at {until}", until=until), until=until)


def _let_in(case: Case, link: LinkSettings, there: Reached) -> Iterator[Finding]:
    where = f"{link.host}:{link.port}"
    if case.beside and link.cert_file is not None:
        yield from _of_the_node(case, where, link, there)
        return
    own, settings = case.credentials(), case.settings
    outbox = settings.storage.directory / "outbox.sqlite"
    prober = Prober(link, settings.address, own.sign if own else None, outbox)
    yield from _told(prober.probe(PATIENCE_S), where, link, settings.address.name, there)


def _of_the_node(case: Case, where: str, link: LinkSettings, there: Reached) -> Iterator[Finding]:
    """A node that runs has the one connection that its certificate allows; it is looked for, not tried."""
    stands = None
    if case.node is not None:
        stands = case.processes.connected(case.node, list(there.addresses), link.port)
    if stands is False:
        seen = said("process {pid} has no connection to {where}", pid=case.node, where=where)
        yield told.CUT_OFF.at(where, seen)
    else:
        node = said("the node is connected") if stands else said("the node's connection is not seen")
        yield told.NOT_TRIED.at(where, listed([there.words, node], "; "), node_connected=stands)


def _told(found: Probe, where: str, link: LinkSettings, name: str, there: Reached) -> Iterator[Finding]:
    if not found.connected:
        yield told.not_connected(found.reason, where=where, name=name, host=link.host, port=link.port)
        return
    wrong = told.rights(where, name, found.refused_topics, found.refused_filters)
    if not wrong and not found.acknowledged:
        wrong = [told.NO_ANSWER.at(where, said("nothing was acknowledged within {s:g} s", s=PATIENCE_S))]
    if not wrong and found.event and found.receipt_s is None:
        seen = said("no receipt within {s:g} s for an event sent again", s=PATIENCE_S)
        wrong = [told.NO_RECEIPT.at(where, seen, name=name)]
    if found.connected_s > told.SLOW_S:
        wrong.append(told.SLOW.at(where, said("login took {s:.1f} s", s=found.connected_s), host=link.host))
    if not any(finding.state in ("warning", "fault") for finding in wrong):
        seen = said("connected in {s:.2f} s, may speak and hear", s=found.connected_s)
        if found.receipt_s is not None:
            seen = listed([seen, said("receipt after {s:.2f} s", s=found.receipt_s)])
        figures = {
            "ms": round(there.ms, 1),
            "login_s": round(found.connected_s, 3),
            "receipt_s": found.receipt_s,
        }
        yield told.FINE.at(where, seen, **figures)
    yield from wrong
