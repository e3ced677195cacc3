"""`kith why`, `kith dropped` and `kith quarantine` as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from interactions.queries.dropped import DroppedBy
from interactions.queries.told import Told
from interactions.queries.why import AboutAddress, AboutInteraction, AboutItem
from kith.show.answers import Moment, count, item_lines, log_lines, what, who
from kith.show.plain import plain
from kith.show.reasons import reason
from kith.show.screen import Screen
from kith.show.table import Column, table

_FACTS = (
    ("own", "it is yours"),
    ("sent_to", "you have written to it"),
    ("answered", "it has answered you"),
    ("in_book", "it is in your address book"),
)


def address_lines(screen: Screen, about: AboutAddress, now: int, zone: tzinfo) -> list[str]:
    """What is known of one address and what became of its items."""
    name = f"  {plain(about.name)}" if about.name != about.address else ""
    lines = [f"{screen.strong(plain(about.address))}{name}"]
    known = [said for fact, said in _FACTS if getattr(about.facts, fact)]
    lines.append(f"  known: {', '.join(known) or 'nothing that speaks for a person'}")
    lines.append(f"  in {count(about.interactions, 'interaction')} of the log")
    if not about.judged:
        return [*lines, "  no item here was sent or organised by it"]
    lines.append("  its items:")
    rows = [[f"{one.count:,}", one.state, one.rule] for one in about.judged]
    lines += table(screen, (Column("", right=True), Column(""), Column("", least=8, shrink=True)), rows, "    ")
    lines.append("  the latest:")
    return lines + item_lines(screen, about.latest, Moment(now, zone), "    ")


def item_about_lines(screen: Screen, about: AboutItem, now: int, zone: tzinfo) -> list[str]:
    """One item, how it was judged, and what it supports."""
    moment = Moment(now, zone)
    item = about.item
    lines = [screen.strong(f"item i{item.id}") + f"  {item.kind} of {item.stream}, {plain(item.container)}"]
    lines += _facts_of(item, moment)
    lines.append(f"  {_standing(item)}: {plain(reason(item.rule, item.evidence)) or 'not judged yet'}")
    lines += _evidence(item.rule, item.evidence)
    lines += _changing(item.rule, item.evidence, f"i{item.id}")
    if not about.interactions:
        return [*lines, "  it supports nothing in the log"]
    return [*lines, "  it supports:", *log_lines(screen, about.interactions, moment, numbers=True)]


def interaction_lines(screen: Screen, about: AboutInteraction, now: int, zone: tzinfo) -> list[str]:
    """One interaction and the items it rests on."""
    moment = Moment(now, zone)
    entry = about.entry
    lines = [
        screen.strong(f"interaction {entry.id}") + f"  {moment.when(entry.at, all_day=entry.all_day, clock=True)}",
        f"  {plain(what(entry))}",
        f"  {entry.direction}, with {plain(who(entry)) or 'nobody'}",
        f"  in the log: {plain(reason(entry.rule, entry.evidence))}",
    ]
    lines += _evidence(entry.rule, entry.evidence)
    lines += _changing(entry.rule, entry.evidence, f"i{entry.item_id}")
    return [*lines, "  from:", *item_lines(screen, about.sources, moment, "    ")]


def dropped_lines(screen: Screen, rules: Sequence[DroppedBy], now: int, zone: tzinfo) -> list[str]:
    """What was dropped, by rule, each with its latest."""
    lines: list[str] = []
    for one in rules:
        lines.append(f" {screen.strong(f'{one.count:>7,}')}  {plain(one.rule)}")
        lines += item_lines(screen, one.examples, Moment(now, zone), "          ")[1:]
    return lines


def quarantine_lines(screen: Screen, items: Sequence[Told]) -> list[str]:
    """What is set aside: where it stands, why, and how large it is; never its content."""
    columns = (
        Column("item"),
        Column("source"),
        Column("where", least=12, shrink=True),
        Column("why", least=16, shrink=True),
        Column("bytes", right=True),
    )
    rows = [
        [
            f"i{item.id}",
            item.stream,
            item.evidence.get("place") or item.container,
            item.evidence.get("reason", ""),
            item.evidence.get("length", ""),
        ]
        for item in items
    ]
    return table(screen, columns, rows)


def _facts_of(item: Told, moment: Moment) -> list[str]:
    told = [
        ("when", "" if item.at is None else moment.when(item.at, clock=True)),
        ("from", f"{item.name} <{item.address}>" if item.name and item.address else item.name or item.address),
        ("about", item.title),
    ]
    return [f"  {name:<6}{plain(text)}" for name, text in told if text]


def _standing(item: Told) -> str:
    return f"{item.state}, rule {item.rule}" if item.rule else item.state


def _changing(rule: str, evidence: Mapping[str, str], item: str) -> list[str]:
    from interactions.changing import what_would

    said = what_would(rule, evidence, item)
    return ["  what would change it:", *(f"    {plain(one)}" for one in said)] if said else []


def _evidence(rule: str, evidence: Mapping[str, str]) -> list[str]:
    shown = {name: text for name, text in evidence.items() if name not in ("reason", "place")}
    return ([f"  rule {plain(rule)} saw:"] if shown else []) + [
        f"    {plain(name)}: {plain(text)}" for name, text in shown.items()
    ]
