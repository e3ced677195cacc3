"""What would change a verdict: said beside it, so that nobody has to guess."""

from __future__ import annotations

from collections.abc import Mapping

from interactions.rules.weights import WEIGHTS

_FACTS = (
    ("you wrote to them", "you write to its sender"),
    ("they answered you", "its sender answers you"),
    ("in your address book", "its sender is in your address book"),
)
_NEVER = "you never wrote to them"
_ONLY_YOU = ""
#: Rules that look at a title or a type, whoever is invited.
_UNTOLD = (
    "calendar.focus_time", "calendar.hold", "calendar.birthday", "calendar.out_of_office", "calendar.working_location",
)  # fmt: skip
#: Rules of entries in which nobody is left to have met.
_NOBODY = ("calendar.room_only", "calendar.all_declined")
#: Rule → what would turn it, beside the owner's word.
_TURNS: dict[str, str] = {
    "mail.not_to_you": "it counts once you write to its sender, or say that an address it names is yours: kith me add",
    "mail.robot": "it counts once its sender has answered you and you wrote to it",
    "mail.proxy": "it counts once its sender has answered you and you wrote to it",
    "mail.program": "it counts once its sender answers you, or is in your address book",
    "mail.bulk": "it is weighed anew once you write to its sender",
    "mail.list": "it counts when it names you in To or Cc, too",
    "mail.list.announcement": _ONLY_YOU,
    "mail.sent.robot": "it counts once that address answers you, or you say that somebody is behind it",
    "mail.sent.nobody": "nothing: nobody is named whom you could have written to",
    "mail.sent.self": "nothing: it is between you and yourself",
    "calendar.not_invited": "it counts when you are a guest of it, or an address in it is yours: kith me add",
    "calendar.declined": "it counts once you accept it",
    "calendar.all_declined": "it counts once anybody accepts it",
    "calendar.cancelled": _ONLY_YOU,
    "calendar.hold": "it counts under another title",
    "calendar.focus_time": "it counts under another title",
    "calendar.room_only": "it counts once a person is invited",
    "calendar.invitation": "nothing: the event counts, not its mail",
    "calendar.from_title": "it falls when the name is not in your address book any more",
    "excluded.address": "kith include takes the exclusion back",
    "excluded.domain": "kith include takes the exclusion back",
    "excluded.label": "kith include takes the exclusion back",
    "excluded.calendar": "kith include takes the exclusion back",
}


def what_would(rule: str, evidence: Mapping[str, str], item: str) -> tuple[str, ...]:
    """Sentences without a full stop: what turns this verdict, and how the owner says it. `item`: as "i42"."""
    if rule == "calendar.from_title" and "your word" in evidence:
        return (
            f"your word alone: kith mark {item} noise, or with somebody else; kith undo takes back what you said last",
        )
    if rule.startswith("owner."):
        return (f"your word alone: kith mark {item} as-judged",)
    if rule in ("forgotten", "ignored", "unreadable", "judging", "contact.card"):
        return ()
    found: list[str] = []
    if rule in ("mail.machine", "mail.human"):
        found += _score(evidence)
    elif _TURNS.get(rule):
        found.append(_TURNS[rule])
    kept = rule in (
        "mail.sent",
        "mail.human",
        "mail.list.personal",
        "calendar.meeting",
        "calendar.call",
        "calendar.from_title",
    )
    if rule == "calendar.guestless":
        several = "several are called" in evidence
        whom = "which of them it was: kith mark {} with ADDRESS" if several else "with whom: kith mark {} with NAME"
        found.append(f"it counts once you say {whom.format(item)}")
    elif rule in _UNTOLD:
        found.append(f"your word: kith mark {item} person, or with NAME where nobody is invited")
    elif rule not in _NOBODY and not rule.startswith(("excluded.", "mail.sent.", "calendar.invitation")):
        alone = "" if found else "nothing but "
        found.append(f"{alone}your word: kith mark {item} {'noise' if kept else 'person'}")
    return tuple(found)


def _score(evidence: Mapping[str, str]) -> list[str]:
    try:
        score = float(evidence.get("score", ""))
    except ValueError:
        return []
    if score > 0:
        against = [name for name, one in WEIGHTS.items() if one.human + score <= 0 and name not in evidence]
        return [f"any of these would outweigh it: {', '.join(against[:3])}"] if against else []
    past = -WEIGHTS[_NEVER].human if _NEVER in evidence else 0.0
    turns = [said for name, said in _FACTS if name not in evidence and score + WEIGHTS[name].human + past > 0]
    if not turns:
        return ["what speaks against it outweighs even an answer of yours"]
    return [f"it counts once {' or '.join(turns)}"]
