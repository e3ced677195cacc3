"""Telephone numbers as addresses: "tel:+493012345" (RFC 3966), so that two spellings of one number are one."""

from __future__ import annotations

import re

_PREFIX = "tel:"
_LONGEST = 40
_DIGITS = re.compile(r"\d")


def phone(written: str, region: str = "") -> str | None:
    """The address of a number as somebody wrote it; None for what is none.

    `region` (ISO 3166-1 alpha-2) is where numbers without a country code belong; without it they stay as dialled.
    """
    from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

    text = written.removeprefix(_PREFIX).partition(";")[0][:_LONGEST]
    try:
        number = parse(text, region or None)
        if is_possible_number(number):
            return _PREFIX + format_number(number, PhoneNumberFormat.E164)
    except NumberParseException:
        pass
    digits = "".join(_DIGITS.findall(text))
    return _PREFIX + digits if len(digits) >= 5 else None
