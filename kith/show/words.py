"""The owner's own words, told back to them in a line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from interactions.store import notes
from interactions.store.corrections import (
    ADDRESS,
    CADENCE,
    CIRCLE,
    CIRCLE_NAME,
    ITEM,
    MUTE,
    NO_CIRCLE,
    NOTE,
    OWN,
    PAIR,
    REST,
    REVIEWED,
    SEARCH,
    SNOOZE,
    TEND,
    TITLE,
    Said,
    Word,
)  # fmt: skip
from kith.show.plain import plain, readable

#: How a word reads, and how one that takes it back does.
_TOLD = {
    ADDRESS: ("{who}: {value}", "{who}: as judged"),
    ITEM: ("{who}: {value}", "{who}: as judged"),
    OWN: ("{who} is {value}", "{who} is as learned"),
    MUTE: ("{who} is muted", "{who} is not muted any more"),
    REST: ("{who} rests", "{who} does not rest any more"),
    TEND: ("{who} is tended", "{who} is not tended any more"),
    SEARCH: ("the search “{who}” is  {value}", "the search “{who}” is not kept any more"),
    SNOOZE: ("{who}: not before {value}", "{who}: at any time"),
    CADENCE: ("{who}: every {value} days", "{who}: as often as usual"),
}


def told(word: Word, titles: Mapping[str, str]) -> str:
    """One word as its owner said it. `titles`: what an item is kept under → its title."""
    if word.kind == NOTE and word.value:
        note = notes.decode(word.value)
        return plain(f"{note.name or readable(note.address)} {note.verb}")
    if word.kind == PAIR:
        one, _, other = word.target.partition("|")
        return plain(f"{_who(one)} and {_who(other)}: {'one person' if word.value == 'same' else 'two people'}")
    if word.kind == TITLE:
        return plain(f"entries called “{word.target}”: {'meetings' if word.value not in ('', '[]') else 'no meetings'}")
    if word.kind == CIRCLE_NAME:
        return plain("no circle any more" if word.value == NO_CIRCLE else f"a circle is called “{word.value}”")
    if word.kind == CIRCLE:
        there = {"in": "is in", "out": "is not in"}.get(word.value, "is as found in")
        return plain(f"{_who(word.target.partition('|')[2])} {there} a circle")
    if word.kind == TEND and word.target == REVIEWED:
        return "the first look at whom to tend is over"
    if word.kind == SEARCH:
        who = word.target
    else:
        who = f"“{titles.get(word.target, '')}”" if word.kind == ITEM else _who(word.target)
    said, taken_back = _TOLD[word.kind]
    return plain((said if word.value else taken_back).format(who=who, value=word.value.removeprefix("kind=")))


def told_at_once(words: Iterable[Word], titles: Mapping[str, str]) -> list[str]:
    """What was said at once, a line each; who was said to be one person stands in one."""
    several = list(words)
    same = [word.target.split("|") for word in several if word.kind == PAIR and word.value == "same"]
    lines = [told(word, titles) for word in several if word.kind != PAIR or word.value != "same"]
    people: list[list[str]] = []
    for pair in same:
        touching = [one for one in people if not set(pair).isdisjoint(one)]
        people = [one for one in people if one not in touching]
        people.append(list(dict.fromkeys([*(address for one in touching for address in one), *pair])))
    return [*lines, *(f"{plain(_listed([_who(one) for one in sorted(person)]))}: one person" for person in people)]


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def word_row(said: Said, titles: Mapping[str, str]) -> dict[str, object]:
    """The same for a program."""
    return {"at": said.made_at, "at_once": said.batch, "kind": said.word.kind, "told": told(said.word, titles)}


def _who(address: str) -> str:
    return readable(address) or address.partition(":")[2]
