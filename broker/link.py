"""The one connection to an MQTT 5 broker, and the only file that imports the client library.

Every connection is a new client: whatever the library would keep of a lost one is thrown away, because the
outbox, not the library, is the queue. A message counts as delivered when its receipt comes, never before.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from copy import copy
from functools import lru_cache
from typing import Any

from paho.mqtt.client import Client, MQTTMessage, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from broker.deliveries import Arrivals, Delivery, Sign, Will, no_ack
from broker.link_settings import LinkSettings
from broker.reconnecting import Reconnecting
from broker.refusals import lost, not_reached, refused, said_nothing
from broker.topics import Channel

__all__ = ["Delivery", "Link", "LinkSettings", "Sign", "Will"]

log = logging.getLogger(__name__)

BACKLOG = 256  # published and not yet acknowledged by the broker; more is refused and stays with the caller
WINDOW = 20  # of these, how many are sent; the rest waits in the client
ANSWER_S = 10.0  # a broker that takes the connection and then says nothing
OVERHEAD = 256  # of a packet beside topic and body, generously: header, packet number, properties
TICK_S, FLUSH_S = 0.2, 2.0


class Link(Reconnecting):
    """Keeps one connection: reconnects with back-off, renews subscriptions, hands out what comes in.

    `on_message` runs on the connection's own thread and must return well within the keepalive. When it
    raises under `manual_ack`, the connection is begun anew, with back-off: leaving out one acknowledgement
    would break MQTT's order. What was not acknowledged comes again when the node finds no receipt for it.
    Without `manual_ack` the fault is logged and the message is gone.
    `on_connection` is told of every change: up or not, and why.
    `sign` gives what is published, and the will, the user properties that prove whose it is.
    `on_verdict` is told what the broker says to each subscription and to each message with QoS 1: the topic,
    and whether it is allowed.
    """

    def __init__(
        self,
        settings: LinkSettings,
        *,
        client_id: str,
        on_message: Callable[[Delivery], None] | None = None,
        on_connection: Callable[[bool, str], None] | None = None,
        will: Will | None = None,
        manual_ack: bool = False,
        receive_maximum: int = 64,
        sign: Sign | None = None,
        on_verdict: Callable[[str, bool], None] | None = None,
    ) -> None:
        super().__init__(f"link-{client_id}", on_connection)
        self.settings = settings
        self.client_id = client_id
        self.on_message = on_message
        self.will = will
        self.manual_ack = manual_ack
        self.receive_maximum = receive_maximum
        self.sign = sign
        self.on_verdict = on_verdict
        self.window = WINDOW
        self.filters: dict[str, int] = {}
        self.changed = threading.Condition(threading.Lock())
        self._live: _Session | None = None

    @property
    def connected(self) -> bool:
        """Whether the broker has accepted us and the connection stands."""
        return self._live is not None

    def wait(self, timeout: float) -> bool:
        """Wait until connected with every subscription answered; False when `timeout` seconds pass first."""
        with self.changed:
            return self.changed.wait_for(lambda: self._live is not None and self._live.settled, timeout)

    def subscribe(self, topic_filter: str, qos: int = 1) -> None:
        """Take messages of a topic filter from now on, also after every reconnect."""
        with self.changed:
            self.filters[topic_filter] = qos
            if self._live is not None:
                self._live.subscribe(topic_filter, qos)

    def publish(self, topic: str, body: bytes, channel: Channel) -> bool:
        """Hand one message to the broker; False when that cannot be done now and the caller keeps it.

        True is no promise of delivery: a message on its way when the connection breaks is lost.
        """
        session = self._live
        return session is not None and session.publish(topic, body, channel)

    def reconnect(self) -> None:
        """End this connection in order and begin another, with what the settings' files hold by then."""
        if (session := self._live) is not None:
            session.leaving = True

    def fits(self, topic: str, body: bytes) -> bool:
        """Whether the broker of this connection takes so large a message; True while there is none."""
        session = self._live
        return session is None or session.fits(topic, body)

    def signed(self, topic: str, body: bytes) -> Mapping[str, str]:
        """The user properties that go with a message of ours."""
        return self.sign(topic, body) if self.sign is not None else {}

    def up(self, session: "_Session") -> None:
        """The session's broker accepted it: renew what was subscribed, then let others publish."""
        with self.changed:
            for topic_filter, qos in self.filters.items():
                session.subscribe(topic_filter, qos)
            self._live = session
            self.changed.notify_all()
        self._tell(True, f"connected to {self.settings.url}")

    def _one_connection(self) -> str:
        """Live through one connection; say why it ended or never came to be."""
        session = None
        try:
            session = _Session(self)
            return session.live(self._stopping)
        except OSError as error:
            return not_reached(error, self.settings.host, self.settings.port)
        except Exception as error:
            log.exception("the connection failed in a way nobody foresaw")
            return f"the connection failed: {type(error).__name__}"
        finally:
            with self.changed:
                self._live = None
            if session is not None:
                session.client.reinitialise()  # closes what is open, breaks the ring of references


class _Session:
    """One connection from first to last byte, on the link's thread; others may publish and acknowledge."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.leaving = False
        self._accepted = False
        self._failed = False
        self._refused_size = False
        self._largest = 268_435_455  # what MQTT itself allows
        self._reason = ""
        self._asked: dict[int, str] = {}
        self._said: dict[int, str] = {}
        self._last: MQTTMessageInfo | None = None
        self.client = _client(link)
        self._arrivals = Arrivals(self.client.ack)
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = self._on_disconnect
        self.client.on_subscribe = self._on_subscribe
        self.client.on_publish = self._on_publish
        self.client.on_message = self._on_message
        # With this set the library never writes to the socket from a thread that publishes.
        self.client.on_socket_register_write = lambda *_: None

    @property
    def settled(self) -> bool:
        """Whether the broker has answered every subscription."""
        return not self._asked

    def live(self, stopping: threading.Event) -> str:
        """Connect and stay until the connection ends; returns why it ended."""
        settings = self._link.settings
        limits = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        limits.ReceiveMaximum = self._link.receive_maximum
        keepalive = round(settings.keepalive)
        self.client.connect(settings.host, settings.port, keepalive, clean_start=True, properties=limits)
        patience = time.monotonic() + ANSWER_S
        while self.client.loop(TICK_S) == MQTTErrorCode.MQTT_ERR_SUCCESS:
            if self._accepted and not (stopping.is_set() or self._failed or self.leaving):
                patience = time.monotonic() + FLUSH_S
            elif time.monotonic() > patience:
                break
            elif self._accepted and (self._failed or self._last is None or self._last.is_published()):
                self.client.disconnect()
        if not self._accepted and not self._reason:
            return said_nothing(settings.host, settings.port, certified=settings.cert_file is not None)
        return self._reason or lost(0x80, "")

    def subscribe(self, topic_filter: str, qos: int) -> None:
        """Ask for a topic filter. The caller holds the link's lock."""
        _, mid = self.client.subscribe(topic_filter, options=SubscribeOptions(qos=qos))
        if mid is not None:
            self._asked[mid] = topic_filter

    def fits(self, topic: str, body: bytes) -> bool:
        """Whether the broker takes so large a message."""
        return len(body) + len(topic) + OVERHEAD <= self._largest

    def publish(self, topic: str, body: bytes, channel: Channel) -> bool:
        """Hand one message to the client; False when it is not taken."""
        if not self.fits(topic, body):
            self._refuse(topic, len(body))
            return False
        about = _properties(PacketTypes.PUBLISH, channel, self._link.signed(topic, body))
        try:
            info = self._sent(topic, body, channel, about)
        except OSError:  # the connection is being ended on the link's own thread
            return False
        if info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS and channel.qos:
            self._last = info
        return info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def _sent(self, topic: str, body: bytes, channel: Channel, about: Properties) -> MQTTMessageInfo:
        if self._link.on_verdict is None:
            return self.client.publish(topic, body, channel.qos, channel.retained, about)
        with self._link.changed:  # the verdict is not taken before it is known what it is about
            info = self.client.publish(topic, body, channel.qos, channel.retained, about)
            self._said[info.mid] = topic
        return info

    def _judged(self, topic: str | None, code: ReasonCode) -> None:
        if self._link.on_verdict is not None and topic is not None:
            self._link.on_verdict(topic, not code.is_failure)

    def _refuse(self, topic: str, size: int) -> None:
        if not self._refused_size:
            log.error("broker: %d bytes for %s are more than the %d it takes", size, topic, self._largest)
        self._refused_size = True

    def _on_connect(self, client: Client, _data: Any, _flags: Any, code: ReasonCode, about: Any) -> None:
        if code.is_failure:
            self._reason = refused(code.value, code.getName())
            return
        # The library does not honour the broker's limit, a broker hangs up on who exceeds it, and the
        # library's own limit is fixed once connected.
        if (window := getattr(about, "ReceiveMaximum", WINDOW)) < self._link.window:
            self._link.window = window
            self._reason = f"the broker takes {window} messages at once; connecting anew to keep to that"
            client.disconnect()
            return
        self._largest = getattr(about, "MaximumPacketSize", self._largest)
        self._accepted = True
        self._link.up(self)

    def _on_disconnect(self, _client: Client, _data: Any, _flags: Any, code: ReasonCode, _about: Any) -> None:
        if self._failed:
            self._reason = "a message could not be handled here; connecting anew"
        elif self.leaving:
            self._reason = "connecting anew, as asked"
        elif self._accepted:
            self._reason = lost(code.value, code.getName())

    def _on_subscribe(self, _client: Client, _data: Any, mid: int, codes: Any, _about: Any) -> None:
        with self._link.changed:
            topic_filter = self._asked.pop(mid, "?")
            self._link.changed.notify_all()
        for code in codes:
            self._judged(topic_filter, code)
            if code.is_failure:
                log.error("broker: subscription to %s refused: %s", topic_filter, code.getName())

    def _on_publish(self, _client: Client, _data: Any, mid: int, code: ReasonCode, _about: Any) -> None:
        with self._link.changed:
            topic = self._said.pop(mid, None)
        self._judged(topic, code)
        if code.is_failure:
            log.error("broker: a message of ours was refused: %s; check its access rules", code.getName())

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        if self._failed:
            return
        manual = self._link.manual_ack
        ack = self._arrivals.add(message.mid) if message.qos else no_ack
        try:
            if self._link.on_message is not None:
                theirs = ack if manual else no_ack
                self._link.on_message(_delivery(message, theirs))
        except Exception:
            log.exception("broker: a message could not be handled")
            self._failed = manual
        if not manual:
            ack()


def _delivery(message: MQTTMessage, ack: Callable[[], None]) -> Delivery:
    user = dict(getattr(message.properties, "UserProperty", ()))
    return Delivery(message.topic, bytes(message.payload), message.retain, ack, user)


def _client(link: Link) -> Client:
    settings = link.settings
    version, protocol = CallbackAPIVersion.VERSION2, MQTTProtocolVersion.MQTTv5
    client = Client(version, link.client_id, protocol=protocol, reconnect_on_failure=False, manual_ack=True)
    client.max_inflight_messages_set(link.window)
    client.max_queued_messages_set(BACKLOG)
    if settings.username is not None:
        client.username_pw_set(settings.username, settings.password())
    if settings.tls:
        client.tls_set_context(settings.tls_context())
    if (will := link.will) is not None:
        about = _properties(PacketTypes.WILLMESSAGE, will.channel, link.signed(will.topic, will.body))
        client.will_set(will.topic, will.body, will.channel.qos, will.channel.retained, about)
    return client


@lru_cache(maxsize=64)  # the library makes its tables anew for each
def _same(packet: int, channel: Channel) -> Properties:
    properties = Properties(packet)  # type: ignore[no-untyped-call]
    properties.ContentType = channel.content_type
    properties.PayloadFormatIndicator = 1
    if channel.expiry_s is not None:
        properties.MessageExpiryInterval = channel.expiry_s
    return properties


def _properties(packet: int, channel: Channel, user: Mapping[str, str]) -> Properties:
    properties = copy(_same(packet, channel))
    if user:
        properties.UserProperty = list(user.items())
    return properties
