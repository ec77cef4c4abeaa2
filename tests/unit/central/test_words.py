"""What people write about a ticket names no person."""

import pytest

from central.api.words import writable


@pytest.mark.parametrize(
    "text",
    [
        "the lorry comes at noon",
        "T-000123 and cell 131002001001002, cut 2026-11-22",
        "两车并排停放，拖车 14:30 到",
        "",
    ],
)
def test_places_and_things_may_be_written(text: str) -> None:
    assert writable(text) == text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("冀A12345 再次停放", "plate"),
        ("13912345678", "telephone"),
        ("打 +86 139 1234 5678", "telephone"),
        ("0316-5551234", "telephone"),
        ("11010119900307123X", "identity"),
        ("aa:bb:cc:dd:ee:ff", "MAC"),
        ("a\x00b", "cannot be shown"),
        ("right\u202eto left", "cannot be shown"),
    ],
)
def test_what_names_a_person_or_a_device_is_refused(text: str, what: str) -> None:
    with pytest.raises(ValueError, match=what) as error:
        writable(text)
    assert text not in str(error.value)
