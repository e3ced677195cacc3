"""Addresses that are nobody by themselves: an office's, a list's, a program's."""

from __future__ import annotations

from interactions.rules import robots
from interactions.rules.lists import is_list_address


def is_role(canonical: str) -> bool:
    """Whether an address is a role's, a list's or a program's, by what it looks like; numbers and names are not."""
    local, at, _ = canonical.rpartition("@")
    if not at:
        return False
    return robots.is_robot(canonical) or is_list_address(canonical) or robots.shape(local) in ("role", "outlet", "desk")
