"""`kith story PERSON` as five plain sentences, each with the interactions it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from interactions.lengths import dated, every, lasting, times
from interactions.queries.introductions import Introduced
from interactions.queries.log import Entry
from interactions.queries.story import Story
from interactions.queries.ties import Standing
from kith.show.answers import Moment, count
from kith.show.plain import plain
from kith.show.screen import Screen

#: Seconds after the first that is seen of a channel within which it likely began earlier.
_EDGE = 14 * 86_400
_NAMES = 3
#: Pauses from which on there is something that is usual.
_KNOWN = 3


class Sentence(Struct, frozen=True):
    """One sentence, and the interactions behind it."""

    text: str
    interactions: tuple[int, ...] = ()


def sentences(told: Story, moment: Moment) -> list[Sentence]:
    """How we met, when it turned, who brought whom, what went each way, what is ahead."""
    return [
        _met(told, moment),
        _turned(told, moment),
        _brought(told, moment),
        _ways(told, moment),
        _ahead(told, moment),
    ]


def story_lines(screen: Screen, told: Story, moment: Moment) -> list[str]:
    """The sentences, each with where to look."""
    lines = [screen.strong(plain(told.person.name))]
    for one in sentences(told, moment):
        where = screen.faint(f"  ({', '.join(map(str, one.interactions))})") if one.interactions else ""
        lines.append(f"  {one.text}{where}")
    return lines


def story_row(told: Story, moment: Moment) -> dict[str, Any]:
    """The same for programs."""
    person = told.person
    return {
        "person": {"id": person.id, "name": person.name, "addresses": list(person.addresses)},
        "sentences": [{"text": one.text, "interactions": list(one.interactions)} for one in sentences(told, moment)],
    }


def _met(told: Story, moment: Moment) -> Sentence:
    name, first = plain(told.person.name), told.first
    if told.brought_us:
        one = told.brought_us[0]
        by = plain(one.by.name) if one.by is not None else "Somebody"
        how = "brought you together" if one.state == "confirmed" else "may have brought you together"
        return Sentence(f"{by} {how} {_on(moment, one.at)}.", (one.interaction,))
    if first is None:
        return Sentence(f"{name} is in your address book; nothing that passed between you is seen.")
    day, title = _on(moment, first.at, first.all_day), _title(first)
    since = told.coverage.mail if first.kind == "email" else told.coverage.meetings
    if since is not None and first.kind != "note" and first.at - since < _EDGE:
        text = f"The first that is seen of you two is {day}, soon after Kith's view begins; how you met may be earlier."
        return Sentence(text, (first.id,))
    return Sentence(_began(told, first, f"{day}{_among(told, first)}{title}."), (first.id,))


def _began(told: Story, first: Entry, where: str) -> str:
    name = plain(told.person.name)
    if first.kind == "note":
        return f"You first talked, as you noted, {where}"
    if first.kind != "email":
        return f"The first that is seen of you two is a {first.kind} {where}"
    if first.direction == "out":
        return f"You first wrote to {name} {where}"
    if first.people and first.people[0].person_id != told.person.id:
        return f"The first that is seen of you two is a mail of {plain(first.people[0].name)} to you both {where}"
    return f"{name} first wrote to you {where}"


def _among(told: Story, first: Entry) -> str:
    """Who else was there, where the sentence does not name them."""
    others = sum(one.person_id != told.person.id for one in first.people)
    if first.kind == "email" and first.people and first.people[0].person_id != told.person.id:
        others -= first.direction == "in"
    return f" with {count(others, 'other')}" if others > 0 else ""


def _turned(told: Story, moment: Moment) -> Sentence:
    steps = told.standing.steps if told.standing is not None else {}
    talk, met = steps.get("a talk"), steps.get("met")
    today = moment.today
    talked = f"by {dated(talk, today)} you had been in touch on three days" if talk else ""
    sat = f"the first small meeting or talk that is seen was on {dated(met, today)}" if met else ""
    if talk and met:
        one, other = (sat, talked) if met < talk else (talked, sat)
        return Sentence(f"{one[0].upper()}{one[1:]}, and {other}.")
    if talk:
        return Sentence(f"{talked[0].upper()}{talked[1:]}; no small meeting or talk is seen.")
    if met:
        return Sentence(f"{sat[0].upper()}{sat[1:]}; a longer exchange is not seen.")
    if told.first is None:
        return Sentence("So far there is nothing that could have turned.")
    if "in touch" not in steps:
        return Sentence("So far you are only seen beside each other.")
    return Sentence("So far it is a casual tie." if "answered" in steps else "So far it goes one way.")


def _brought(told: Story, moment: Moment) -> Sentence:
    parts = []
    for who, found, whom in ((plain(told.person.name), told.by_them, "you"), ("you", told.by_owner, "them")):
        for state, verb in (("confirmed", "brought"), ("possible", "may have brought")):
            if several := [one for one in found if one.state == state]:
                parts.append(f"{who} {verb} {whom} together with {_others(several, told, moment)}")
    if not parts:
        return Sentence("Neither of you is seen to have introduced the other to anybody.")
    text = "; ".join(parts)
    shown = tuple(one.interaction for one in (*told.by_them[:_NAMES], *told.by_owner[:_NAMES]))
    return Sentence(f"{text[0].upper()}{text[1:]}.", shown)


def _others(found: Sequence[Introduced], told: Story, moment: Moment) -> str:
    names = []
    for one in found[:_NAMES]:
        people = [who for who in one.whom if who is not None and who.person_id != told.person.id]
        names.append(f"{' and '.join(plain(who.name) for who in people)} ({_day(moment, one.at)})")
    more = f" and {len(found) - _NAMES} more" if len(found) > _NAMES else ""
    return ", ".join(names) + more


def _ways(told: Story, moment: Moment) -> Sentence:
    ways = told.ways
    beside = f"{count(ways.others, 'mail')} of others went to you both" if ways.others else ""
    if told.last is None:
        return Sentence(f"Nothing has passed between you that mail and calendars know of{beside and '; ' + beside}.")
    parts = [
        f"you wrote {times(ways.outward)}" if ways.outward else "",
        f"they wrote {times(ways.inward)}" if ways.inward else "",
        f"you met or talked {times(ways.both)}" if ways.both else "",
    ]
    text = ", ".join(part for part in parts if part)
    last = f"the last was {_on(moment, told.last.at, told.last.all_day)}"
    return Sentence(
        f"{text[0].upper()}{text[1:]}; {last}{beside and '; ' + beside}.", (told.last.id,)
    )  # fmt: skip


def _ahead(told: Story, moment: Moment) -> Sentence:
    if told.planned is not None:
        day = " ".join(moment.when(told.planned.at, all_day=told.planned.all_day, clock=True).split())
        return Sentence(f"Ahead: {day}{_title(told.planned)}.", (told.planned.id,))
    return Sentence(f"Nothing is planned{_rhythm(told.standing, told.last, moment)}.")


def _rhythm(stands: Standing | None, last: Entry | None, moment: Moment) -> str:
    if stands is None or stands.silence is None or stands.cadence is None or stands.gaps < _KNOWN:
        return ""
    # A mail to many is no contact of two (`interactions.ties.weights.CONTACT`).
    many = last is not None and moment.now // 86_400 - last.at // 86_400 < stands.silence
    quiet = f"{'but for mails to many ' if many else ''}it has been quiet for {lasting(stands.silence)}"
    quiet = quiet if stands.silence > 1 else "you were in touch just now"
    return f"; usually you are in touch about {every(stands.cadence)}, and {quiet}"


def _day(moment: Moment, at: int, all_day: bool = False) -> str:
    """The day as a word or a date."""
    return " ".join(moment.when(at, all_day=all_day).split())


def _on(moment: Moment, at: int, all_day: bool = False) -> str:
    """ "on Fri 20 Nov", "yesterday"."""
    day = _day(moment, at, all_day)
    return day if day.startswith(("today", "yesterday")) else f"on {day}"


def _title(entry: Entry) -> str:
    return f": “{plain(entry.title)}”" if entry.title else ""
