"""What a value given from outside is not, as a code with its bounds: for words in any language. Pure."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

OTHER: Final = "configuration"  # of what is said in words alone


class Coded(NamedTuple):
    """The code, and the bound that was missed: `least` or `most`."""

    code: str
    values: Mapping[str, float]


UNCODED: Final = Coded(OTHER, {})
# How the validator calls it: our code, the name of its bound, and how the validator calls that.
_CODES: Final[Mapping[str, tuple[str, str, str]]] = {
    "missing": ("field_missing", "", ""),
    "union_tag_not_found": ("field_missing", "", ""),
    "extra_forbidden": ("field_unknown", "", ""),
    "json_invalid": ("field_json", "", ""),
    "string_too_short": ("field_short", "least", "min_length"),
    "string_too_long": ("field_long", "most", "max_length"),
    "too_short": ("field_few", "least", "min_length"),
    "too_long": ("field_many", "most", "max_length"),
    "greater_than": ("field_above", "least", "gt"),
    "greater_than_equal": ("field_small", "least", "ge"),
    "less_than": ("field_below", "most", "lt"),
    "less_than_equal": ("field_large", "most", "le"),
    "string_type": ("field_text", "", ""),
    "int_type": ("field_number", "", ""),
    "int_parsing": ("field_number", "", ""),
    "int_from_float": ("field_number", "", ""),
    "float_type": ("field_number", "", ""),
    "float_parsing": ("field_number", "", ""),
    "bool_type": ("field_yes_or_no", "", ""),
    "bool_parsing": ("field_yes_or_no", "", ""),
    "list_type": ("field_list", "", ""),
    "tuple_type": ("field_list", "", ""),
    "literal_error": ("field_choice", "", ""),
    "enum": ("field_choice", "", ""),
    "union_tag_invalid": ("field_choice", "", ""),
    "string_pattern_mismatch": ("field_shape", "", ""),
    "timezone_aware": ("no_time_zone", "", ""),
    "no_duration": ("field_duration", "", ""),
    "no_hours": ("field_hours", "", ""),
    "no_time_zone": ("field_time_zone", "", ""),
    "no_day": ("field_day", "", ""),
    "name": ("field_twice", "", ""),
}


def coded(error: Mapping[str, Any], other: str = OTHER) -> Coded:
    """error: one of pydantic's. other: the code of what has none of its own."""
    code, name, given = _CODES.get(error["type"], (other, "", ""))
    bound = (error.get("ctx") or {}).get(given)
    return Coded(code, {name: float(bound)} if isinstance(bound, int | float) else {})
