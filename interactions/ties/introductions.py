"""Who brought whom together, told from who stands in From, To and Cc alone.

Somebody the owner knows writes to them and to one who was never seen before, and the two go on by themselves; or the
owner writes so to two they know, who were never seen together. A title may say so, too: by a sign nobody uses for
anything else, or by a word for introducing together with a name of one of the two, since "Presentation for Thursday",
"Can we meet on Friday?" and "Intro text" are about something else. What is only likely is called possible; confirmed
is what was taken up within two weeks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

#: More people in a mail, and it introduces nobody in particular.
PEOPLE_MAX = 4
#: Seconds within which an introduction is taken up.
TAKEN_UP = 14 * 86_400
#: Seconds after the first mail that is seen within which everybody is new, and being new says nothing.
_BEGINNING = 90 * 86_400
#: Characters of a title that are read.
_TITLE = 300
#: How much speaks for it from which on it counts, possible and confirmed.
_POSSIBLE, _CONFIRMED = 2, 3
#: Says so by itself; says so beside a name; says so right before a name ("Nora, meet Ben", not "Can we meet, Ben?").
_SURE = re.compile(
    r"<\s*-?\s*>|\bconnect(?:ing)? you\b|\bbekannt ?mach\w*|\b(?:te|os|vi|vous|je te) pr[eé]sent[oe]\b", re.IGNORECASE
)
_WORD = re.compile(
    r"\be?-?intro(?:s|duc\w*)?\b|\bvorstell\w*|\bkennen ?lernen\b|\bpresent[ao]\w*|\bprésent(?:er|ation)\w*"
    r"|\bapresent\w*|\bkennismak\w*",
    re.IGNORECASE,
)
_MEET = re.compile(r"\bmeet\s+(\w+)", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_]+")
#: Marks of an answer or a forwarded mail before a title that says nothing but the word.
_MARKS = frozenset({"re", "aw", "fwd", "fw", "wg", "sv", "tr"})
#: Shorter parts of a name ("de", "el") name nobody.
_NAME_LEAST = 3


class Act(Struct, frozen=True):
    """One mail or meeting, by the persons in it; the owner is not among them."""

    id: int
    #: Seconds since 1970 UTC.
    at: int
    #: email, meeting, call, note; out, in, both
    kind: str
    direction: str
    title: str
    #: Person id → role (from, to, cc, bcc, organizer, attendee).
    people: Mapping[int, str]
    #: The owner is only in copy.
    in_copy: bool = False


class Introduction(Struct, frozen=True):
    """Somebody brought two people together; the owner is 0."""

    by: int
    #: Both, the smaller id first.
    whom: tuple[int, int]
    at: int
    #: The mail that did it, and the first that took it up.
    act: int
    taken_up: int | None
    #: possible or confirmed
    state: str
    #: What speaks for it: short names in reading order.
    evidence: tuple[str, ...]


OWNER = 0


def introductions(
    acts: Iterable[Act], companies: Mapping[int, frozenset[str]], names: Mapping[int, str]
) -> list[Introduction]:
    """All introductions in these acts, the earliest first.

    `companies` has the employers of each person, `names` what those are called who have to do with a title that
    `may_say_so`.
    """
    ordered = sorted(acts, key=lambda act: (act.at, act.id))
    seen = _Seen(ordered, companies, names)
    found = []
    for act in ordered:
        if act.kind == "email" and 2 <= len(act.people) <= PEOPLE_MAX:
            several = _received(act, seen) if act.direction == "in" else _given(act, seen)
            found += [one for one in several if one is not None]
    return found


def may_say_so(title: str) -> bool:
    """Whether a title says that two are brought together, or would with a name of theirs."""
    title = title[:_TITLE]
    return any(pattern.search(title) for pattern in (_SURE, _WORD, _MEET))


class _Seen:
    """When everybody was first seen, first in touch, and together with whom; who they are."""

    def __init__(
        self, ordered: Sequence[Act], companies: Mapping[int, frozenset[str]], names: Mapping[int, str]
    ) -> None:
        self._companies, self._names = companies, names
        self.begins = min((act.at for act in ordered if act.kind == "email"), default=0)
        self.first: dict[int, int] = {}
        self.touched: dict[int, int] = {}
        self.together: dict[tuple[int, int], int] = {}
        self._of: dict[int, list[Act]] = defaultdict(list)
        for act in ordered:
            people = sorted(act.people)
            for number, person in enumerate(people):
                self.first.setdefault(person, act.at)
                self._of[person].append(act)
                if act.direction != "in" or act.people[person] == "from":
                    self.touched.setdefault(person, act.at)
                for other in people[number + 1 :]:
                    self.together.setdefault((person, other), act.at)

    def apart(self, one: int, other: int) -> bool:
        """Whether no organisation has them both, as far as their addresses tell."""
        return self._companies.get(one, frozenset()).isdisjoint(self._companies.get(other, frozenset()))

    def says_so(self, title: str, *whom: int) -> bool:
        """Whether a title says that these are brought together."""
        title = title[:_TITLE]
        if _SURE.search(title):
            return True
        called = {word for person in whom for word in _words(self._names.get(person, ""))}
        if any(found[1].casefold() in called for found in _MEET.finditer(title)):
            return True
        if not _WORD.search(title):
            return False
        rest = [word for word in _words(_WORD.sub(" ", title), least=1) if word not in _MARKS]
        return not rest or not called.isdisjoint(rest)

    def after(self, person: int, at: int) -> Iterator[Act]:
        """Acts with somebody within two weeks after `at`."""
        theirs = self._of[person]
        for number in range(bisect_right(theirs, at, key=lambda act: act.at), len(theirs)):
            if theirs[number].at > at + TAKEN_UP:
                return
            yield theirs[number]


def _words(text: str, least: int = _NAME_LEAST) -> list[str]:
    return [word for word in _NAME.findall(text.casefold()) if len(word) >= least]


def _received(act: Act, seen: _Seen) -> list[Introduction | None]:
    """Somebody known writes to the owner and to somebody new."""
    by = next((person for person, role in act.people.items() if role == "from"), None)
    if by is None or seen.touched.get(by, act.at) >= act.at or act.in_copy:
        return []
    new = [person for person in act.people if person != by and seen.first[person] == act.at]
    if len(new) != 1:
        return []
    follow = _taken_up(act, seen, new[0], without=by)
    said = seen.says_so(act.title, new[0])
    # A colleague in copy whom all answer is daily business, and who is there from the beginning may be known for long.
    if not said and (not follow[1] or act.at < seen.begins + _BEGINNING):
        return []
    return [_told(act, by, (OWNER, new[0]), follow, said, seen.apart(by, new[0]))]


def _given(act: Act, seen: _Seen) -> list[Introduction | None]:
    """The owner writes to two people they know, who were never seen together."""
    named = sorted(person for person, role in act.people.items() if role in ("to", "cc"))
    if act.direction != "out" or len(named) != 2 or len(act.people) != 2:
        return []
    one, other = named
    known = all(seen.touched.get(person, act.at) < act.at for person in named)
    said = seen.says_so(act.title, one, other)
    addressed = said or all(act.people[person] == "to" for person in named)
    if not known or not addressed or seen.together[one, other] < act.at:
        return []
    follow = next(
        (
            later.id
            for later in seen.after(one, act.at)
            if other in later.people and "from" in (later.people[one], later.people[other])
        ),
        None,
    )
    return [_told(act, OWNER, (one, other), (follow, False), said, seen.apart(one, other))]


def _taken_up(act: Act, seen: _Seen, new: int, without: int) -> tuple[int | None, bool]:
    """The first act of the owner and the new one within two weeks, and whether who introduced them was out of it."""
    direct = [one for one in seen.after(new, act.at) if one.direction != "in" or one.people[new] == "from"]
    if not direct:
        return None, False
    return direct[0].id, any(one.people.get(without, "bcc") == "bcc" for one in direct)


def _told(
    act: Act, by: int, whom: tuple[int, int], follow: tuple[int | None, bool], said: bool, apart: bool
) -> Introduction | None:
    taken_up, alone = follow
    weights = (
        ("the title says so", 2, said),
        ("they went on by themselves", 2, alone),
        ("it was taken up", 1, taken_up is not None and not alone),
        ("no organisation in common", 1, apart),
    )
    points = sum(weight for _, weight, holds in weights if holds)
    if points < _POSSIBLE:
        return None
    state = "confirmed" if taken_up is not None and points >= _CONFIRMED else "possible"
    return Introduction(by, whom, act.at, act.id, taken_up, state, tuple(name for name, _, holds in weights if holds))
