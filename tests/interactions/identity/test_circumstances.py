"""What addresses and times say of who is who, beside names: look-alikes, numbers, new domains, crowded names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from interactions.identity.common_names import is_common
from interactions.identity.comparison import are_alike, are_numbered, is_extended
from interactions.identity.linking import Card, link
from interactions.identity.names import agreement, parse
from interactions.identity.node import Node, Span
from tests.interactions.identity.test_linking import CROWD, FRIENDS, OTHERS, clusters

DAY = 86_400


def node(address: str, name: str, first: int = 0, last: int = 1_000, times: int = 30, friends: bool = True) -> Node:
    return Node(address, [name], FRIENDS if friends else {}, Span(first * DAY, last * DAY, times))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("alpwerk.example", "a1pwerk.example", True),
        ("lumitec.example", "lurnitec.example", True),
        ("kernlicht.example", "kern-licht.example", True),
        ("tannwerk.example", "tannwerkk.example", True),
        ("alpwerk.example", "alpwerk.example", False),
        ("gmail.com", "hotmail.com", False),
        ("ab.de", "ac.de", False),
    ],
)
def test_a_domain_that_was_made_to_be_taken_for_another(one: str, other: str, alike: bool) -> None:
    assert are_alike(one, other) is alike
    if alike:
        pair = [node(f"ada@{one}", "Ada Lovelace"), node(f"ada@{other}", "Ada Lovelace")]
        assert clusters(pair) == []


def test_a_number_tells_two_of_one_name_in_one_organisation_apart() -> None:
    one, other = node("ada.lovelace@acme.example", "Ada Lovelace"), node("ada.lovelace2@acme.example", "Ada Lovelace")
    assert are_numbered(one, other)
    assert clusters([one, other]) == []
    free = node("ada.lovelace@gmx.net", "Ada Lovelace"), node("ada.lovelace2@gmx.net", "Ada Lovelace")
    assert not are_numbered(*free), "who takes a second mailbox for themselves numbers it too"


def test_who_was_hardly_ever_seen_is_not_believed_by_name() -> None:
    known = node("ada@acme.example", "Ada Lovelace")
    assert clusters([known, node("desk42@gmail.com", "Ada Lovelace", 500, 501, times=2)]) == []
    assert clusters([known, node("desk42@gmail.com", "Ada Lovelace", 500, 900, times=20)]) != []
    card = Card("u1", "Ada Lovelace", ("ada@acme.example", "desk42@gmail.com"))
    assert clusters([known, node("desk42@gmail.com", "Ada Lovelace", 500, 501, times=2)], [card]) != []


def test_an_organisation_that_changed_its_domain_keeps_its_people() -> None:
    people = ["Ada Miller", "Bela Novak", "Cyprian Weber", "Dorit Schulz"]

    def at(domain: str, first: int, last: int) -> list[Node]:
        return [node(f"{name.lower().replace(' ', '.')}@{domain}", name, first, last, friends=False) for name in people]

    found = clusters([*at("old-house.example", 0, 500), *at("newhome.example", 510, 900)])
    assert len(found) == len(people)
    one_alone = [at("old-house.example", 0, 500)[0], at("newhome.example", 800, 900)[0]]
    assert clusters(one_alone) == [], "one may have gone where a namesake is"


@pytest.mark.parametrize(
    ("name", "common"),
    [
        ("Michael Müller", True), ("Müller, Michael", True), ("Maria García", True), ("Wei Wang", True), ("王伟", True),
        ("Ada Lovelace", False), ("Michael Lovelace", False), ("Ada Müller", False), ("Müller", False),
        ("Lars Sharma", False),
    ],
)  # fmt: skip
def test_names_that_very_many_bear(name: str, common: bool) -> None:
    found = parse(name)
    assert found is not None
    assert is_common(found) is common


def test_a_common_name_says_enough_only_while_one_human_bears_it() -> None:
    def all_of(addresses: Sequence[str], friends: bool) -> list[Node]:
        return [node(address, "Michael Müller", friends=friends) for address in addresses]

    two = all_of(["m.mueller@acme.example", "michael.mueller@gmx.net"], True)
    assert len(clusters(two)) == 1
    strangers = all_of(["mmueller@elsewhere.example", "michael.mueller77@web.example"], False)
    linked = link([*two, *strangers, *OTHERS, *CROWD])
    assert sorted(map(sorted, linked.clusters)) == [sorted(one.canonical for one in two)], (
        "their circle tells them apart"
    )
    few = [
        Node(one.canonical, ["Michael Müller"], dict(list(FRIENDS.items())[:1]), Span(0, 1_000 * DAY, 30))
        for one in two
    ]
    linked = link([*few, *strangers, *OTHERS, *CROWD])
    assert linked.clusters == ()
    assert linked.suggestions, "but it is asked about"


@pytest.mark.parametrize(("one", "other"), [("northarc.example", "northarc-hr.example")])
def test_a_domain_with_something_hung_on_it_is_not_the_organisations(one: str, other: str) -> None:
    assert is_extended(one, other)
    assert not is_extended("north.example", "south.example")
    found = [node(f"ada.lovelace@{one}", "Ada Lovelace"), node(f"ada.lovelace@{other}", "Ada Lovelace")]
    assert clusters(found) == []


def test_likelihood_alone_makes_no_large_cluster() -> None:
    houses = ("alpwerk", "birkental", "cormoran", "dornfeld", "eschenau", "falkenhof", "gerstenau")
    several = [
        node(f"ada.lovelace@{house}.example", "Ada Lovelace", 900 * at, 900 * at + 800)
        for at, house in enumerate(houses)
    ]
    assert max(map(len, clusters(several))) == 4
    card = Card("u1", "Ada Lovelace", tuple(one.canonical for one in several))
    assert max(map(len, clusters(several, [card]))) == 7


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("王伟", "Wang Wei", "exact"),
        ("王伟", "Ada Lovelace", "unknown"),
        ("محمد خوري", "Mohammed Khoury", "nickname"),
        ("محمد خوري", "Ada Lovelace", "unknown"),
        ("Gigi Rossini", "Luigi Rossini", "nickname"),
    ],
)
def test_names_are_compared_across_scripts(one: str, other: str, found: str) -> None:
    assert agreement(parse(one), parse(other)) == found
    assert agreement(parse(other), parse(one)) == found


def test_an_address_that_spells_somebody_elses_name_is_nobodys() -> None:
    assert Node("isaac.atkins@acme.example", ["Regina Ellis"]).is_shared
    assert not Node("regina.ellis@acme.example", ["Regina Ellis"]).is_shared
    assert not Node("regina.smith@acme.example", ["Regina Ellis"]).is_shared, "she married"


def test_who_copies_themselves_now_and_then_is_still_one() -> None:
    def ada(address: str, copied: str, times: int) -> Node:
        return Node(address, ["Ada Lovelace"], {**FRIENDS, copied: times}, Span(0, 900 * DAY, 40))

    home, work = "ada.l@gmx.net", "alovelace@acme.example"
    assert clusters([ada(home, work, 3), ada(work, home, 3)]) != []
    assert clusters([ada(home, work, 9), ada(work, home, 9)]) == []
