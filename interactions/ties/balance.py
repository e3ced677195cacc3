"""What goes each way between the owner and somebody: begun, answered, hosted, helped; and how long answers take.

It measures what Kith sees, never a friendship: the numbers stand beside the word, and too little says so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

DAY = 86_400
#: Days within which a mail is answered; before they are over nothing is known of one that is open.
WINDOW = 14
#: Years ago, in days, from which on it counts; and after how many days it is felt half as much.
SPAN, HALF_LIFE = 730, 180.0
#: Reaching out: a conversation begun after so many days of silence, and so many times what is usual.
_SILENT, _TIMES = 90, 4.0
#: What is given, in answers: an introduction and help weigh most, reaching out as much as an answer.
INTRODUCTION, HELP, ANSWER, REACHED = 3.0, 3.0, 1.0, 1.0
#: What stands beside both sides before anything is counted, and from which share on one side is more.
_PRIOR, _MORE = 5.0, 0.25
#: Fewer answers say nothing of how long they take.
ENOUGH = 5
#: Hours up to which an answer belongs to each length; the last is all of WINDOW.
LENGTHS = (0.25, 0.5, 1, 2, 4, 8, 16, 24, 36, 48, 72, 96, 144, 192, 240, 24.0 * WINDOW)
GIVING, EVEN, RECEIVING, LITTLE = "giving", "even", "receiving", "too little data"
#: 1 January 2020, to which what is felt is carried: a sum needs no history (forward decay, Cormode et al., ICDE 2009).
_LANDMARK = 18_262
_REPLY = re.compile(r"^\s*(?:(?:re|aw|sv|antw|odp|vs|res|rif|ynt|回复|答复)(?:\[\d+\])?\s*[:：]\s*)+", re.I)


class Turn(Struct, frozen=True):
    """One interaction with somebody, as the owner's balance with them sees it."""

    id: int
    #: Seconds since 1970 UTC.
    at: int
    #: email, meeting, call, note; out, in, both
    kind: str
    direction: str
    #: A mail to the other and at most two more, not in copy: it asks for an answer.
    asks: bool = False
    #: Others had a part in it, too: it is counted with them as well.
    shared: bool = False
    #: They organized the meeting; nobody else but the owner did.
    hosted_them: bool = False
    hosted: bool = False
    #: Of the owner's own word: gave, received.
    help: str = ""
    message: int | None = None
    answers: int | None = None
    conversation: int | None = None
    #: Only where nothing says what it answers.
    title: str = ""


class Share(Struct, frozen=True, array_like=True):
    """Something of the owner's that is counted with several people at once, as it is counted with one of them."""

    #: began, reached, hosted; asked_them: a mail that asked, and how long its answer took; answers
    part: str
    id: int
    felt: float = 0.0
    length: int = 0
    answered: bool = False


class Side(Struct):
    """One side's part; the numbers of the interactions behind each count."""

    began: list[int] = []
    #: Mails of the other side that asked this one (of several that one answer answers, the one that it names), those
    #: that it answered, and the answers.
    asked: list[int] = []
    answered: list[int] = []
    answers: list[int] = []
    hosted: list[int] = []
    reached: list[int] = []
    helped: list[int] = []
    #: Number of a length → how many were answered after so long, and how many are open since.
    lengths: dict[int, tuple[int, int]] = {}
    #: What of it is felt, carried to the landmark.
    felt: float = 0.0


class Exchange(Struct):
    """What went each way with one person."""

    mine: Side
    theirs: Side
    #: The last day on which this is still so, numbered from 1970: then a mail has waited for WINDOW.
    true_until: int
    #: What of it is shared with others.
    shared: list[Share] = []


def exchange(turns: Iterable[Turn], since: int, now: int, usual: float = 0.0) -> Exchange:
    """Count what happened from `since` to `now` (seconds since 1970 UTC); `usual` days pass between conversations.

    Turns before `since` tell only what is new after them.
    """
    known = sorted((one for one in turns if one.at <= now), key=lambda one: (one.at, one.id))
    found = Exchange(Side(), Side(), 2**31 - 1)
    silence = max(_SILENT, _TIMES * usual) * DAY
    conversations: set[int] = set()
    last: int | None = None
    for one in known:
        begins = _begins(one, conversations)
        if one.at >= since:
            _count(found, one, begins, last is not None and one.at - last > silence)
        last = one.at
    for direction, side in (("in", found.mine), ("out", found.theirs)):
        answers = _Answers(known, "out" if direction == "in" else "in")
        asked = [one for one in known if one.at >= since and one.asks and one.direction == direction]
        for one, answer in _samples(asked, answers):
            _sample(found, side, one, answer, now)
    return found


def _begins(one: Turn, conversations: set[int]) -> bool:
    if one.kind != "email":
        return False
    fresh = one.answers is None and one.conversation not in conversations and not _REPLY.match(one.title)
    if one.conversation is not None:
        conversations.add(one.conversation)
    return fresh


def _count(found: Exchange, one: Turn, begins: bool, after_silence: bool) -> None:
    if one.kind == "email" and begins and one.asks and one.direction in ("out", "in"):
        side = found.mine if one.direction == "out" else found.theirs
        side.began.append(one.id)
        _share(found, one, "began")
        if after_silence:
            side.reached.append(one.id)
            side.felt += REACHED * felt(one.at)
            _share(found, one, "reached", REACHED * felt(one.at))
    if one.hosted:
        found.mine.hosted.append(one.id)
        _share(found, one, "hosted")
    if one.hosted_them:
        found.theirs.hosted.append(one.id)
    if one.help:
        side = found.mine if one.help == "gave" else found.theirs
        side.helped.append(one.id)
        side.felt += HELP * felt(one.at)


def _share(found: Exchange, one: Turn, part: str, worth: float = 0.0) -> None:
    """What others do is theirs alone; what the owner does may be done to several."""
    if one.shared and one.direction != "in":
        found.shared.append(Share(part, one.id, worth))


def _samples(asked: Iterable[Turn], answers: _Answers) -> list[tuple[Turn, Turn | None]]:
    """Mails that asked, oldest first, with their answers; of several that one answers, the one it names, or the first.

    Who writes twice and is answered once has waited once.
    """
    open_yet: list[tuple[Turn, Turn | None]] = []
    by: dict[int, tuple[Turn, Turn]] = {}
    for one in asked:
        answer = answers.to(one)
        if answer is None:
            open_yet.append((one, None))
        elif answer.id not in by or (answer.answers is not None and answer.answers == one.message):
            by[answer.id] = one, answer
    return sorted([*open_yet, *by.values()], key=lambda pair: (pair[0].at, pair[0].id))


def _sample(found: Exchange, side: Side, one: Turn, answer: Turn | None, now: int) -> None:
    """A mail that asks `side`: its answer, or how long it has been open."""
    side.asked.append(one.id)
    waited = (answer.at if answer else now) - one.at
    length = _length(min(waited, WINDOW * DAY))
    done, still = side.lengths.get(length, (0, 0))
    side.lengths[length] = (done + bool(answer), still + (not answer))
    if one.shared and one.direction == "out":
        found.shared.append(Share("asked_them", one.id, 0.0, length, answer is not None))
    if answer:
        side.answered.append(one.id)
        side.answers.append(answer.id)
        side.felt += ANSWER * felt(answer.at)
        _share(found, answer, "answers", ANSWER * felt(answer.at))
    elif waited < WINDOW * DAY:
        found.true_until = min(found.true_until, now // DAY)


class Twice(Struct):
    """How much more people's counts come to together than there was: to be taken off their sum."""

    #: began, reached, hosted, asked_them, answered_them → how many.
    counts: dict[str, int]
    #: Of what is felt given, carried to the landmark.
    given: float
    #: Number of a length → how many answered, and open, too many (or too few: below 0).
    lengths: dict[int, tuple[int, int]]


def twice(shares: Iterable[Share]) -> Twice:
    """Of what several people share, all but one time; a mail to several is answered when the first of them answers."""
    by: dict[tuple[str, int], list[Share]] = defaultdict(list)
    for one in shares:
        by[one.part, one.id].append(one)
    found = Twice(defaultdict(int), 0.0, {})
    lengths: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for (part, _), several in by.items():
        more = len(several) - 1
        if not more:
            continue
        if part != "answers":
            found.counts[part] += more
        found.given += sum(one.felt for one in several) - max(one.felt for one in several)
        if part == "asked_them":
            first = min(several, key=lambda one: (not one.answered, one.length))
            found.counts["answered_them"] += sum(one.answered for one in several) - first.answered
            for one in several:
                lengths[one.length][not one.answered] += 1
            lengths[first.length][not first.answered] -= 1
    found.counts = dict(found.counts)
    found.lengths = {length: (done, still) for length, (done, still) in lengths.items()}
    return found


class _Answers:
    """What may answer a mail, in one direction: by what it names, its conversation, else its title."""

    def __init__(self, turns: Sequence[Turn], direction: str) -> None:
        self._by: dict[tuple[str, object], list[Turn]] = defaultdict(list)
        for one in turns:
            if one.kind == "email" and one.direction == direction:
                for key in says_it_answers(one):
                    self._by[key].append(one)

    def to(self, asking: Turn) -> Turn | None:
        """The first within WINDOW."""
        found = [
            one
            for key in may_be_answered_by(asking)
            for one in self._by.get(key, ())
            if asking.at < one.at <= asking.at + WINDOW * DAY
        ]
        return min(found, key=lambda one: (one.at, one.id), default=None)


def says_it_answers(one: Turn) -> Iterator[tuple[str, object]]:
    """By what a mail says which mail it answers; `may_be_answered_by` says the same of that one."""
    if one.answers is not None:
        yield "message", one.answers
    if one.conversation is not None:
        yield "conversation", one.conversation
    if one.title and _REPLY.match(one.title):
        # Old archives name no message that is answered.
        yield "title", _bare(one.title)


def may_be_answered_by(one: Turn) -> Iterator[tuple[str, object]]:
    """What a mail has to say for it to be an answer to this one."""
    if one.message is not None:
        yield "message", one.message
    if one.conversation is not None:
        yield "conversation", one.conversation
    if one.title:
        yield "title", _bare(one.title)


def _bare(title: str) -> str:
    return " ".join(_REPLY.sub("", title).split()).casefold()


def _length(seconds: float) -> int:
    hours = seconds / 3_600
    return next((number for number, most in enumerate(LENGTHS) if hours <= most), len(LENGTHS) - 1)


def felt(at: int) -> float:
    """What something that happened then is worth, carried to the landmark."""
    return float(2.0 ** ((at / DAY - _LANDMARK) / HALF_LIFE))


def felt_on(carried: float, day: int) -> float:
    """What a carried sum is worth on a day numbered from 1970."""
    return float(carried * 2.0 ** ((_LANDMARK - day) / HALF_LIFE))


def word(given: float, received: float) -> str:
    """giving, even, receiving or "too little data", of what is felt on each side."""
    if given + received < _PRIOR:
        return LITTLE
    share = (given - received) / (given + received + _PRIOR)
    return GIVING if share > _MORE else RECEIVING if share < -_MORE else EVEN


def rate(answered: int, asked: int) -> float:
    """The share of mails that are answered, drawn to one half where there are few."""
    return (answered + 1) / (asked + 2)


def median(lengths: Mapping[int, tuple[int, int]]) -> float | None:
    """Hours until half of the mails are answered (Kaplan and Meier 1958: what is open yet counts while it is known).

    `lengths`: number of a length → (answered after so long, open since). Within a length time goes on evenly. None
    where too few were answered, or half are never.
    """
    if sum(done for done, _ in lengths.values()) < ENOUGH:
        return None
    left = sum(done + still for done, still in lengths.values())
    surviving, before = 1.0, 0.0
    for number, most in enumerate(LENGTHS):
        done, still = lengths.get(number, (0, 0))
        after = surviving * (1 - done / left) if left else surviving
        if after <= 0.5 < surviving:
            share = (surviving - 0.5) / (surviving - after)
            return round(before + share * (most - before), 2)
        surviving, before, left = after, float(most), left - done - still
    return None


def merged(several: Iterable[Mapping[int, tuple[int, int]]]) -> dict[int, tuple[int, int]]:
    """The lengths of several people together."""
    found: dict[int, tuple[int, int]] = {}
    for one in several:
        for length, (done, still) in one.items():
            before = found.get(length, (0, 0))
            found[length] = (before[0] + done, before[1] + still)
    return found


def window(day: int) -> int:
    """The first day of the two years that count on `day`: the same for a month, so that counts are kept so long."""
    return day - SPAN - day % 30


__all__ = [
    "ANSWER", "EVEN", "GIVING", "HELP", "INTRODUCTION", "LENGTHS", "LITTLE", "RECEIVING", "Exchange", "Share", "Side",
    "Turn", "Twice", "exchange", "felt", "felt_on", "may_be_answered_by", "median", "merged", "rate",
    "says_it_answers", "twice", "window", "word",
]  # fmt: skip
