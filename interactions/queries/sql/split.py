"""Where one statement ends and the next begins. Only a convenience: what runs is judged by the database itself."""

from __future__ import annotations

import re

#: What a semicolon may stand in without ending anything: texts, names, comments; also such as do not end.
_HELD = re.compile(
    r"""
    [eE]'(?:\\.|''|[^'\\])*(?:'|$) | '(?:''|[^'])*(?:'|$) | "(?:""|[^"])*(?:"|$) | `[^`]*(?:`|$)
    | --[^\n]*(?:\n|$) | /\*.*?(?:\*/|$) | \$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?(?:\$(?P=tag)\$|$)
    """,
    re.DOTALL | re.VERBOSE,
)
_NAME = re.compile(r"[A-Za-z0-9_]+(?!['\w])")


def split(text: str) -> tuple[list[str], str]:
    """The statements that a semicolon ends, and what is left behind the last one."""
    found: list[str] = []
    begins = at = 0
    while at < len(text):
        if text[at] == ";":
            found.append(text[begins:at])
            begins = at = at + 1
            continue
        held = _HELD.match(text, at) or _NAME.match(text, at)
        at = held.end() if held and held.end() > at else at + 1
    return [one for one in found if something(one)], text[begins:]


def something(text: str) -> bool:
    """Whether there is more in it than space and comments."""
    return bool(re.sub(r"--[^\n]*(\n|$)|/\*.*?(\*/|$)", " ", text, flags=re.DOTALL).strip())
