"""What we believe of Microsoft's restraint, tried on an account: one request, and nothing of its answer is kept."""

from __future__ import annotations

from contextlib import closing

import msgspec
from msgspec import Struct

from connectors.microsoft.graph import Connected, Session
from connectors.refusal import Refused
from interactions.errors import ScopeMissing


class _Page(Struct):
    value: list[dict[str, msgspec.Raw]] = []


def bodies_withheld(account: Connected) -> tuple[bool | None, str]:
    """Whether Mail.ReadBasic holds bodies back; None when the inbox is empty. Raises SourceProblem."""
    with closing(Session(account, "microsoft.mail")) as session:
        url = session.url("me", "mailFolders", "inbox", "messages", "delta", **{"$select": "id,body,bodyPreview"})
        try:
            page = session.get(url, _Page, prefer=["odata.maxpagesize=1"])
        except ScopeMissing:
            return True, "403, refused"
        except Refused as refused:
            return True, f"{refused.refusal.status}, refused"
    if not page.value:
        return None, "the inbox is empty"
    given = {name for one in page.value for name, raw in one.items() if bytes(raw) != b"null"}
    return not given & {"body", "bodyPreview"}, "left out of the answer"
