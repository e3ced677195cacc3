"""Words: sets of them written as one text, and what one is within a name or a title."""

from __future__ import annotations

import re

#: One word of a name or a title, in any script; "O'Brien" is one.
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
#: "'s", at the end of a word, and where it hangs on what stands before it.
POSSESSIVE, HANGING = re.compile(r"['’]s$", re.I), re.compile(r"['’]s(?!\w)", re.I)


def words(text: str) -> frozenset[str]:
    """The words of a text that blanks separate."""
    return frozenset(text.split())
