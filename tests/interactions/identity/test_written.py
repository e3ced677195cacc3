"""What a display name says beside the name: couples, offices, lists that pass mail on, generations, names before."""

from __future__ import annotations

import pytest

from interactions.identity import written
from interactions.identity.linking import Card
from interactions.identity.names import EXACT, NICKNAME, agreement, parse
from interactions.identity.nicknames import is_short_form
from interactions.identity.node import Node, Span
from tests.interactions.identity.test_linking import FRIENDS, clusters

DAY = 86_400


def node(address: str, *names: str, near: dict[str, int] | None = None, phones: tuple[str, ...] = ()) -> Node:
    return Node(address, names, {**FRIENDS, **(near or {})}, Span(0, 900 * DAY, 40), phones)


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("Ada & Ben Roth", True), ("Ada und Ben Roth", True), ("Peter u. Gisela Roth", True), ("Ada + Ben Roth", True),
        ("Юлия и Евгений Роту", True), ("Familie Roth", True), ("The Roths", True),
        ("José Ortega y Gasset", False), ("Anders Sandberg", False), ("Ada Roth (R&D)", False), ("Andy Orlov", False),
    ],
)  # fmt: skip
def test_a_name_of_several_is_nobodys(text: str, several: bool) -> None:
    assert written.is_of_several(text) is several
    assert (parse(text) is None) is several


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ada Roth Jr.", "junior"), ("Ada Roth sen.", "senior"), ("Roth, Ada II", "junior"), ("Ada Roth", ""),
        ("Jun Jie Huang", ""), ("Huang Jun Jie", ""), ("Sr. Juan Ortega", ""),
    ],
)  # fmt: skip
def test_of_people_of_one_name_some_say_which(text: str, told: str) -> None:
    assert written.generation(text) == told


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada King (née Byron)", ("Ada King", "Ada Byron")),
        ("Ada King (geb. Byron)", ("Ada King", "Ada Byron")),
        ("Ada King | Engines Ltd", ("Ada King",)),
        ("Ada King - Engines", ("Ada King",)),
        ("Ada King on behalf of Charles Babbage", ("Ada King",)),
        ("Ada Anne-Marie King", ("Ada Anne-Marie King",)),
    ],
)
def test_what_is_said_beside_a_name_is_left_out(text: str, names: tuple[str, ...]) -> None:
    assert written.names(text) == names


@pytest.mark.parametrize(
    ("short", "full", "is_one"),
    [
        ("barb", "barbara", True), ("abhi", "abhishek", True), ("fredde", "fredrik", True),
        ("jan", "jana", False), ("stefan", "stefanie", False), ("harry", "harriet", False), ("carlo", "carla", False),
        ("renate", "rene", False),
    ],
)  # fmt: skip
def test_a_pet_form_is_cut_from_a_name_and_a_sisters_name_is_not(short: str, full: str, is_one: bool) -> None:
    assert is_short_form(short, full) is is_one


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("ada.and.ben.roth@gmx.net", "Ada & Ben Roth"),
        ("roth.ada.ben@gmx.net", "Ada + Ben Roth"),
        ("board@acme.example", "Ada Roth via Board"),
        ("office.roth@acme.example", "Büro Ada Roth"),
        ("accounting@acme.example", "Ada Roth"),
        ("tickets@acme.example", "Ada Roth (Tickets)"),
        ("ada@xn--rth-sed.example", "Ada Roth"),
    ],
)
def test_an_address_of_several_or_of_an_office_is_nobodys(address: str, name: str) -> None:
    assert clusters([node("ada.roth@acme.example", "Ada Roth"), node(address, name)]) == []


@pytest.mark.parametrize("address", ["mail@ada-roth.example", "post@adaroth.example", "a@roth.example"])
def test_at_a_domain_of_ones_own_mail_is_oneself(address: str) -> None:
    assert clusters([node("ada.roth@gmx.net", "Ada Roth"), node(address, "Ada Roth")]) != []
    assert clusters([node("ada.roth@gmx.net", "Ada Roth"), node("info@adaroth.example", "Ada Roth")]) == []


def test_father_and_son_of_one_name_are_two() -> None:
    father, son = node("roth@gmx.net", "Ben Roth sen."), node("ben.roth@posteo.de", "Ben Roth", "Ben Roth jun.")
    assert clusters([father, son]) == []
    assert clusters([node("roth@gmx.net", "Ben Roth"), son]) == [], "who is called junior is one of two"


def test_who_writes_to_oneself_is_not_two() -> None:
    home, work = "ada.roth@gmx.net", "aroth@acme.example"
    copies = node(home, "Ada Roth", near={work: 3}), node(work, "Ada Roth", near={home: 3})
    assert clusters(copies) == [[home, work]]
    often = node(home, "Ada Roth", near={work: 20}), node(work, "Ada Roth", near={home: 20})
    assert clusters(often) == []


def test_a_new_family_name_is_believed_where_both_were_written_or_the_telephone_stayed() -> None:
    before, after = "ada.byron@gmx.net", "aking@acme.example"
    assert clusters([node(before, "Ada Byron"), node(after, "Ada King")]) == []
    assert clusters([node(before, "Ada Byron"), node(after, "Ada King", "Ada King (née Byron)")]) == [[before, after]]
    phone = ("+493012345678",)
    kept = [node(before, "Ada Byron", phones=phone), node(after, "Ada King", phones=phone)]
    assert clusters(kept) == [[before, after]]


def test_a_card_of_a_family_or_a_couple_joins_nobody() -> None:
    ones = [node("ada@gmx.net", "Ada Roth"), node("ben@posteo.de")]
    addresses = ("ada@gmx.net", "ben@posteo.de")
    for name in ("Roth", "Familie Roth", "Ada & Ben Roth"):
        assert clusters(ones, [Card("u1", name, addresses)]) == []
    assert clusters(ones, [Card("u1", "Ada Roth", addresses)]) == [list(addresses)]
    assert clusters(ones, [Card("u1", "Mum", addresses)]) == [list(addresses)]


@pytest.mark.parametrize(
    ("address", "name"),
    [("adaroth@gmx.net", "Ada"), ("roth.ada@gmx.net", ""), ("aroth77@gmx.net", "Ada"), ("a.roth@gmx.net", "A. Roth")],
)
def test_a_local_part_says_the_rest_of_a_name(address: str, name: str) -> None:
    names = (name,) if name else ()
    assert clusters([node("ada.roth@acme.example", "Ada Roth"), node(address, *names)]) != []


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Соколова Юлия", "Julia Sokolova"), ("سعيد سليمان", "Saeed Suleiman"), ("مريم الخطيب", "Maryam Al-Khatib"),
        ("장상우", "Sang-woo Jang"), ("최서연", "Choi Seoyeon"), ("Claudia von Bülow", "Claudia Vonbülow"),
    ],
)  # fmt: skip
def test_one_name_in_two_scripts_is_one(name: str, other: str) -> None:
    assert agreement(parse(name), parse(other)) in (EXACT, NICKNAME)
    assert not Node("both@gmx.net", [name, other]).is_shared
