"""One card in several files: what it says together, whatever order the files are read in."""

from __future__ import annotations

import itertools
from functools import reduce

import pytest

from interactions.cards import merged
from interactions.items import Contact


def card(name: str = "Anna", *, rev: str = "", categories: tuple[str, ...] = (), trust: str = "own") -> Contact:
    lines: list[tuple[object, ...]] = [("categories", {}, "text", *categories)] if categories else []
    lines.append(("fn", {}, "text", name))
    if rev:
        lines.append(("rev", {}, "timestamp", rev))
    return Contact("c", tuple(lines), trust)


def groups(contact: Contact) -> tuple[str, ...]:
    return tuple(value for line in contact.card if line[0] == "categories" for value in line[3:])


def test_the_newer_card_stands_alone() -> None:
    old = card("Old", rev="20200101T000000Z", categories=("Choir",))
    new = card("New", rev="20210101T000000Z", categories=("Sea",))
    assert merged(old, new) == merged(new, old) == new
    assert merged(old, card("Undated")) == old


def test_equally_old_cards_keep_all_their_categories() -> None:
    both = merged(card(categories=("Sea", "Work")), card(categories=("Choir", "Sea")))
    assert groups(both) == ("Choir", "Sea", "Work")
    assert both.name() == "Anna"


def test_a_card_merged_with_itself_stays_as_it_is() -> None:
    alone = card(categories=("Work", "Choir"))
    assert merged(alone, card(categories=("Work", "Choir"))) == alone
    assert merged(card(), card()) == card()


@pytest.mark.parametrize("revs", [("", "", ""), ("1", "1", "2"), ("", "1", "1")])
def test_three_files_say_the_same_in_any_order(revs: tuple[str, ...]) -> None:
    groups_of = [("Choir",), ("Sea", "Work"), ()]
    names = ("Anna", "Anna B.", "Anna")
    cards = [card(name, rev=rev, categories=of) for name, rev, of in zip(names, revs, groups_of, strict=True)]
    found = [reduce(merged, order) for order in itertools.permutations(cards)]
    assert all(one == found[0] for one in found)
