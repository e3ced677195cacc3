"""The owner's word outranks every rule."""

from __future__ import annotations

from msgspec.structs import replace

from interactions.rules import lists
from interactions.rules.calendar import Gathering, meeting
from interactions.rules.message import Message
from interactions.verdict import Party, Verdict
from interactions.word import KIND, NOISE, PERSON


def _said(word: str) -> dict[str, str]:
    return {"your word": word}


def mail_noise(message: Message) -> Verdict | None:
    """The owner says that nobody is behind it."""
    if message.known.word != NOISE:
        return None
    return Verdict(False, "machine_bulk", "owner.noise", _said(NOISE))


def mail_person(message: Message) -> Verdict | None:
    """The owner says that a person wrote it."""
    word = message.known.word
    if word != PERSON and not word.startswith(KIND) or message.own or "SENT" in message.email.labels:
        return None
    sender = message.email.sender
    if sender is None or not message.address:
        return None
    # Whatever the address looks like; the list that it came through is nobody.
    listed = frozenset(one for one in lists.addresses(message) if message.known.words.get(one) != PERSON)
    parties = (Party(sender, "from"), *message.parties(without=listed | {message.address}))
    return Verdict(True, "human_direct", "owner.person", _said(word), "email", "in", parties)


def event_noise(gathering: Gathering) -> Verdict | None:
    """The owner says that nobody was met."""
    if gathering.known.word != NOISE:
        return None
    return Verdict(False, "not_meeting", "owner.noise", _said(NOISE))


def event_person(gathering: Gathering) -> Verdict | None:
    """The owner says that they met; with whom, the guests tell."""
    word = gathering.known.word
    if (word != PERSON and not word.startswith(KIND)) or not gathering.others:
        return None
    return replace(meeting(gathering), rule="owner.person", evidence={**_said(word), **gathering.evidence()})


def kind_of(verdict: Verdict, word: str) -> Verdict:
    """The same with the kind the owner named, if there is something to be of a kind."""
    if not word.startswith(KIND) or not verdict.kept or not verdict.kind:
        return verdict
    kind = word.removeprefix(KIND)
    return replace(verdict, kind=kind, rule="owner.kind", evidence={**_said(word), **verdict.evidence})


NAMES: tuple[str, ...] = (
    "owner.noise", "owner.person", "owner.kind", "owner.talked", "owner.met", "owner.called",
    "owner.gave", "owner.received",
)  # fmt: skip
