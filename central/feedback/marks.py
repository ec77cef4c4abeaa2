"""What people say of what was told, and the reasons that they may give. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

Mark = Literal["right", "false_alarm", "missed"]
Why = Literal[
    "not_the_kind", "moving_on", "queue", "allowed_here", "wrong_place", "seen_wrongly", "test", "other"
]  # fmt: skip
MARKS: tuple[Mark, ...] = get_args(Mark)
WHYS: tuple[Why, ...] = get_args(Why)


class Named(NamedTuple):
    """In both languages."""

    zh: str
    en: str


REASONS: Mapping[Why, Named] = MappingProxyType(
    {
        "not_the_kind": Named("不是这类事件", "it is not of this kind"),
        "moving_on": Named("正在移动或即将离开", "it was moving on"),
        "queue": Named("排队等候", "it stood in a queue"),
        "allowed_here": Named("此处允许", "it is allowed here"),
        "wrong_place": Named("位置不对", "it lies outside of the place that is meant"),
        "seen_wrongly": Named("识别错误", "there was no such thing"),
        "test": Named("测试", "it was a test"),
        "other": Named("其他", "another reason"),
    }
)
