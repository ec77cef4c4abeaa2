"""What is asked of ONVIF devices, as SOAP. Pure: time and the nonce are arguments."""

import base64
import hashlib
from typing import Final
from xml.sax.saxutils import escape, quoteattr

DEVICE: Final = "http://www.onvif.org/ver10/device/wsdl"
MEDIA: Final = "http://www.onvif.org/ver10/media/wsdl"
PTZ: Final = "http://www.onvif.org/ver20/ptz/wsdl"
IMAGING: Final = "http://www.onvif.org/ver20/imaging/wsdl"
EVENTS: Final = "http://www.onvif.org/ver10/events/wsdl"
_WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"

TIME: Final = f'<GetSystemDateAndTime xmlns="{DEVICE}"/>'
SERVICES: Final = f'<GetServices xmlns="{DEVICE}"><IncludeCapability>false</IncludeCapability></GetServices>'
PROFILES: Final = f'<GetProfiles xmlns="{MEDIA}"/>'
PULL: Final = "http://www.onvif.org/ver10/events/wsdl/PullPointSubscription/PullMessagesRequest"
UNSUBSCRIBE: Final = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/UnsubscribeRequest"


def stream_uri(profile: str) -> str:
    """Of one profile, by RTSP."""
    setup = (
        '<StreamSetup><Stream xmlns="http://www.onvif.org/ver10/schema">RTP-Unicast</Stream>'
        '<Transport xmlns="http://www.onvif.org/ver10/schema"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
    )
    token = f"<ProfileToken>{escape(profile)}</ProfileToken>"
    return f'<GetStreamUri xmlns="{MEDIA}">{setup}{token}</GetStreamUri>'


def presets(profile: str) -> str:
    """Of one profile."""
    return f'<GetPresets xmlns="{PTZ}"><ProfileToken>{escape(profile)}</ProfileToken></GetPresets>'


def goto(profile: str, preset: str) -> str:
    """Turn to a preset."""
    tokens = f"<ProfileToken>{escape(profile)}</ProfileToken><PresetToken>{escape(preset)}</PresetToken>"
    return f'<GotoPreset xmlns="{PTZ}">{tokens}</GotoPreset>'


def imaging(source: str) -> str:
    """Of one lens."""
    token = f"<VideoSourceToken>{escape(source)}</VideoSourceToken>"
    return f'<GetImagingSettings xmlns="{IMAGING}">{token}</GetImagingSettings>'


def subscribe(seconds: int) -> str:
    """To everything; what is dropped is dropped by the decoder."""
    until = f"<InitialTerminationTime>PT{seconds}S</InitialTerminationTime>"
    return f'<CreatePullPointSubscription xmlns="{EVENTS}">{until}</CreatePullPointSubscription>'


def pull(seconds: int, most: int) -> str:
    """What has happened, or what happens within so many seconds."""
    return (
        f'<PullMessages xmlns="{EVENTS}"><Timeout>PT{seconds}S</Timeout>'
        f"<MessageLimit>{most}</MessageLimit></PullMessages>"
    )


UNSUBSCRIBED: Final = '<Unsubscribe xmlns="http://docs.oasis-open.org/wsn/b-2"/>'


def token(user: str, password: str, created: str, nonce: bytes) -> str:
    """WS-Security's UsernameToken with the password digest. created: as the device's own clock has it."""
    digest = hashlib.sha1(nonce + created.encode() + password.encode())  # noqa: S324 - the standard's
    kind = f"{_WSSE}-username-token-profile-1.0#PasswordDigest"
    encoding = f"{_WSSE}-soap-message-security-1.0#Base64Binary"
    return (
        f'<Security xmlns="{_WSSE}-wssecurity-secext-1.0.xsd" s:mustUnderstand="1"><UsernameToken>'
        f"<Username>{escape(user)}</Username>"
        f"<Password Type={quoteattr(kind)}>{base64.b64encode(digest.digest()).decode()}</Password>"
        f"<Nonce EncodingType={quoteattr(encoding)}>{base64.b64encode(nonce).decode()}</Nonce>"
        f'<Created xmlns="{_WSSE}-wssecurity-utility-1.0.xsd">{escape(created)}</Created>'
        "</UsernameToken></Security>"
    )


def to(address: str, action: str, number: str = "") -> str:
    """WS-Addressing, which a pull needs. number: of the subscription, where a device wants it back."""
    wsa = "http://www.w3.org/2005/08/addressing"
    back = f'<SubscriptionId xmlns="http://www.axis.com/2009/event">{escape(number)}</SubscriptionId>'
    return (
        f'<Action xmlns="{wsa}" s:mustUnderstand="1">{escape(action)}</Action>'
        f'<To xmlns="{wsa}" s:mustUnderstand="1">{escape(address)}</To>{back if number else ""}'
    )


def envelope(body: str, *headers: str) -> bytes:
    """SOAP 1.2."""
    head = f"<s:Header>{''.join(headers)}</s:Header>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">{head}<s:Body>{body}</s:Body></s:Envelope>'
    ).encode()


def probe(number: str) -> bytes:
    """WS-Discovery: which network video transmitters are there? number: a fresh UUID."""
    wsa, wsd = (
        "http://schemas.xmlsoap.org/ws/2004/08/addressing",
        "http://schemas.xmlsoap.org/ws/2005/04/discovery",
    )
    return envelope(
        f'<Probe xmlns="{wsd}"><Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">'
        "dn:NetworkVideoTransmitter</Types></Probe>",
        f'<MessageID xmlns="{wsa}">uuid:{escape(number)}</MessageID>',
        f'<To xmlns="{wsa}">urn:schemas-xmlsoap-org:ws:2005:04:discovery</To>',
        f'<Action xmlns="{wsa}">{wsd}/Probe</Action>',
    )
