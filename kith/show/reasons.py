"""One sentence for why something is in the log, dropped, or set aside."""

from __future__ import annotations

from collections.abc import Mapping

#: What is not decided by a rule of judging.
_STORE = {
    "forgotten": "of somebody you asked Kith to forget; never stored",
    "excluded.private": "marked private or confidential; never stored",
    "excluded.since": "older than what you asked to keep; never stored",
    "excluded.calendar": "in a calendar you exclude; never stored",
    "excluded.label": "under a label you exclude; never stored",
    "excluded.domain": "from or to a domain you exclude; never stored",
    "excluded.address": "from or to an address you exclude; never stored",
    "ignored.by_owner": "you dismissed it from the quarantine",
}


def reason(rule: str, evidence: Mapping[str, str]) -> str:
    """The sentence; what a sender wrote in it is not cleaned yet."""
    if rule in _STORE:
        return _STORE[rule]
    if "reason" in evidence:
        place = f" ({evidence['place']})" if evidence.get("place") else ""
        return f"{evidence['reason']}{place}"
    from interactions.sentences import why

    return why(rule, dict(evidence)) if rule else ""
