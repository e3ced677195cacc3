"""What an address says of whose it is, beside what is written before it."""

from __future__ import annotations

import pytest

from interactions.identity.names import CONFLICT, EXACT, INITIAL, NICKNAME, PARTIAL, agreement, parse
from interactions.identity.node import Node
from tests.interactions.identity.test_linking import FRIENDS, clusters


def called(address: str, *names: str) -> Node:
    return Node(address, names, FRIENDS)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Mike Miller", "Michael Miller", NICKNAME),
        ("Sue Loxley", "Susan Loxley", NICKNAME),
        ("Joe Cooper", "Joseph Cooper", NICKNAME),
        ("Toño Díaz", "Antonio Díaz", NICKNAME),
        ("Sam Quinn", "Samuel Quinn", NICKNAME),
        ("Y. Tanaka", "Yuko Tanaka", INITIAL),
        ("Maria e Silva", "Maria Silva", EXACT),
        ("R. Barnes", "Bob Barnes", INITIAL),
        ("S. Barnes", "Bob Barnes", "family"),
        ("Ada L.", "A. Lovelace", PARTIAL),
        ("Ada L.", "B. Lovelace", CONFLICT),
        ("SM Kim", "Sung-min Kim", INITIAL),
        ("JP Lovelace", "John Paul Lovelace", INITIAL),
        ("NG Andrew", "Andrew Ng", EXACT),
    ],
)
def test_how_names_agree(one: str, other: str, found: str) -> None:
    assert agreement(parse(one), parse(other)) == found


@pytest.mark.parametrize(
    ("address", "written", "whole"),
    [
        ("elizabethwilson@gmx.example", "E. Wilson", {"elizabeth", "wilson"}),
        ("wilson.elizabeth7@gmx.example", "E. Wilson", {"elizabeth", "wilson"}),
        ("jess49@gmx.example", "J. Collins", {"jess", "collins"}),
        ("gbennett8@gmx.example", "George B.", {"george", "bennett"}),
        ("klaus88@gmx.example", "A. Voigt", {"voigt"}),
        ("ewilson@gmx.example", "E. Wilson", {"wilson"}),
    ],
)
def test_a_local_part_says_what_an_initial_stands_for(address: str, written: str, whole: set[str]) -> None:
    assert {word for name in called(address, written).full_names for word in name.words} == whole


def test_who_differs_by_what_their_initials_stand_for_is_somebody_else() -> None:
    same = [called("kaethe.voigt@acme.example", "K. Voigt"), called("kvoigt@gmx.example", "K. Voigt")]
    assert clusters(same) != []
    assert clusters([same[0], called("klaus88@gmx.example", "K. Voigt")]) == []


def test_an_assistant_who_writes_for_somebody_keeps_their_own_address() -> None:
    """RFC 5322 §3.6.2: From names on whose behalf it is, whoever's mailbox it is sent from."""
    mine = called("sergio.flores@acme.example", "Sergio Flores", "Kimberly Coleman")
    assert mine.is_person
    assert clusters([mine, called("sergioflores@gmx.example", "Sergio Flores")]) != []
    assert clusters([mine, called("kcoleman@acme.example", "Kimberly Coleman")]) == []
    assert not called("desk@acme.example", "Sergio Flores", "Kimberly Coleman").is_person
    assert not called("anna.berg@acme.example", "Anna Berg", "Ben Berg").is_person, "a couple's"


def test_two_second_family_names_are_two_people() -> None:
    one = called("javi9@gmx.example", "Rodríguez Hernández, Javier")
    assert clusters([one, called("javier@acme.example", "Javier Rodríguez", "Javier Rodríguez Pérez")]) == []
    assert clusters([one, called("javier@acme.example", "Javier Rodríguez")]) != []


def test_a_program_in_somebodys_name_is_nobody() -> None:
    assert not called("wiki@acme.example", "Ada Lovelace (Wiki)").is_person
    assert called("ada.lovelace@acme.example", "Ada Lovelace (Wiki)").is_person


def test_a_name_that_is_none_hinders_nothing_and_a_given_name_does() -> None:
    known = called("niklas.bergmann@acme.example", "Niklas Bergmann")
    assert clusters([known, called("nbergmann40@gmx.example", "Gartenzwerg")]) != []
    assert clusters([known, called("nbergmann40@gmx.example", "Petra")]) == []
