"""Text from senders made fit for a page, a feed or a mail: one line, nothing that steers, nothing XML forbids."""

from __future__ import annotations

import re

#: What is no character of XML 1.0 (§2.2), every control character, separators of lines, marks that turn or hide what
#: stands beside them (UAX #9), and halves of characters. Joiners stay: scripts and emoji need them.
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\U000e0000-\U000e007f\ud800-\udfff]|[\ufdd0-\ufdef]"
)
_BLANKS = re.compile(r"\s+")
#: Characters of a name or a title that are told.
LONGEST = 120


def clean(text: str) -> str:
    """`text` as one line of at most LONGEST characters."""
    text = _BLANKS.sub(" ", _UNFIT.sub(" ", text)).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
