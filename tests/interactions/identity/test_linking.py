"""Addresses become people: cards first, then evidence, the owner's word above all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.people import nodes_of
from bench.people_made import Maker
from interactions.identity.linking import CLUSTER_MAX, Card, Word, link, pair
from interactions.identity.node import Node

FRIENDS = {f"friend{number}@circle.example": 3 for number in range(12)}
OTHERS = [Node(f"friend{number}@circle.example", [f"Friend Number{'abcdefghijkl'[number]}"]) for number in range(12)]
CROWD = [Node(f"x{number}@crowd.example", neighbours={f"y{number}@crowd.example": 1}) for number in range(200)]


def clusters(nodes: Sequence[Node], cards: Sequence[Card] = (), word: Word | None = None) -> list[list[str]]:
    return sorted(sorted(cluster) for cluster in link([*nodes, *OTHERS, *CROWD], cards, word).clusters)


def ada(address: str, name: str = "Ada Lovelace", friends: dict[str, int] | None = None) -> Node:
    return Node(address, [name], FRIENDS if friends is None else friends)


HOME, WORK = "ada.lovelace@gmx.net", "alovelace@acme.example"


@pytest.mark.parametrize("name", ["Ada Lovelace", "Lovelace, Ada", "A. Lovelace", "Ada B. Lovelace"])
def test_one_name_among_the_same_people_is_one_human(name: str) -> None:
    assert clusters([ada(HOME), ada(WORK, name)]) == [sorted([HOME, WORK])]


def test_a_rare_full_name_alone_says_enough() -> None:
    assert clusters([ada(HOME, friends={}), ada(WORK, friends={})]) == [sorted([HOME, WORK])]


def test_a_frequent_family_name_alone_is_asked_about_and_not_decided() -> None:
    nodes = [ada(HOME, "Ada Miller", friends={}), ada(WORK, "Ada Miller", friends={})]
    found = link([*nodes, *OTHERS, *CROWD])
    assert not found.clusters
    assert [one.pair for one in found.suggestions] == [pair(HOME, WORK)]
    assert 0.7 <= found.suggestions[0].chance < 0.995
    assert "exact name" in found.suggestions[0].evidence


def test_namesakes_seen_in_one_meeting_are_two_humans() -> None:
    one, other = ada(HOME, friends={**FRIENDS, WORK: 4}), ada(WORK, friends={**FRIENDS, HOME: 4})
    assert clusters([one, other]) == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("bernd@gmx.net", "Bernd Lovelace"),
        ("info@acme.example", "Ada Lovelace"),
        ("notifications@github.com", "Ada Lovelace"),
        ("choir-list@acme.example", "Ada Lovelace"),
        ("ada@lookalike.example", "\u0410da Lovelace"),
    ],
)
def test_relatives_roles_programs_lists_and_look_alikes_join_nobody(address: str, name: str) -> None:
    assert clusters([ada(HOME), ada(address, name)]) == []
    # Nor does a card that holds both: a couple's has two given names.
    assert clusters([ada(HOME), ada(address, name)], [Card("u", name, (HOME, address))]) == []


def test_an_address_that_two_people_write_from_links_neither() -> None:
    shared = Node("office@lovelace.example", ["Ada Lovelace", "Charles Babbage"], FRIENDS)
    assert clusters([ada(HOME), shared]) == []


def test_addresses_on_one_card_or_under_one_uid_are_one_human() -> None:
    # RFC 6350 §6.7.6: UID identifies the entity.
    cards = [Card("u1", "Ada", (HOME, "al@x.example")), Card("u1", "Ada", (WORK,)), Card("u2", "Bo", ("bo@x.example",))]
    nodes = [Node(one) for one in (HOME, WORK, "al@x.example", "bo@x.example")]
    assert clusters(nodes, cards) == [sorted([HOME, WORK, "al@x.example"])]


def test_an_address_on_cards_of_different_names_links_nobody() -> None:
    cards = [Card("u1", "Ada", (HOME, "home@x.example")), Card("u2", "Bo", ("bo@x.example", "home@x.example"))]
    assert clusters([Node(one) for one in (HOME, "home@x.example", "bo@x.example")], cards) == []


def test_no_automatic_cluster_is_larger_than_a_human_needs() -> None:
    many = [ada(f"ada.lovelace@host{number}.example") for number in range(CLUSTER_MAX + 4)]
    assert all(len(one) <= CLUSTER_MAX for one in clusters(many))


def test_the_owners_word_outranks_evidence_and_cards() -> None:
    bo = "bo@x.example"
    said = Word(same=frozenset({pair(HOME, bo)}), different=frozenset({pair(HOME, WORK)}))
    cards = [Card("u1", "Ada", (HOME, WORK))]
    assert clusters([ada(HOME), ada(WORK), ada(bo, "Bo Diddley", {})], cards, said) == [sorted([HOME, bo])]


def test_what_was_denied_is_not_asked_again() -> None:
    nodes = [ada(HOME, friends={}), ada(WORK, friends={})]
    said = Word(different=frozenset({pair(HOME, WORK)}))
    assert link([*nodes, *OTHERS, *CROWD], word=said).suggestions == ()


def test_an_answer_from_another_address_of_the_same_name_is_one_human() -> None:
    nodes = [ada(HOME, friends={}), ada(WORK, friends={})]
    found = link([*nodes, *OTHERS, *CROWD], answered_for=[(HOME, WORK)])
    assert found.clusters == (frozenset({HOME, WORK}),)


ROWS = list(Maker(3, 90).rows())


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_in_which_addresses_come_changes_nothing(random) -> None:  # type: ignore[no-untyped-def]
    nodes, cards = nodes_of(ROWS)
    wanted = link(nodes, cards)
    random.shuffle(nodes)
    assert link(nodes, cards) == wanted


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_merging_and_splitting_again_leaves_no_trace(data: st.DataObject) -> None:
    nodes, cards = nodes_of(ROWS)
    names = sorted(node.canonical for node in nodes)
    said = data.draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=5))
    merged = link(nodes, cards, Word(same=frozenset(pair(*one) for one in said if one[0] != one[1])))
    for one, other in said:
        assert one == other or any({one, other} <= cluster for cluster in merged.clusters)
    assert link(nodes, cards, Word()) == link(nodes, cards)
