"""The network is the same for the same seed, and its truth is told by what passes in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.network import Network, make_network
from sandbox.network_cast import ONLY_ENTRIES, ONLY_WORD
from sandbox.network_plots import OWNER
from sandbox.takeout import files


@pytest.fixture(scope="module", params=[1, 2])
def network(request: pytest.FixtureRequest) -> Network:
    """One of two networks."""
    return make_network(int(request.param))


def last(network: Network, id: str) -> list[float]:
    """Days before the end of all mails somebody is in, the latest last."""
    return [(network.life.year.end - mail.sent_at).days for mail in network.life.mails if id in mail.people]


def test_the_same_seed_gives_the_same_bytes(network: Network) -> None:
    again = make_network(network.life.seed)
    assert list(files(again.life)) == list(files(network.life))
    assert (again.introductions, again.doors, again.talks) == (network.introductions, network.doors, network.talks)


def test_ten_are_neglected_five_of_them_outside_work_and_two_without_mail(network: Network) -> None:
    people = [network.life.person(id) for id in network.neglected]
    assert len(people) == 10
    assert sum(not one.company for one in people) == 5
    assert {one.id for one in people if not one.address} == {ONLY_ENTRIES, ONLY_WORD}
    for one in people:
        if one.address:
            days = last(network, one.id)
            assert min(days) >= 75
            assert max(days) - min(days) >= 300
            sent = [mail.direction for mail in network.life.mails if one.id in mail.people]
            assert min(sent.count("in"), sent.count("out")) >= 8
    named = network.life.person(ONLY_ENTRIES).name
    assert sum(named in event.summary and not event.guests for event in network.life.events) >= 10
    assert len(network.talks) >= 10


def test_who_is_brought_to_the_owner_was_never_there_before(network: Network) -> None:
    for one in network.introductions:
        for id in one.whom - {OWNER} if one.by != OWNER else ():
            first = min(mail.sent_at for mail in network.life.mails if id in mail.people)
            assert first == one.at


def test_nobody_behind_a_bridge_is_seen_without_it(network: Network) -> None:
    for bridge, circle in network.bridges:
        others = set(network.circles[circle]) - {bridge}
        for mail in network.life.mails:
            assert bridge in mail.people or not others & set(mail.people)


def test_who_opens_a_door_is_seen_there_most(network: Network) -> None:
    for door in network.doors:
        seen = [
            sum({door.to, one} <= set(mail.people) for mail in network.life.mails if len(mail.people) < 4)
            for one in door.through
        ]
        assert seen[0] > max(seen[1:])


def test_everything_lies_within_two_years(network: Network) -> None:
    year = network.life.year
    assert year.end - year.start == timedelta(days=760)
    assert all(year.start <= mail.sent_at < year.end for mail in network.life.mails)
