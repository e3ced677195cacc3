"""Which addresses are one human: what cards say without doubt, in whatever order they are read."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from interactions.clusters import CardLine, clusters


def lines(item_id: int, name: str, *addresses: int, uid: str = "") -> list[CardLine]:
    return [CardLine(item_id, uid, name, address) for address in addresses]


def sets(*cards: list[CardLine]) -> set[frozenset[int]]:
    return set(clusters(line for card in cards for line in card))


def test_three_addresses_on_one_card_are_one_person() -> None:
    assert sets(lines(1, "Anna", 1, 2, 3), lines(2, "Boris", 4)) == {frozenset({1, 2, 3})}


def test_cards_that_share_an_address_or_a_uid_are_one_person() -> None:
    shared = lines(1, "Anna", 1, 2), lines(2, "Anna", 2, 3)
    by_uid = lines(3, "Boris", 4, uid="u"), lines(4, "Boris", 5, uid="u")
    assert sets(*shared, *by_uid) == {frozenset({1, 2, 3}), frozenset({4, 5})}


def test_an_address_that_a_couple_shares_links_nobody() -> None:
    couple = lines(1, "Anna", 1, 9), lines(2, "Boris", 2, 9)
    assert sets(*couple) == set()
    assert sets(*couple, lines(3, "Anna", 1, 3)) == {frozenset({1, 3})}


def test_a_name_spelt_with_other_case_and_spaces_is_the_same_name() -> None:
    assert sets(lines(1, "Anna  Berg", 1, 2), lines(2, "ANNA berg", 2, 3)) == {frozenset({1, 2, 3})}


def test_a_card_without_a_name_does_not_part_anybody() -> None:
    assert sets(lines(1, "Anna", 1, 2), lines(2, "", 2, 3)) == {frozenset({1, 2, 3})}


def test_more_than_eight_addresses_are_left_apart() -> None:
    assert sets(lines(1, "Anna", *range(8))) == {frozenset(range(8))}
    assert sets(lines(1, "Everybody", *range(9))) == set()


CARDS = st.lists(
    st.builds(
        lambda name, uid, addresses: (name, uid, addresses),
        st.sampled_from(["", "Anna", "anna", "Boris", "Carla"]),
        st.sampled_from(["", "", "u1", "u2"]),
        st.sets(st.integers(1, 12), min_size=1, max_size=4),
    ),
    max_size=10,
)


@settings(max_examples=150, deadline=None)
@given(CARDS, st.randoms())
def test_clusters_are_disjoint_and_do_not_depend_on_the_order(
    cards: list[tuple[str, str, set[int]]], chance: random.Random
) -> None:
    known = [line for n, (name, uid, held) in enumerate(cards) for line in lines(n, name, *held, uid=uid)]
    wanted = clusters(known)
    assert sum(map(len, wanted)) == len(frozenset().union(*wanted))
    assert all(2 <= len(one) <= 8 for one in wanted)
    chance.shuffle(known)
    assert set(clusters(known)) == set(wanted)
