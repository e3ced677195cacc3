"""Addresses that no person reads or writes from: what their local parts, domains and names look like."""

from __future__ import annotations

import re
from functools import lru_cache

from interactions.vocabulary import words

#: Local parts that say "nobody is here", alone or as a word of a longer one ("drive-shares-noreply").
#: Hyphen, dot, underscore and nothing are all in use between the words.
_NOBODY = re.compile(
    r"(?:^|[._+=-])(?:no[._-]?address|no[._-]?replay|no[._-]?reply|do[._-]?not[._-]?(?:reply|use|respond)|dont[._-]?reply"
    r"|not[._-]?reply"
    r"|(?:[a-z]+[._-]?)?daemon|auto[._-]?(?:reply|responder|confirm|mail(?:er)?|notif\w*)|mail[._-]?bot|robot|bot"
    r"|nicht[._-]?antworten|ne[._-]?pas[._-]?repondre|no[._-]?responder|no[._-]?contestar|non[._-]?rispondere)"
    r"(?:[._+=-]|\d*$)"
)
#: Whole local parts of mail systems and scheduled programs (RFC 2142 §4 for the mail service's own names).
_SYSTEM = words(
    "postmaster mailer-daemon daemon root cron crond anacron nobody devnull dev-null www-data apache httpd nginx system"
    " bounce bounces listserv listproc majordomo mailman ecartis unsubscribe invitation invitations notification"
    " notifications notify notifier"
    " alert alerts mailer mailserver mail-daemon backup backups monitoring nagios jenkins ci build"
    " newsletter newsletters digest"
)
_BOUNCE = re.compile(
    r"^(?:bounces?|return|returns|prvs|srs[01]|verp|unsubscribe|leave|reply)[._+=#-]|[._-]bounces?(?:[+=-]|$)"
)
#: Hosts whose mail comes from a program in somebody's name: replies to it reach the program.
_PROXY_HOSTS = frozenset({"docs.google.com", "reply.github.com", "noreply.github.com", "users.noreply.github.com"})
_PROXY_HOST = re.compile(r"(?:^|\.)(?:noreply|no-reply)\.")
#: Programs that write to many in nobody's name.
_MAILERS = words("newsletter newsletters digest alert alerts mailer notice notices system ci build")
#: A calendar or a room, never somebody (developers.google.com/workspace/calendar/api/concepts/sharing).
_CALENDAR_HOST = re.compile(r"@(?:group|resource|import)(?:\.v)?\.calendar\.")

#: Addresses of an office rather than of one person. Some people do write from them: a hint, never proof.
_ROLE = words(
    "info contact kontakt contacto contatto hello hallo hi bonjour hola office buero sales vertrieb support service"
    " help"
    " helpdesk hilfe kundenservice customerservice customercare customer kunden admin administrator administration"
    " webmaster hostmaster web www mail email post team staff press presse media marketing pr billing orders order"
    " bestellung rechnung invoice invoices accounts account accounting booking bookings reservations reservation"
    " tickets ticket receipts receipt payments payment jobs careers hr feedback enquiries inquiries membership members"
    " member register registration confirm confirmation confirmations subscribe subscriptions subscription security"
    " verify verification welcome shop store termine programm verein oracle online travelercare"
    " abuse noc feedback usenet"
)
#: Those of them that are an office's also within a longer local part, and never a part of somebody's name.
_ROLE_WORDS = words(
    "info contact kontakt support service help helpdesk kundenservice customerservice admin administrator webmaster"
    " hostmaster email sales vertrieb billing orders invoices invoice accounts booking reservations tickets payments"
    " careers feedback enquiries inquiries membership registration subscriptions security verification abuse"
)
#: Words in a local part that name what is sent out to many.
_OUTLET = re.compile(
    r"(?:^|[._+-]|\b)(?:news\w*|e-?news|enews\w*|\w*newsletter\w*|nieuwsbrief|rundbrief|bulletin|digest|headlines?"
    r"|flash"
    r"|(?:weekly|daily|monthly)\w*|updates?|alerts?|announce\w*|offers?|angebote?|deals?|promo\w*|marketing|specials?|sale|sweeps\w*"
    r"|lists?|elists?|mailing\w*|mailer|feeds?|rssfeeds|rss|notices?|notif\w*|reminders?|(?:un)?subscri\w+|community"
    r"|campaigns?"
    r"|broadcast|mailbot|ezine|jobs|journal|publications?|replies|sporadic|trivia|messenger|meldungen|webmaster"
    r"|listmanager|surveys?|editors?)(?:$|[._+-]|\b)"
)
#: Words in a local part that name a program or desk answering by form.
_DESK = re.compile(
    r"(?:^|[._+-]|\b)(?:orders?|\w*info(?:rmation)?|confirm\w*|register|registration|billing|receipts?|accounts?"
    r"|admin\w*"
    r"|system|siteadm\w*|security|mailsweeper|workflow|auth|care|customer\w*|statements?|perfmgmt|arsystem|alerts?"
    r"|team|requests?|login|\w*services?|response)(?:$|[._+-])"
)
_NOTICE = re.compile("update|alert|notice|notif|remind")
#: Machine-made parts: long runs of digits, or hexadecimal tokens.
_CODED = re.compile(r"\d{6}|(?=[a-z]*\d)(?=\d*[a-z])[0-9a-f]{12,}|(?:\d+[-._]){3}")


@lru_cache(maxsize=20_000)
def is_robot(canonical: str) -> bool:
    """Whether an address (canonical form) belongs to a program: nobody writes from it by hand or reads it."""
    local, _, domain = canonical.rpartition("@")
    if not local:
        local, domain = domain, ""
    plain = local.partition("+")[0]
    return bool(
        plain in _SYSTEM
        or _NOBODY.search(local)
        or _BOUNCE.search(local)
        or domain in _PROXY_HOSTS
        or _PROXY_HOST.search(domain)
        or is_calendar(canonical)
    )


def speaks_for_nobody(local: str) -> bool:
    """Whether a robot's local part is one that carries no person's doings."""
    return local.partition("+")[0] in _MAILERS


def is_calendar(address: str) -> bool:
    """Whether an address is a calendar's or a room's own (…@group.calendar.google.com)."""
    return _CALENDAR_HOST.search(address) is not None


def is_bounce_path(local: str) -> bool:
    """Whether the local part of a return path is one a program made to sort its bounces."""
    return _BOUNCE.search(local) is not None


@lru_cache(maxsize=20_000)
def shape(local: str) -> str:
    """What kind of address a local part (lower case) makes: outlet, desk, role, coded, person or ""."""
    plain = local.partition("+")[0]
    if outlet := _OUTLET.search(local):
        # "order-update": of one order, to one customer.
        return "desk" if _NOTICE.search(outlet[0]) and _DESK.search(local) else "outlet"
    if plain in _ROLE or not _ROLE_WORDS.isdisjoint(plain.replace("-", ".").replace("_", ".").split(".")):
        return "role"
    if _DESK.search(local):
        return "desk"
    if _CODED.search(local):
        return "coded"
    return "person" if _PERSON.match(plain) else ""


#: first.last and f.last: what companies and free mail services give to people.
_PERSON = re.compile(r"[^\W\d_]+(?:[.'-]+[^\W\d_]+){1,3}\d{0,4}$")
