"""The owner speaks: what they say is kept, and what rests on it is owed or made anew, in one transaction."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, or_, select

from interactions.errors import UsageProblem
from interactions.forgotten import name_key
from interactions.identity import linking
from interactions.identity.linking import pair
from interactions.items import Mailbox
from interactions.schema import addresses, items, payloads
from interactions.store import corrections, identity, notes, own, people, stones, titles
from interactions.store.addresses import next_epoch
from interactions.store.corrections import (
    ADDRESS,
    ITEM,
    MUTE,
    NOTE,
    OWN,
    PAIR,
    REST,
    REVIEWED,
    SEARCH,
    TEND,
    TITLE,
    Said,
    Word,
)
from interactions.store.database import Database
from interactions.store.facts import owe_where, own_addresses
from interactions.store.notes import Note


class Undone(Struct, frozen=True):
    """What was taken back."""

    words: tuple[Said, ...]


def merge(db: Database, owner_id: int, everybody: Sequence[Sequence[str]]) -> None:
    """These people (each by all of their canonical addresses) are one; what was said against it before is over.

    It is said of every address with every one of the others, so that it holds when one of them is taken away.
    """
    everyone = [address for addresses_of in everybody for address in addresses_of]

    def words(conn: Connection) -> list[Word]:
        said = identity.said(conn, owner_id)
        against = [one for one in map(_pair, combinations(sorted(set(everyone)), 2)) if one in said.different]
        links = [pair(a, b) for one, other in combinations(everybody, 2) for a in one for b in other if a != b]
        return [Word(PAIR, "|".join(one), "same") for one in dict.fromkeys([*against, *links])]

    _say(db, owner_id, words)
    identity.relink(db, owner_id)


def split(db: Database, owner_id: int, rest: Sequence[str], away: Sequence[str]) -> None:
    """The addresses `away` are somebody else than those of `rest`, who stay one person.

    Among those that go nothing is said: a card or an earlier word may hold them together.
    """
    apart = [pair(one, other) for one in away for other in rest if one != other]
    with db.reading() as conn:
        together = _held_by_those_who_go(conn, owner_id, rest, apart) if len(rest) > 1 else []
    words = [
        *(Word(PAIR, "|".join(one), "different") for one in apart),
        *(Word(PAIR, "|".join(one), "same") for one in together),
    ]
    _say(db, owner_id, lambda _: words)
    identity.relink(db, owner_id)


def _held_by_those_who_go(
    conn: Connection, owner_id: int, rest: Sequence[str], apart: Sequence[linking.Pair]
) -> list[linking.Pair]:
    """Pairs of `rest` that have to be said to be one person, because only whoever is set apart linked them."""
    known = identity.load(conn, owner_id)
    said = linking.Word(known.word.same - frozenset(apart), known.word.different | frozenset(apart))
    clusters = linking.link(known.nodes, known.cards, said, known.answered_for).clusters
    of = {address: min(cluster) for cluster in clusters for address in cluster}
    heads = {of.get(address, address): address for address in sorted(rest, reverse=True)}
    first, *others = sorted(heads.values())
    return [pair(first, other) for other in others]


def mark_address(db: Database, owner_id: int, canonical: str, value: str) -> None:
    """Somebody is behind an address ("person") or nobody ("noise"); "" takes the word back.

    Raises UsageProblem for who is forgotten.
    """

    def words(conn: Connection) -> list[Word]:
        _not_forgotten(conn, owner_id, canonical, "")
        return [Word(ADDRESS, canonical, value)]

    _say(db, owner_id, words)


def mark_item(db: Database, owner_id: int, target: str, value: str) -> None:
    """One mail or series is an act of a person, or noise, or of another kind."""
    _say(db, owner_id, lambda _: [Word(ITEM, target, value)])


def note(db: Database, owner_id: int, said: Note) -> None:
    """Something happened that no account tells of. Raises UsageProblem for who is forgotten."""

    def words(conn: Connection) -> list[Word]:
        _not_forgotten(conn, owner_id, said.address, said.name)
        return [Word(NOTE, notes.target(said), notes.encode(said))]

    _say(db, owner_id, words)
    identity.relink(db, owner_id)


def _not_forgotten(conn: Connection, owner_id: int, canonical: str, name: str) -> None:
    rules = stones.forgotten(conn, owner_id)
    nameless = canonical.startswith("name:")
    if rules.has(canonical) or (nameless and (key := name_key(name)) is not None and rules.holds(key)):
        raise UsageProblem(
            "You had them forgotten: nothing of theirs is stored again. If this is somebody else of the same name, say"
            " it with an address or another name."
        )


def mine(db: Database, owner_id: int, canonicals: Iterable[str], value: str) -> list[str]:
    """These addresses are the owner's (`own.MINE`) or are not (`own.NOT_MINE`); those of which it was not so before.

    Nothing is said of those of which it was so already.
    """
    wanted = sorted(set(canonicals))

    def change(conn: Connection) -> list[str]:
        held = own_addresses(conn, owner_id)
        fresh = [one for one in wanted if (one in held) is not (value == own.MINE)]
        if fresh:
            said = [Word(OWN, one, value) for one in fresh]
            corrections.say(conn, owner_id, said)
            _consequences(conn, owner_id, said)
        return fresh

    return db.write(change)


def leave_out(db: Database, owner_id: int, kind: str, canonicals: Iterable[str], value: str = "yes") -> None:
    """Mute or let rest a person, by each of their addresses; "" takes the word back."""
    _say(db, owner_id, lambda _: [Word(kind, one, value) for one in canonicals])


def tend(db: Database, owner_id: int, words: Sequence[Word]) -> None:
    """How the owner wants to be in touch with somebody, by each of their addresses; "" takes the word back.

    With the first such word they have had their first look at whom to tend.
    """

    def all_of(conn: Connection) -> list[Word]:
        looked = (TEND, REVIEWED) in corrections.held(conn, owner_id, (TEND,))
        return [*words, *([] if looked else [Word(TEND, REVIEWED, "done")])]

    _say(db, owner_id, all_of)


def circle(db: Database, owner_id: int, words: Sequence[Word]) -> None:
    """What circles are called and who is in them."""
    _say(db, owner_id, lambda _: list(words))


def save_search(db: Database, owner_id: int, name: str, query: str) -> None:
    """Keep a query under a folded name; "" takes it away."""
    _say(db, owner_id, lambda _: [Word(SEARCH, name, query)])


def settle_title(db: Database, owner_id: int, answers: Sequence[tuple[str, Sequence[Mailbox]]]) -> None:
    """Entries with these folded titles are meetings with somebody, or with nobody: no meetings."""
    _say(db, owner_id, lambda _: list(map(_title, answers)))


def answer(
    db: Database,
    owner_id: int,
    pairs: Sequence[tuple[str, str]],
    titles: Sequence[tuple[str, Sequence[Mailbox]]],
) -> None:
    """Several answers at once: pairs ("a|b") are one human's ("same") or not ("different"), titles as above."""
    words = [*(Word(PAIR, target, value) for target, value in pairs), *map(_title, titles)]
    _say(db, owner_id, lambda _: words)
    if pairs:
        identity.relink(db, owner_id)


def undo(db: Database, owner_id: int) -> Undone:
    """Take back what was said last, and everything that came of it."""

    def change(conn: Connection) -> list[Said]:
        undone = corrections.undo(conn, owner_id)
        _consequences(conn, owner_id, [one.word for one in undone])
        met = [notes.decode(one.word.value).address for one in undone if one.word.kind == NOTE]
        if met:
            # Whoever was there by this word alone is not there any more.
            people.forget_orphans(conn, owner_id, met)
            next_epoch(conn)
        return undone

    undone = db.write(change)
    if any(one.word.kind in (PAIR, NOTE) for one in undone):
        identity.relink(db, owner_id)
    return Undone(tuple(undone))


def _title(answer: tuple[str, Sequence[Mailbox]]) -> Word:
    folded, who = answer
    return Word(TITLE, folded, msgspec.json.encode(tuple(who)).decode())


def _pair(two: tuple[str, str]) -> tuple[str, str]:
    return pair(*two)


def _say(db: Database, owner_id: int, words: Callable[[Connection], list[Word]]) -> None:
    def change(conn: Connection) -> None:
        said = words(conn)
        corrections.say(conn, owner_id, said)
        _consequences(conn, owner_id, said)

    db.write(change)


def _consequences(conn: Connection, owner_id: int, words: Sequence[Word]) -> None:
    for word in words:
        if word.kind == ADDRESS:
            _owe_address(conn, owner_id, word.target)
            titles.owe_entries(conn, owner_id)
        elif word.kind == ITEM:
            _owe_item(conn, owner_id, word.target)
        elif word.kind == TITLE:
            titles.owe_title(conn, owner_id, word.target)
    if about_own := [word for word in words if word.kind == OWN]:
        own.declare(conn, owner_id, _mine(conn, owner_id, about_own))
    if any(word.kind == NOTE for word in words):
        notes.rebuild(conn, owner_id)
    if any(word.kind in (PAIR, NOTE, TITLE, MUTE, REST) for word in words):
        identity.owe(conn, owner_id)


def _mine(conn: Connection, owner_id: int, words: Iterable[Word]) -> dict[str, bool]:
    """Canonical address → whether it is the owner's by what they said last; taken back, it is as it was before.

    Such a word is only ever said where it changes something, so that was the opposite.
    """
    held = corrections.held(conn, owner_id, (OWN,))
    return {
        word.target: held[OWN, word.target] == own.MINE if (OWN, word.target) in held else word.value == own.NOT_MINE
        for word in words
    }


def _owe_address(conn: Connection, owner_id: int, canonical: str) -> None:
    """Whatever an address sent, and whatever else names anybody at its domain: that may be spelled otherwise."""
    mine = select(addresses.c.id).where(addresses.c.owner_id == owner_id, addresses.c.canonical == canonical)
    owe_where(conn, items.c.sender_id.in_(mine))
    body = func.lower(payloads.c.body)
    spellings = [body.contains(f"@{domain}", autoescape=True) for domain in _domains(canonical.rpartition("@")[2])]
    naming = select(payloads.c.item_id).where(or_(*spellings))
    owe_where(conn, (items.c.owner_id == owner_id) & items.c.id.in_(naming))


def _domains(domain: str) -> set[str]:
    """The ways one domain is written (RFC 5891 §4, and Gmail's two names)."""
    found = {domain, "googlemail.com"} if domain == "gmail.com" else {domain}
    if "xn--" in domain:
        with contextlib.suppress(UnicodeError):
            found.add(domain.encode("ascii").decode("idna").lower())
    return found


def _owe_item(conn: Connection, owner_id: int, target: str) -> None:
    number = int(target[1:], 16)
    column = items.c.uid_key if target[0] == "e" else items.c.copy_key
    owe_where(conn, (items.c.owner_id == owner_id) & (column == number))
