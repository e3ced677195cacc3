"""Partial responses: the `fields` parameter of Google's APIs.

developers.google.com/workspace/gmail/api/guides/performance#partial-response
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

#: Field name → what is asked for below it; None: all of it.
Mask = dict[str, "Mask | None"]
_TOKEN = re.compile(r"[A-Za-z0-9_*-]+|[(),/]")


@lru_cache(maxsize=256)
def parsed(text: str) -> Mask:
    """The mask that `text` spells. Raises ValueError for one Google would not take."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise ValueError("no mask")
    mask, rest = _list(tokens)
    if rest:
        raise ValueError("no mask")
    return mask


def masked(value: Any, mask: Mask | None) -> Any:
    """`value` with the fields that were asked for; None leaves it whole."""
    if mask is None or "*" in mask:
        return value
    if isinstance(value, list):
        return [masked(one, mask) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: masked(value[name], below) for name, below in mask.items() if name in value}


def _list(tokens: list[str]) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        tokens = _one(mask, tokens)
        if not tokens or tokens[0] == ")":
            return mask, tokens
        if tokens[0] != ",":
            raise ValueError("no mask")
        tokens = tokens[1:]


def _one(mask: Mask, tokens: list[str]) -> list[str]:
    if not tokens or tokens[0] in "(),/":
        raise ValueError("no mask")
    name, tokens = tokens[0], tokens[1:]
    if tokens and tokens[0] == "/":
        below: Mask = {}
        tokens = _one(below, tokens[1:])
        mask[name] = below
    elif tokens and tokens[0] == "(":
        inner, tokens = _list(tokens[1:])
        if not tokens or tokens[0] != ")":
            raise ValueError("no mask")
        mask[name], tokens = inner, tokens[1:]
    else:
        mask[name] = None
    return tokens
