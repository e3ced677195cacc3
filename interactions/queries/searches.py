"""The searches that the owner keeps under names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo

from interactions.errors import UsageProblem
from interactions.queries.folding import fold
from interactions.queries.language import parse
from interactions.store import corrections
from interactions.store.database import Database

#: Longest name of a search, in characters.
NAME_MAX = 40
_NAME = re.compile(r"\w+(-\w+)*")


def searches(db: Database, owner_id: int) -> dict[str, str]:
    """Folded name → query, by name."""
    with db.reading() as conn:
        held = corrections.held(conn, owner_id, (corrections.SEARCH,))
    return {name: query for (_, name), query in sorted(held.items())}


def named_so(text: str) -> str:
    """The name as it is kept: one word, whatever its case. Raises UsageProblem."""
    name = fold(text.strip())
    if not _NAME.fullmatch(name) or len(name) > NAME_MAX:
        raise UsageProblem(
            f"{text!r} is no name for a search: take one word of letters, digits and hyphens, {NAME_MAX} characters at"
            " most."
        )
    return name


def checked(name: str, query: str, known: Mapping[str, str], now: datetime, zone: tzinfo) -> str:
    """The query as it is kept under `name`, once it can be read beside the others. Raises UsageProblem."""
    query = " ".join(query.split("\n")).strip()
    if not query:
        raise UsageProblem("A search needs something to look for:  kith save NAME QUERY.")
    # Read as it will be asked for, so that one that comes back to itself is found out now.
    parse(f"saved:{name}", now, zone, {**known, name: query})
    return query
