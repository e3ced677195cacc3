"""The score of mail that no hard rule decides: log-odds that add up, every weight in one table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interactions.rules import robots
from interactions.rules.message import Message
from interactions.rules.subjects import MASS, REPLY, SERVICE

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
    "mass subject": -2.0,
    "service subject": -1.0,
    "HTML alone": -1.5,
    "one line per part": 0.0,
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

_CATEGORIES = {
    "CATEGORY_PROMOTIONS": "category promotions",
    "CATEGORY_SOCIAL": "category social",
    "CATEGORY_FORUMS": "category forums",
    "CATEGORY_UPDATES": "category updates",
    "CATEGORY_PERSONAL": "category personal",
}
#: Programs that people write mail with; a name here says that somebody sat there.
_CLIENT = re.compile(
    r"apple mail|iphone mail|ipad mail|thunderbird|icedove|outlook(?! cdo)|mutt|k-?mail|evolution|eudora|pine\b|gnus|sylpheed"
    r"|claws|the bat|foxmail|mew |wanderlust|exmh|nmh|z-mail|seamonkey|mozilla/|mozilla \d|spicebird|mailspring|k-9|fairemail"
    r"|roundcube|squirrelmail|horde|imp |zimbra|yahoomail|yahoo mail|webmail|open-xchange|sogo|protonmail|airmail|spark|trojita"
    r"|pegasus|opera|becky|lotus notes|novell groupwise|entourage|alpine|emacs|mailmate|vivaldi|betterbird|geary|samsung mail",
)
#: Libraries and products that send to many; Microsoft CDO is what scripts on Windows servers use.
_MASS_MAILER = re.compile(
    r"phpmailer|php/|^php|mime-tools|mime::lite|sendemail|aspmail|microsoft cdo|accucast|listmanager|lyris|mailchimp|mailman"
    r"|campaign|sendgrid|mailjet|mailgun|sendinblue|brevo|constant contact|octeth|mindbaz|targetmail|emessaging|sunmail"
    r"|messagemaker|store-mailer|jmail|javamail|nodemailer|swiftmailer|symfony|zend_?mail|postmark|salesforce|marketo|hubspot"
    r"|frontier|eloqua|cheetah|e-?mail manager|bulk|wdcollect|groupmail|worldmerge|mailworkz|streamsend|maillist|drupal|wordpress",
)
#: How well-known mail programs and services make message ids.
_CLIENT_ID = re.compile(
    r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}@|CA[\w+=.-]{30,}@mail\.gmail\.com$|Pine\.|alpine\."
    r"|[0-9a-f]{6,8}\.[0-9a-f]{6,8}@|\d{14}\.[A-Z]{2}\d+@|[0-9A-Za-z]+\.prod\.outlook\.com$"
)
#: Names of hosts that only send: newsletter.example.com, em.example.com, e.example.com.
_SENDING_HOST = re.compile(
    r"^(?:e|em|eml|email|e-?mail\w*|news\w*|newsletter\w*|enews\w*|mailer\w*|mailing\w*|mailings|lists?|reply|offers?|promo\w*|marketing"
    r"|bounced?|alerts?|notif\w*|specials?|community|updates?|sendgrid|mkt\w*|campaigns?|info|abonnement|euromailer|ummail\d*"
    r"|action|poweredby|discover|announce\w*|messages?|post|click|links?|talk\d*|t|m|mg)\.[\w-]+\.\w"
)
_ORGANISATION = re.compile(
    r"\b(?:inc|ltd|llc|gmbh|ag|corp|co|e\.v|bv|news\w*|newsletter|team|support|service\w*|club|online|store|shop|alerts?|notif\w*|updates?"
    r"|mailer|mailing|customer|daily|weekly|digest|list|magazine|journal|editors?|office|department|network|bank|university|systems?"
    r"|group|center|centre|society|association|foundation|registration|administrator|admin|bot|daemon|e-?news|reports?|tips?|club"
    r"|verein|stadt\w*|praxis|from|the|letter|for|of|bulletin|headlines?|offers?|deals?|travel|reisen|account|security|advisory)\b"
    r"|\.(?:com|net|org|de|io|co|ie|uk)\b|[|@/>%]|\d",
    re.I,
)
#: A name that a person has: two to four words, none of them an organisation's.
_WORDS = re.compile(r"[^\W\d_]+")
_MANY = 40


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
    return {name: f"{WEIGHTS[name]:+g}" for name in names if WEIGHTS[name]}


def is_bulk(message: Message, names: list[str]) -> bool:
    """Of a machine's mail: whether it went to many rather than to one customer about one thing."""
    many = {
        "unsubscribe",
        "mass subject",
        "address of a sender to many",
        "category promotions",
        "category social",
        "to itself",
    }
    one = {"service subject", "address of a desk", "category updates", "written by a program"}
    found = set(names)
    weight = len(found & many) - len(found & one) - 0.5 * ("address of a role" in found)
    weight += 0.5 * len(
        found & {"HTML alone", "sending host", "sending service", "name of an organisation", "to nobody"}
    )
    if not message.subject:
        return False
    return weight >= 0


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
        yield "to very many"


def _program(message: Message) -> Iterator[str]:
    program = message.value("x-mailer") or message.value("user-agent")
    if program and _MASS_MAILER.search(program):
        yield "mass mailer"
    elif (program and _CLIENT.search(program)) or _CLIENT_ID.match(message.email.message_id):
        yield "mail program"
    if message.robot_marks():
        yield "written by a program"


def _sender(message: Message) -> Iterator[str]:
    shape = robots.shape(message.local)
    if is_person_name(message.name) and fits(message.name, message.local):
        yield "name fits the address"
    elif shape == "person":
        yield "address of a person"
    if message.name and (_ORGANISATION.search(message.name) or _is_brand(message.name, message.domain)):
        yield "name of an organisation"
    if shape == "outlet":
        yield "address of a sender to many"
    elif shape == "desk":
        yield "address of a desk"
    elif shape == "role":
        yield "address of a role"
    elif shape == "coded":
        yield "address with a code"
    if _SENDING_HOST.match(message.domain):
        yield "sending host"


def _subject(message: Message) -> Iterator[str]:
    if REPLY.match(message.subject):
        return
    if MASS.search(message.subject):
        yield "mass subject"
    if SERVICE.search(message.subject):
        yield "service subject"


def _transport(message: Message) -> Iterator[str]:
    if message.value("content-type").startswith("text/html"):
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


def is_person_name(name: str) -> bool:
    """Whether a display name is one that a person has."""
    words = _WORDS.findall(name[:80])
    return 2 <= len(words) <= 5 and _ORGANISATION.search(name) is None


def fits(name: str, local: str) -> bool:
    """Whether a word of the name, or its initials, stand in the local part."""
    words = [word.lower() for word in _WORDS.findall(name[:80])]
    if any(len(word) > 2 and word[:6] in local for word in words):
        return True
    return "".join(word[0] for word in words) == local


def _is_brand(name: str, domain: str) -> bool:
    joined = "".join(_WORDS.findall(name[:80])).lower()
    labels = domain.split(".")
    return len(joined) > 2 and len(labels) > 1 and joined == labels[-2].replace("-", "") and " " not in name.strip()
