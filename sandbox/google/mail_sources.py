"""Where a mailbox's messages come from: a life, or as many as a bench wants."""

from __future__ import annotations

from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import format_datetime
from random import Random

from sandbox import halves
from sandbox.google.mailbox import Mailbox, Message
from sandbox.mbox import headers
from sandbox.model import Life

#: Of threads: one message, and the category of all of a thread's messages with its share.
_SINGLE = 0.65
_CATEGORIES = (
    ("CATEGORY_PROMOTIONS", 0.40), ("CATEGORY_SOCIAL", 0.15), ("CATEGORY_UPDATES", 0.20), ("CATEGORY_FORUMS", 0.05),
    ("CATEGORY_PERSONAL", 0.20),
)  # fmt: skip
#: Of personal threads, those the owner wrote in.
_TALKING = 0.6


def of_life(life: Life, part: str = "") -> Mailbox:
    """The life's mails as Gmail holds them: header values decoded and on one line, labels by id."""
    mailbox = Mailbox(life.owner.address)
    for mail in life.mails:
        if not halves.mail_in(life, mail, part):
            continue
        labels = {mailbox.label_id(label) for label in mail.labels}
        fields = [(name, _plain(value)) for name, value in headers(mail)]
        mailbox.add(Message(mail.id, mail.thread, labels, fields, int(mail.id, 16) >> 20, mail.payload[:200]))
    return mailbox


def _plain(value: str) -> str:
    text = value.replace("\n ", " ").replace("\n", " ")
    return str(make_header(decode_header(text))) if "=?" in text else text


def generated(address: str, messages: int, threads: int, seed: int = 1) -> Mailbox:
    """`messages` in `threads`: 65 % of the threads have one, the rest share the others geometrically; one category
    a thread."""
    rng = Random(seed)
    mailbox = Mailbox(address)
    start = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000)
    sizes = thread_sizes(rng, messages, threads)
    step = 365 * 86_400_000 // max(messages, 1)
    slots = list(range(messages))
    rng.shuffle(slots)
    taken = 0
    for number, size in enumerate(sizes):
        category = rng.choices([name for name, _ in _CATEGORIES], [share for _, share in _CATEGORIES])[0]
        talking = category == "CATEGORY_PERSONAL" and rng.random() < _TALKING
        thread = ""
        for place, slot in enumerate(sorted(slots[taken : taken + size])):
            at = start + slot * step
            id = f"{(at << 20) + slot:016x}"
            thread = thread or id
            mine = talking and (place % 2 == 1 or size == 1)
            mailbox.add(_message(id, thread, at, address, number, place, category, mine=mine))
        taken += size
    return mailbox


def thread_sizes(rng: Random, messages: int, threads: int) -> list[int]:
    """Sizes that add up to exactly `messages`."""
    single = round(threads * _SINGLE)
    sizes = [1] * single + [2] * (threads - single)
    left = messages - sum(sizes)
    if left < 0 or single == threads:
        return [1] * (threads - 1) + [max(messages - threads + 1, 1)]
    many = threads - single
    chance = many / (left + many)
    for at in range(single, threads):
        while rng.random() > chance:
            sizes[at] += 1
    while (off := messages - sum(sizes)) != 0:
        at = single + rng.randrange(many)
        if off > 0 or sizes[at] > 2:
            sizes[at] += 1 if off > 0 else -1
    return sizes


def _message(
    id: str, thread: str, at: int, address: str, number: int, place: int, category: str, *, mine: bool
) -> Message:  # fmt: skip
    bulk = category != "CATEGORY_PERSONAL"
    other = f"news{number % 400}@shop{number % 90}.example" if bulk else f"person{number % 300}@people.example"
    sender, to = (address, other) if mine else (other, address)
    subject = f"{'Re: ' if place else ''}Matter {number}"
    fields = [
        ("From", sender), ("To", to), ("Subject", subject), ("Message-ID", f"<{number}.{place}@sandbox.example>"),
        ("Date", format_datetime(datetime.fromtimestamp(at // 1000, UTC))),
    ]  # fmt: skip
    if place:
        parents = " ".join(f"<{number}.{one}@sandbox.example>" for one in range(place))
        fields += [("In-Reply-To", f"<{number}.{place - 1}@sandbox.example>"), ("References", parents)]
    if bulk:
        fields += [("List-Unsubscribe", "<https://shop.example/u>"), ("Precedence", "bulk")]
    labels = {category, "SENT"} if mine else {category, "INBOX"}
    return Message(id, thread, labels, fields, at)
