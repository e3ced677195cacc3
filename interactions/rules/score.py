"""The score of mail that no hard rule decides: log-odds that add up, every weight in one table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from interactions.rules import robots
from interactions.rules.message import Message
from interactions.rules.subjects import REPLY
from interactions.rules.vocabulary import words

#: Name of a sign → what it adds. Over 0 together: a person. Written by hand from what each sign says; set once,
#: so that a fit can replace the numbers and nothing else.
WEIGHTS: dict[str, float] = {
    "any mail": 0.5,
    "you wrote to them": 4.0,
    "they answered you": 4.0,
    "in your address book": 3.0,
    "answers your mail": 3.0,
    "answers or forwards": 2.5,
    "names you in To": 0.5,
    "does not name you": -1.0,
    "to nobody": -2.0,
    "to itself": -3.0,
    "to many": -1.0,
    "to very many": -2.0,
    "mail program": 1.5,
    "mass mailer": -3.0,
    "name fits the address": 1.5,
    "address of a person": 1.0,
    "name of an organisation": -1.5,
    "address of a sender to many": -3.0,
    "address of a desk": -2.0,
    "address of a role": -1.5,
    "address with a code": -2.5,
    "sending host": -2.0,
    "mail host": -0.4,
    "mass subject": -2.0,
    "service subject": -1.0,
    "meeting subject": -2.0,
    "subject names the sender": -1.0,
    "no subject": 0.0,
    "shouting": -1.0,
    "HTML alone": -1.5,
    "unsubscribe": -3.0,
    "feedback id": -3.0,
    "sending service": -2.0,
    "bounce path": -2.0,
    "precedence bulk": -2.0,
    "written by a program": -3.0,
    "category promotions": -3.0,
    "category social": -3.0,
    "category forums": -1.0,
    "category updates": -2.0,
    "category personal": 0.5,
}

_TOLD = {name: f"{weight:+g}" for name, weight in WEIGHTS.items() if weight}
#: For many (+) or for one customer (-), among machines.
_BULK_POINTS: dict[str, float] = {
    "unsubscribe": 1.0,
    "mass subject": 1.0,
    "address of a sender to many": 1.0,
    "category promotions": 1.0,
    "category social": 1.0,
    "to itself": 0.5,
    "HTML alone": 0.5,
    "sending host": 0.5,
    "sending service": 0.5,
    "mass mailer": 0.5,
    "name of an organisation": 0.25,
    "service subject": -1.0,
    "address of a desk": -1.0,
    "category updates": -1.0,
    "written by a program": -1.0,
    "no subject": -2.0,
}
_CATEGORIES = {
    "CATEGORY_PROMOTIONS": "category promotions",
    "CATEGORY_SOCIAL": "category social",
    "CATEGORY_FORUMS": "category forums",
    "CATEGORY_UPDATES": "category updates",
    "CATEGORY_PERSONAL": "category personal",
}
#: Programs that people write mail with; a name here says that somebody sat there.
_CLIENT = re.compile(
    r"apple mail|iphone mail|ipad mail|thunderbird|icedove|outlook(?! cdo)|mutt|k-?mail|evolution|eudora|pine\b|gnus"
    r"|sylpheed"
    r"|claws|the bat|foxmail|mew |wanderlust|exmh|nmh|z-mail|seamonkey|mozilla/|mozilla \d|spicebird|mailspring|k-9"
    r"|fairemail"
    r"|roundcube|squirrelmail|horde|imp |zimbra|yahoomail|yahoo mail|webmail|open-xchange|sogo|protonmail|airmail"
    r"|spark|trojita"
    r"|pegasus|opera|becky|lotus notes|novell groupwise|entourage|alpine|emacs|mailmate|vivaldi|betterbird|geary"
    r"|samsung mail",
)
#: Libraries and products that send to many; Microsoft CDO is what scripts on Windows servers use.
_MASS_MAILER = re.compile(
    r"phpmailer|php/|^php|mime-tools|mime::lite|sendemail|aspmail|microsoft cdo|accucast|listmanager|lyris|mailchimp"
    r"|mailman"
    r"|campaign|sendgrid|mailjet|mailgun|sendinblue|brevo|constant contact|octeth|mindbaz|targetmail|emessaging|sunmail"
    r"|messagemaker|store-mailer|jmail|javamail|nodemailer|swiftmailer|symfony|zend_?mail|postmark|salesforce"
    r"|marketo|hubspot"
    r"|frontier|eloqua|cheetah|e-?mail manager|bulk|wdcollect|groupmail|worldmerge|mailworkz|streamsend|maillist"
    r"|drupal|wordpress",
)
#: How well-known mail programs and services make message ids.
_CLIENT_ID = re.compile(
    r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}@|CA[\w+=.-]{30,}@mail\.gmail\.com$|Pine\.|alpine\."
    r"|[0-9a-f]{6,8}\.[0-9a-f]{6,8}@|\d{14}\.[A-Z]{2}\d+@|[0-9A-Za-z]+\.prod\.outlook\.com$"
)
#: Names of hosts that only send: newsletter.example.com, em.example.com, e.example.com.
_SENDING_HOST = re.compile(
    r"^(?:e|em|eml|news\w*|newsletter\w*|enews\w*|mailer\w*|mailing\w*|mailings|lists?|reply|offers?|promo\w*|marketing"
    r"|bounced?|alerts?|notif\w*|specials?|updates?|sendgrid|mkt\w*|campaigns?|abonnement|euromailer|ummail\d*"
    r"|poweredby|discover|announce\w*|messages?|click|links?|mg)\.[\w-]+\.\w"
)
#: Hosts that send a service's mail in one place and carry people's in another.
_MAIL_HOST = re.compile(r"^(?:e-?mail\w*|action|community|info|post|talk\d*|t|m)\.[\w-]+\.\w")
#: Words that names of organisations and departments have and names of people have not.
_ORGANISATION_WORDS = words(
    "inc ltd llc gmbh ag corp co bv news newsletter team support service services kundenservice club online store"
    " shop alert alerts"
    " notification notifications notify update updates mailer mailing customer daily weekly digest list magazine"
    " journal editor"
    " editors office department network bank university system systems group center centre society association"
    " foundation institute"
    " media company registration administrator admin bot daemon enews report reports tip tips verein stadt"
    " stadtwerke stadtblatt"
    " praxis from the letter for of bulletin headlines offer offers deal deals travel reisen account security"
    " advisory your"
)
_ORGANISATION_MARK = re.compile(r"[|@/>%\d]|\.(?:com|net|org|de|io|co|ie|uk)\b|\be\.v\b", re.I)
#: A name that a person has: two to four words, none of them an organisation's.
_WORDS = re.compile(r"[^\W\d_]+")
_MANY, _VERY_MANY = 40, 100


def signs(message: Message) -> Iterator[str]:
    """The names of the signs that are there, in the order they are told."""
    yield "any mail"
    yield from _facts(message)
    yield from _addressing(message)
    yield from _program(message)
    yield from _sender(message)
    yield from _subject(message)
    yield from _transport(message)


def total(names: list[str]) -> float:
    """The sum of the signs' weights."""
    return sum(WEIGHTS[name] for name in names)


def told(names: list[str]) -> dict[str, str]:
    """The summands as evidence, in order: {"any mail": "+0.5", …}; zeros are left out."""
    return {name: _TOLD[name] for name in names if name in _TOLD}


def bulk_points(names: list[str]) -> float:
    """Of a machine's mail: over 0 when it went to many rather than to one customer about one thing."""
    return sum(_BULK_POINTS.get(name, 0.0) for name in names)


def machine_class(names: list[str]) -> str:
    """The class of what is no person's mail."""
    if "meeting subject" in names and total(names) - WEIGHTS["meeting subject"] > 0:
        # Nothing but its title speaks against a person: a calendar program wrote it in theirs.
        return "calendar"
    return "machine_bulk" if bulk_points(names) >= 0 else "machine_transactional"


def is_mass_mailer(message: Message) -> bool:
    """Whether the program that wrote it is one that sends to many."""
    return program_kind(message.value("x-mailer") or message.value("user-agent")) == "mass"


@lru_cache(maxsize=5_000)
def program_kind(program: str) -> str:
    """What wrote a mail, by its lower-case name: "mass" sends to many, "client" is what people use, else ""."""
    if not program:
        return ""
    if _MASS_MAILER.search(program):
        return "mass"
    return "client" if _CLIENT.search(program) else ""


@lru_cache(maxsize=20_000)
def host_kind(domain: str) -> str:
    """The sign that a domain makes by its first label, or ""."""
    if _SENDING_HOST.match(domain):
        return "sending host"
    return "mail host" if _MAIL_HOST.match(domain) else ""


def _facts(message: Message) -> Iterator[str]:
    facts = message.facts
    if facts.sent_to:
        yield "you wrote to them"
    if facts.answered:
        yield "they answered you"
    if facts.in_book:
        yield "in your address book"
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
    if not (email.to or email.cc or email.bcc):
        yield "to nobody"
    elif message.address and len(email.to) == 1 and email.to[0].address.lower() == message.address:
        yield "to itself"
    if email.recipients > _MANY:
        yield "to very many" if email.recipients > _VERY_MANY else "to many"


def _program(message: Message) -> Iterator[str]:
    program = program_kind(message.value("x-mailer") or message.value("user-agent"))
    if program == "mass":
        yield "mass mailer"
    elif program or _CLIENT_ID.match(message.email.message_id):
        yield "mail program"
    if message.robot_marks():
        yield "written by a program"


def _sender(message: Message) -> Iterator[str]:
    shape = robots.shape(message.local)
    if is_person_name(message.name) and fits(message.name, message.local):
        yield "name fits the address"
    elif shape == "person":
        yield "address of a person"
    if message.name and (is_organisation(message.name) or _is_own_name(message.name, message.domain)):
        yield "name of an organisation"
    if shape == "outlet":
        yield "address of a sender to many"
    elif shape == "desk":
        yield "address of a desk"
    elif shape == "role":
        yield "address of a role"
    elif shape == "coded":
        yield "address with a code"
    if host := host_kind(message.domain):
        yield host


def _subject(message: Message) -> Iterator[str]:
    if REPLY.match(message.lower):
        return
    if not message.subject:
        yield "no subject"
        return
    title = message.title
    if title.mass():
        yield "mass subject"
    if title.service():
        yield "service subject"
    if _names_sender(message):
        yield "subject names the sender"
    if message.email.recipients > 1 and title.meeting():
        yield "meeting subject"
    if message.subject.isupper() and message.subject.count(" ") > 2:
        yield "shouting"


def _transport(message: Message) -> Iterator[str]:
    if message.content_type.startswith("text/html"):
        yield "HTML alone"
    if message.has("list-unsubscribe"):
        yield "unsubscribe"
    if message.has("feedback-id"):
        yield "feedback id"
    if message.service_marks() - {"feedback-id"}:
        yield "sending service"
    if _is_bounce_path(message):
        yield "bounce path"
    if message.word("precedence") in ("bulk", "list", "junk"):
        yield "precedence bulk"
    for label in message.email.labels:
        if label in _CATEGORIES:
            yield _CATEGORIES[label]


def _is_bounce_path(message: Message) -> bool:
    """Whether bounces go to an address made for this one mail, not to who wrote it."""
    for one in message.return_paths():
        local, _, domain = one.rpartition("@")
        if one != message.address and (robots.is_bounce_path(local) or robots.shape(local) == "coded"):
            return True
        if domain != message.domain and ("=" in local or "+" in local):
            return True
    return False


@lru_cache(maxsize=20_000)
def is_organisation(name: str) -> bool:
    """Whether a display name is an organisation's, a department's or a program's."""
    name = name[:80]
    return (
        not _ORGANISATION_WORDS.isdisjoint(_WORDS.findall(name.lower())) or _ORGANISATION_MARK.search(name) is not None
    )


def is_person_name(name: str) -> bool:
    """Whether a display name is one that a person has."""
    words = _WORDS.findall(name[:80])
    return 2 <= len(words) <= 5 and not is_organisation(name)


def fits(name: str, local: str) -> bool:
    """Whether a word of the name, or its initials, stand in the local part."""
    words = [word.lower() for word in _WORDS.findall(name[:80])]
    if any(len(word) > 2 and word[:6] in local for word in words):
        return True
    return "".join(word[0] for word in words) == local


def _names_sender(message: Message) -> bool:
    """Whether the subject begins or ends with the sender's domain or its name, as a brand's does."""
    labels = message.domain.split(".")
    if len(labels) < 2 or len(labels[-2]) < 5:
        return False
    subject = message.lower.strip(" .!?")
    return subject.startswith(labels[-2]) or subject.endswith(labels[-2])


def is_brand(name: str, domain: str) -> bool:
    """Whether a display name is the domain's own, or has a word of it: "City Library" at library.example."""
    labels = domain.split(".")
    if len(labels) < 2:
        return False
    label = labels[-2].replace("-", "")
    words = _WORDS.findall(name[:80].lower())
    return "".join(words) == label or any(len(word) > 3 and word in label for word in words)


def _is_own_name(name: str, domain: str) -> bool:
    """Whether a display name is one word and the domain's: people's names have two, or differ."""
    return " " not in name.strip() and len(name) > 2 and is_brand(name, domain)
