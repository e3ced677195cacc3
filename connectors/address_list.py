"""Address lists of mail headers (RFC 5322 §3.4) read in linear time, tolerant of what real senders write."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from connectors.encoded_word import decoded
from connectors.text import clean
from interactions.items import ADDRESS_MAX, NAME_MAX, PEOPLE_MAX, Mailbox

#: A header value longer than this is cut before it is parsed.
VALUE_MAX = 64 * 1024
#: RFC 1035 §2.3.4; longer names are no domain and never reach IDNA.
_DOMAIN_MAX = 253
#: Values longer than this are seldom seen twice; keeping them would cost memory.
_CACHED_MAX = 512

_TOKEN = re.compile(
    r'=\?[^?\s]{1,80}\?[bBqQ]\?[^?\r\n"]*+\?=|"(?:[^"\\]|\\.)*+"?|\\.?|[<>,:;()]|[ \t\r\n]++|[^"<>,:;()\\\s]++|\s', re.S
)
_ADDR_SPEC = re.compile(r'(?:[^\s@<>()\[\],;:\\"]++|"(?:[^"\\]|\\.)*+")@(?:[^\s@<>()\[\],;:\\"]++|\[[0-9A-Za-z:.]++\])')
#: `Name <a@b>`, `"Name" <a@b>` and `a@b`: nine of ten values. Tried on short values only.
_USUAL = re.compile(
    r"""\s*+(?:(?:"([^"\\]*+)"\s*+|([^"<>@,;:()\[\]\\]*+))<([\w!#$%&'*+/=?^`{|}~.-]++@[A-Za-z0-9.-]++)>"""
    r"""|([\w!#$%&'*+/=?^`{|}~.-]++@[A-Za-z0-9.-]++))\s*+""",
    re.ASCII,
)
_USUAL_MAX = 300
_PLAIN = re.compile(r'[^"():;\\]*+')
_QUOTED_PAIR = re.compile(r"\\(.)", re.S)
#: Unquoted beside an "@", these make readers disagree where the address is (CVE-2023-27043).
_MISLEADING = re.compile(r"[\[\]\\<>]")


class Addresses(Struct, frozen=True):
    """What one header value held."""

    #: At most PEOPLE_MAX, in order.
    mailboxes: tuple[Mailbox, ...]
    #: How many there were.
    count: int
    #: The first thing in the list cannot be read in one way only.
    ambiguous: bool = False
    #: The first word, when the value is a bare local name such as MAILER-DAEMON.
    bare: str = ""


NONE = Addresses((), 0)


def addresses(value: str) -> Addresses:
    """Mailboxes of one header value, groups flattened, comments skipped. Never raises.

    Beyond VALUE_MAX characters nothing is parsed, only counted.
    """
    return _cached(value) if len(value) <= _CACHED_MAX else _read(value)


def _read(value: str) -> Addresses:
    if (usual := _usual(value)) is not None:
        return Addresses((usual,), 1)
    head, rest = value[:VALUE_MAX], value[VALUE_MAX:]
    if rest:
        head, _, cut = head.rpartition(",")
        rest = cut + rest
    if _PLAIN.fullmatch(head):
        # Nothing in it can hide a comma.
        found = [_usual(part) for part in head.split(",") if not part.isspace()]
        if found and None not in found:
            mailboxes = tuple(mailbox for mailbox in found[:PEOPLE_MAX] if mailbox is not None)
            return Addresses(mailboxes, len(found) + _counted(rest))
    reader = _Reader()
    for token in _TOKEN.finditer(head):
        reader.take(token[0])
    reader.finish()
    return reader.result(_counted(rest))


def _usual(value: str) -> Mailbox | None:
    """The mailbox of a value in a usual form; None when a closer look is needed."""
    if len(value) > _USUAL_MAX or (found := _USUAL.fullmatch(value)) is None:
        return None
    quoted, phrase, angle, alone = found.groups()
    address = angle or alone
    if len(address) > ADDRESS_MAX or len(address) - address.index("@") > _DOMAIN_MAX:
        return None
    return Mailbox(address, _name(quoted or phrase or ""))


_cached = lru_cache(maxsize=4096)(_read)


def is_addr_spec(text: str) -> bool:
    """Whether `text` is one addr-spec (RFC 5322 §3.4.1) of bearable length."""
    if len(text) > ADDRESS_MAX or _ADDR_SPEC.fullmatch(text) is None:
        return False
    return len(text) - text.rindex("@") - 1 <= _DOMAIN_MAX


def _name(phrase: str) -> str:
    return clean(decoded(phrase[: NAME_MAX * 10]), NAME_MAX)


def _counted(rest: str) -> int:
    """How many addresses a tail holds that is too long to be parsed: the parts between commas with an "@" in them."""
    return sum("@" in part for part in rest.split(","))


class _Reader:
    """One pass over the tokens of a list; every token is looked at once."""

    def __init__(self) -> None:
        self.found: list[Mailbox] = []
        self.count = 0
        self.ambiguous = False
        self.bare = ""
        self._first = True
        self._depth = 0
        self._start()

    def _start(self) -> None:
        self._phrase: list[str] = []
        self._raw: list[str] = []
        self._comment: list[str] = []
        self._angle: list[str] | None = None
        self._angles: list[str] = []

    def take(self, token: str) -> None:
        if self._depth:
            self._in_comment(token)
        elif token == "(":
            self._depth = 1
        elif self._angle is not None:
            self._in_angle(self._angle, token)
        elif token == "<":
            self._angle = []
        elif token in ",;":
            self._end()
        elif token == ":":
            # What stands before it was a group's name (RFC 5322 §3.4), no person.
            self._start()
        else:
            self._raw.append(token)
            self._phrase.append(_QUOTED_PAIR.sub(r"\1", token.strip('"')) if token[0] == '"' else token)

    def _in_comment(self, token: str) -> None:
        if token == "(":
            self._depth += 1
        elif token == ")":
            self._depth -= 1
        else:
            self._comment.append(token)

    def _in_angle(self, inside: list[str], token: str) -> None:
        if token == ">":
            # A source route stands before the last colon (RFC 5322 §4.4).
            self._angles.append("".join(inside).strip().rpartition(":")[2])
            self._angle = None
        elif token == "<":
            self.ambiguous = self.ambiguous or self._first
        else:
            inside.append(token)

    def finish(self) -> None:
        if self._angle is not None:
            self._angles.append("".join(self._angle).strip())
        self._end()

    def _end(self) -> None:
        raw = "".join(self._raw).strip()
        if not raw and not self._angles:
            self._start()
            return
        unquoted = "".join(part for part in self._raw if part[0] != '"')
        address = self._angles[0] if self._angles else raw
        odd = len(self._angles) > 1 or ("@" in unquoted and bool(self._angles) and bool(_MISLEADING.search(unquoted)))
        if odd or not is_addr_spec(address):
            if self._first:
                self.bare = raw if not self._angles and raw.isascii() and raw.isprintable() and " " not in raw else ""
                self.ambiguous = self.ambiguous or odd or "@" in address
        else:
            self._keep(address)
        self._first = False
        self._start()

    def _keep(self, address: str) -> None:
        self.count += 1
        if len(self.found) < PEOPLE_MAX:
            phrase = "".join(self._phrase) if self._angles else "".join(self._comment)
            self.found.append(Mailbox(clean(address, ADDRESS_MAX), _name(phrase)))

    def result(self, more: int) -> Addresses:
        return Addresses(tuple(self.found), self.count + more, self.ambiguous, self.bare[:ADDRESS_MAX])
