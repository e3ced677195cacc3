"""Two spellings of one number are one address (RFC 3966, E.164)."""

from __future__ import annotations

import pytest

from interactions.phone import phone


@pytest.mark.parametrize(
    ("written", "region", "found"),
    [
        ("+49 30 1234567", "", "tel:+49301234567"),
        ("+49 (0)30 / 123 45 67", "", "tel:+49301234567"),
        ("030 1234567", "DE", "tel:+49301234567"),
        ("030 1234567", "", "tel:0301234567"),
        ("tel:+49-30-1234567;ext=5", "", "tel:+49301234567"),
        ("call me", "DE", None),
        ("", "", None),
        ("9" * 500, "", "tel:" + "9" * 40),
    ],
)
def test_a_number_is_one_however_it_is_written(written: str, region: str, found: str | None) -> None:
    assert phone(written, region) == found
