"""The signs of a mail that no hard rule decides, by name; what each one weighs stands in the table of weights."""

from __future__ import annotations

from collections.abc import Iterator

from interactions import display_names as names
from interactions.free_mail import is_free_mail
from interactions.rules import programs, robots
from interactions.rules.message import Message
from interactions.rules.subjects import REPLY

_SHAPES = {
    "outlet": "address of a sender to many",
    "desk": "address of a desk",
    "role": "address of a role",
    "coded": "address with a code",
}
_CATEGORIES = {
    "CATEGORY_PROMOTIONS": "category promotions",
    "CATEGORY_SOCIAL": "category social",
    "CATEGORY_FORUMS": "category forums",
    "CATEGORY_UPDATES": "category updates",
    "CATEGORY_PERSONAL": "category personal",
}
#: Recipients somebody still puts in one by one; those a list or a program puts in.
_SEVERAL, _MANY, _VERY_MANY = 12, 40, 100


def signs(message: Message) -> Iterator[str]:
    """The names of the signs that are there, in the order they are told."""
    yield "any mail"
    yield from _facts(message)
    yield from _addressing(message)
    yield from _program(message)
    yield from _sender(message)
    yield from _subject(message)
    yield from _transport(message)


def _facts(message: Message) -> Iterator[str]:
    facts = message.facts
    if facts.sent_to:
        yield "you wrote to them"
    if facts.answered:
        yield "they answered you"
    if facts.in_book:
        yield "in your address book"
    if message.known.own and not (facts.sent_to or facts.answered or facts.in_book):
        yield "you never wrote to them"
    if message.known.answers_owner:
        yield "answers your mail"
    elif message.is_reply:
        yield "answers or forwards"


def _addressing(message: Message) -> Iterator[str]:
    email = message.email
    if message.known.own:
        where = message.named_owner()
        if where == "to":
            yield "names you in To"
        elif not where:
            yield "does not name you"
    itself = bool(message.address) and any(one.address.lower() == message.address for one in email.to[:_MANY])
    if not (email.to or email.cc or email.bcc):
        yield "to nobody"
    elif itself and len(email.to) == 1:
        yield "to itself by hand" if _program_kind(message) == "mail program" else "to itself"
    elif itself and message.lacks_transport:
        # People put themselves beside the others, too; a calendar that keeps its entries among the mails always does.
        yield "to itself and others"
    if email.recipients > _MANY:
        yield "to very many" if email.recipients > _VERY_MANY else "to many"
    elif 1 < email.recipients <= _SEVERAL and not itself:
        yield "to several by name"


def _program_kind(message: Message) -> str:
    kind = programs.kind(message.value("x-mailer") or message.value("user-agent"))
    # Outlook and Exchange name no program; what is written there says whether something is attached
    # (MS-OXCMAIL §2.2.3.2).
    if not kind and (message.has("x-ms-has-attach") or programs.is_client_id(message.email.message_id)):
        return "mail program"
    return kind


def _program(message: Message) -> Iterator[str]:
    if kind := _program_kind(message):
        yield kind


def _sender(message: Message) -> Iterator[str]:
    shape = robots.shape(message.local)
    if shape == "coded" and is_free_mail(message.domain):
        # Where many are called the same, people's addresses have numbers.
        shape = ""
    if names.is_person(message.name) and names.fits(message.name, message.local):
        yield "name fits the address"
    elif shape == "person":
        yield "address of a person"
    if (
        message.name
        and message.name.lower() != message.local
        and (names.is_organisation(message.name) or names.is_own(message.name, message.domain))
    ):
        yield "name of an organisation"
    if is_free_mail(message.domain):
        if not message.is_reply and shape not in _SHAPES:
            yield "consumer mailbox"
    elif names.is_organisations(message.local, message.domain):
        yield "address of an organisation"
    if message.is_robot(message.address):
        yield "address of a program"
    if shape in _SHAPES:
        yield _SHAPES[shape]
    if host := programs.host_kind(message.domain):
        yield host


def _subject(message: Message) -> Iterator[str]:
    title = message.title
    if title.service() and not (REPLY.match(message.lower) and _is_personal(message)):
        yield "service subject"
    if _titled_after_address(message):
        yield "titled after its address"
    if REPLY.match(message.lower):
        return
    if not message.subject:
        yield "no subject"
        return
    yield from title.signs()
    if _titled_to_recipient(message):
        yield "titled to you"
    if named := _names_sender(message):
        yield named
    if message.lacks_transport and message.email.recipients and title.gathering(message.email.recipients):
        yield "meeting subject"
    if message.subject.isupper() and message.subject.count(" ") > 2:
        yield "shouting"


def _is_personal(message: Message) -> bool:
    return robots.shape(message.local) == "person" or (
        names.is_person(message.name) and names.fits(message.name, message.local)
    )


def _transport(message: Message) -> Iterator[str]:
    if message.content_type.startswith("text/html"):
        yield "HTML alone"
    if message.has("list-unsubscribe"):
        yield "unsubscribe"
    if message.has("feedback-id") and not message.of_a_mailbox:
        yield "feedback id"
    if not _is_passed_on(message):
        if message.service_marks() - {"feedback-id"}:
            yield "sending service"
        if _is_bounce_path(message):
            yield "bounce path"
    if message.word("precedence") in ("bulk", "list", "junk"):
        yield "precedence bulk"
    for label in message.email.labels:
        if label in _CATEGORIES:
            yield _CATEGORIES[label]


def _is_passed_on(message: Message) -> bool:
    """Whether a service only carried what a mail program wrote: it is named, and the Message-ID is of its making."""
    named = message.value("x-mailer") or message.value("user-agent")
    return programs.kind(named) == "mail program" and programs.is_client_id(message.email.message_id)


def _is_bounce_path(message: Message) -> bool:
    """Whether bounces go to an address made for this one mail, not to who wrote it."""
    for one in message.return_paths():
        local, _, domain = one.rpartition("@")
        if one != message.address and (robots.is_bounce_path(local) or robots.shape(local) == "coded"):
            return True
        if domain != message.domain and ("=" in local or "+" in local):
            return True
    return False


def _names_sender(message: Message) -> str:
    """The sign that a brand's titles make: they begin with its name and a colon, or begin or end with its domain's.

    "Florist: spring is here" and "florist.example: …" are titles; "Florist papers" from somebody there is not.
    """
    labels = message.domain.split(".")
    if len(labels) < 2 or len(labels[-2]) < 5:
        return ""
    subject, brand = message.lower.strip(" .!?"), labels[-2]
    if subject.startswith((f"{brand}:", f"{brand} -", f"{brand}.{labels[-1]}", f"[{brand}")):
        return "titled by its sender"
    if not _is_personal(message) and (subject.startswith(brand) or subject.endswith(brand)):
        return "subject names the sender"
    return ""


def _titled_after_address(message: Message) -> bool:
    """Whether the local part is a word of the subject: the address is named after what it sends out."""
    local = message.local
    return (
        len(local) > 4
        and local.isalpha()
        and local in message.title.words
        and not names.is_word_of(local, message.name)
    )


def _titled_to_recipient(message: Message) -> bool:
    """Whether the subject calls its only recipient by name, as programs that fill in names do."""
    to = message.email.to
    if len(to) != 1 or message.email.recipients != 1:
        return False
    called = message.title.called()
    return bool(called) and (names.is_word_of(called, to[0].name) or called in to[0].address.lower().partition("@")[0])
