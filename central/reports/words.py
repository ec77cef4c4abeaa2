"""What is said of a report to whoever made it, in plain words. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from central.casework.machine import OPEN, State
from central.languages import Words

_DONE: Final = Words("已经处理完毕。", "It has been dealt with.")
_WAITS: Final = Words("已受理，暂缓处理。", "It was taken up and has to wait for a while.")
STANDING: Final[Mapping[State, Words]] = MappingProxyType(
    {
        "reported": Words("已收到，等待查看。", "It was received and waits to be looked at."),
        "accepted": Words("已受理。", "It was taken up."),
        "dispatched": Words("已交给负责的部门。", "It was passed on to those in charge."),
        "handling": Words("正在处理。", "It is being dealt with."),
        "fed_back": Words("已处理，正在核查。", "It was dealt with and is being checked."),
        "verified": _DONE,
        "closed": _DONE,
        "evaluated": _DONE,
        "deferred": _WAITS,
        "parked": _WAITS,
        "merged": Words("与另一张工单合并处理。", "It is dealt with together with another ticket."),
        "false_alarm": Words("已到现场查看，没有发现问题。", "It was looked at, and nothing was found."),
        "withdrawn": Words("没有受理。", "It was not taken up."),
        "self_cleared": Words("问题已经消失。", "It is gone by itself."),
    }
)
LEFT: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "mail": Words("一个邮箱地址", "a mail address"),
        "number": Words("一个号码", "a number"),
        "plate": Words("一个车牌或设备地址", "a plate or a device's address"),
    }
)
ASKED: Final = Words(
    "请不要写姓名、电话、车牌。我们不需要，也不保存。",
    "Please write no names, telephones or plates. We need none and keep none.",
)


def is_open(state: State) -> bool:
    """Whether something is still to be done, as Open311 tells it."""
    return state in OPEN
