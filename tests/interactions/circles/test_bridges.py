"""A bridge is somebody without whom a circle is hardly seen."""

from __future__ import annotations

from interactions.circles.bridges import Bridge, bridges

FLORIST, BEN, CY, DAN = 1, 2, 3, 4


def test_who_is_always_there_when_the_others_are_is_a_bridge() -> None:
    seen = {FLORIST: {10, 11, 12}, BEN: {10}, CY: {10, 11}}
    found = bridges({"choir": {FLORIST, BEN, CY, DAN}}, seen, {FLORIST, BEN})
    assert found == [Bridge(FLORIST, "choir", frozenset({BEN, CY, DAN}), 3)]


def test_whom_the_owner_sees_by_themselves_needs_no_bridge() -> None:
    seen = {FLORIST: {10}, BEN: {10, 20}, CY: {10, 21}, DAN: {10}}
    assert bridges({"choir": {FLORIST, BEN, CY, DAN}}, seen, {FLORIST}) == []


def test_nobody_is_a_bridge_to_those_who_are_never_seen() -> None:
    assert bridges({"choir": {FLORIST, BEN, CY}}, {FLORIST: {10}}, {FLORIST}) == []


def test_only_who_is_tied_to_the_owner_links_them() -> None:
    seen = {FLORIST: {10}, BEN: {10, 11}, CY: {10}}
    assert bridges({"choir": {FLORIST, BEN, CY}}, seen, set()) == []
    assert {one.person_id for one in bridges({"choir": {FLORIST, BEN, CY}}, seen, {BEN})} == {BEN}


def test_who_is_never_seen_without_another_of_them_is_no_bridge() -> None:
    everybody = {FLORIST: {10, 11, 12}, BEN: {10, 11}, CY: {10, 11}, DAN: {11}}
    assert [one.person_id for one in bridges({"choir": {FLORIST, BEN, CY, DAN}}, everybody, {FLORIST, BEN, CY})] == [
        FLORIST
    ]
    together = dict.fromkeys((BEN, CY, DAN), {10, 11})
    assert bridges({"choir": {BEN, CY, DAN}}, together, {BEN, CY, DAN}) == [], "they only come all together"
