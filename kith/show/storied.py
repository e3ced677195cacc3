"""`kith story PERSON` as five plain sentences, each with the interactions it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from interactions.queries.introductions import Introduced
from interactions.queries.log import Entry
from interactions.queries.story import Story
from interactions.queries.ties import Standing
from kith.show.answers import Moment
from kith.show.lengths import dated, every, lasting, times
from kith.show.plain import plain
from kith.show.screen import Screen

#: Seconds after the first that is seen of a channel within which it likely began earlier.
_EDGE = 14 * 86_400
_NAMES = 3
_VERBS = {"meeting": "met", "call": "had a call", "note": "talked, as you noted,"}


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
        return Sentence(f"{by} {how} on {moment.when(one.at)}.", (one.interaction,))
    if first is None:
        return Sentence(f"{name} is in your address book; nothing that passed between you is seen.")
    day, title = moment.when(first.at, all_day=first.all_day), _title(first)
    since = told.coverage.mail if first.kind == "email" else told.coverage.meetings
    if since is not None and first.kind != "note" and first.at - since < _EDGE:
        text = f"You are seen together from {day} on, which is when Kith's view begins; how you met may be earlier."
        return Sentence(text, (first.id,))
    others = len(first.people) - 1
    among = f" with {others} other{'s' if others > 1 else ''}" if others > 0 else ""
    if first.kind != "email":
        return Sentence(f"You first {_VERBS.get(first.kind, 'met')} on {day}{among}{title}.", (first.id,))
    who = f"You first wrote to {name}" if first.direction == "out" else f"{name} first wrote to you"
    if first.direction == "in" and first.people and first.people[0].person_id != told.person.id:
        who = f"You were first written to together with {name}"
    return Sentence(f"{who} on {day}{among}{title}.", (first.id,))


def _turned(told: Story, moment: Moment) -> Sentence:
    steps = told.standing.steps if told.standing is not None else {}
    talk, met = steps.get("a talk"), steps.get("met")
    today = moment.today
    talked = f"it became a conversation by {dated(talk, today)}" if talk else ""
    sat = f"the first small meeting or call was on {dated(met, today)}" if met else ""
    if talk and met:
        one, other = (sat, talked) if met < talk else (talked, sat)
        return Sentence(f"{one[0].upper()}{one[1:]}, and {other}.")
    if talk:
        return Sentence(f"It became a conversation by {dated(talk, today)}; no small meeting or call is seen.")
    if met:
        return Sentence(f"The first small meeting or call was on {dated(met, today)}; a longer exchange is not seen.")
    return Sentence("So far it is a casual tie." if "answered" in steps else "So far it goes one way.")


def _brought(told: Story, moment: Moment) -> Sentence:
    parts = []
    if told.by_them:
        parts.append(f"{plain(told.person.name)} brought you together with {_others(told.by_them, told, moment)}")
    if told.by_owner:
        parts.append(f"you brought them together with {_others(told.by_owner, told, moment)}")
    if not parts:
        return Sentence("No introduction by either of you to the other is seen.")
    text = "; ".join(parts)
    shown = tuple(one.interaction for one in (*told.by_them[:_NAMES], *told.by_owner[:_NAMES]))
    return Sentence(f"{text[0].upper()}{text[1:]}.", shown)


def _others(found: Sequence[Introduced], told: Story, moment: Moment) -> str:
    names = []
    for one in found[:_NAMES]:
        people = [who for who in one.whom if who is not None and who.person_id != told.person.id]
        sure = "" if one.state == "confirmed" else "perhaps "
        names.append(f"{sure}{' and '.join(plain(who.name) for who in people)} ({moment.when(one.at)})")
    more = f" and {len(found) - _NAMES} more" if len(found) > _NAMES else ""
    return ", ".join(names) + more


def _ways(told: Story, moment: Moment) -> Sentence:
    person = told.person
    if told.last is None or not person.total:
        return Sentence("Nothing has passed between you that mail and calendars know of.")
    parts = [
        f"you wrote {times(person.outward)}" if person.outward else "",
        f"they wrote {times(person.inward)}" if person.inward else "",
        f"you met or talked {times(person.both)}" if person.both else "",
    ]
    text = ", ".join(part for part in parts if part)
    return Sentence(f"{text[0].upper()}{text[1:]}; the last was {moment.ago(told.last.at)}.", (told.last.id,))


def _ahead(told: Story, moment: Moment) -> Sentence:
    if told.planned is not None:
        day = moment.when(told.planned.at, all_day=told.planned.all_day, clock=True)
        return Sentence(f"Ahead: {day}{_title(told.planned)}.", (told.planned.id,))
    return Sentence(f"Nothing is planned{_rhythm(told.standing)}.")


def _rhythm(stands: Standing | None) -> str:
    if stands is None or stands.silence is None or stands.cadence is None:
        return ""
    quiet = f"it has been quiet for {lasting(stands.silence)}" if stands.silence > 1 else "you were in touch just now"
    return f"; usually you are in touch {every(stands.cadence)}, and {quiet}"


def _title(entry: Entry) -> str:
    return f": “{plain(entry.title)}”" if entry.title else ""
