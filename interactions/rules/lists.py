"""Mailing lists: whether a program passed a mail on to subscribers, and whether a person posted it."""

from __future__ import annotations

import re

from interactions.address import canonical
from interactions.items import Mailbox
from interactions.rules import programs, robots
from interactions.rules.message import Message, path
from interactions.rules.subjects import DIGEST, LIST_TAG

#: The owner address of a list, as Majordomo, Mailman, ezmlm, LISTSERV and the group hosts write it.
_OWNER_PATH = re.compile(
    r"(?:owner-(?P<a>.+)|(?P<b>.+?)-(?:owner|admin|bounces?|request|errors|return-\d.*)(?:[+=].*)?|sentto-.+)"
)
#: Hosts and names that stand for many readers.
_LIST_HOST = re.compile(
    r"^(?:lists?|listserv|groups?|googlegroups|yahoogroups)\.|^(?:googlegroups|yahoogroups)\.com$|(?:^|\.)groups?\.io$"
)
_LIST_LOCAL = re.compile(
    r".+-(?:users?|devel|dev|develop|talk|list|l|announce|discuss(?:ion)?|general|commits?|digest|members)$"
)
_ANNOUNCE = re.compile(
    r"announce|news|digest|bulletin|updates?\b|alerts?\b|deals|offers|marketing|promo|rundbrief|mailing|customers"
    r"|advisory"
)
_LIST_ID = re.compile(r"<([^<>\s]{1,255})>")
_MAILTO = re.compile(r"<mailto:([^<>\s?]{1,320})", re.I)
_VIA = re.compile(r"\b(?:via|über|durch|par|por|tramite)\b", re.I)


def is_list_address(canonical_address: str) -> bool:
    """Whether an address looks like a list's: its host or its local part says so."""
    local, _, domain = canonical_address.rpartition("@")
    return bool(_LIST_HOST.search(domain) or _LIST_LOCAL.match(local))


def addresses(message: Message) -> frozenset[str]:
    """Canonical addresses of the list a mail came through, as far as its headers tell."""
    found = set(_MAILTO.findall(message.headers.get("list-post", "")))
    for header in ("sender", "return-path"):
        local, _, domain = (path(message.headers.get(header)) or "").rpartition("@")
        owner = _OWNER_PATH.fullmatch(local)
        if owner is not None and (name := owner["a"] or owner["b"]):
            found.add(f"{name}@{domain}")
    listed = _LIST_ID.search(message.headers.get("list-id", ""))
    marked = {canonical(address) for address in found}
    for _, mailbox in message.recipients():
        key = canonical(mailbox.address)
        if is_list_address(key) or (listed is not None and key.replace("@", ".") == listed[1].lower()):
            marked.add(key)
    return frozenset(marked)


def sign(message: Message) -> tuple[str, str] | None:
    """What shows that a list program passed the mail on, as (name, value); None when nothing does."""
    marks = message.list_marks()
    if marks:
        name = "list-id" if "list-id" in marks else min(marks)
        return name, message.headers.get(name, "there")
    found = relay(message)
    if found:
        return "sender", found
    if message.word("precedence") in ("bulk", "list") and DIGEST.search(message.lower):
        return "digest", message.subject
    return _only_lists(message)


def relay(message: Message) -> str:
    """The owner address of a list in Sender, Return-Path or From, or a Sender that is itself among the recipients."""
    sender = path(message.headers.get("sender")) or ""
    for one in (sender, *message.return_paths()):
        local = one.rpartition("@")[0]
        if local and one != message.address and _OWNER_PATH.fullmatch(local):
            return one
    if message.local.startswith("owner-") and message.domain:
        return message.address
    if sender and canonical(sender) != message.address and message.word("precedence") in ("bulk", "list"):
        key = canonical(sender)
        if any(canonical(mailbox.address) == key for _, mailbox in message.recipients()):
            return sender
    return ""


def passed_on(message: Message) -> bool:
    """Whether a list that people post to passed it on: forges and trackers write list headers for one reader, too."""
    listed = addresses(message)
    return bool(relay(message)) or any(canonical(mailbox.address) in listed for _, mailbox in message.recipients())


def _only_lists(message: Message) -> tuple[str, str] | None:
    """Nobody is addressed but lists; or nobody at all, and the subject has a list's tag."""
    email = message.email
    tag = LIST_TAG.match(message.subject)
    if not (email.to or email.cc or email.bcc):
        return ("tag", tag[0].strip()) if tag is not None else None
    if tag is not None and _names_recipient(message, tag["name"]):
        return "tag", tag[0].strip()
    if len(email.to) + len(email.cc) > 5 or message.known.own and message.named_owner() == "to":
        return None
    listed = [mailbox for mailbox in email.to or email.cc or email.bcc if is_list_address(canonical(mailbox.address))]
    if len(listed) == len(email.to or email.cc or email.bcc):
        return "to", listed[0].address
    return None


def _names_recipient(message: Message, tag: str) -> bool:
    """Whether a subject's tag is the local part of somebody it went to: "[choir]" to choir@example.org."""
    own, tag = message.known.own, tag.lower().replace(" ", "-")
    return any(
        mailbox.address.lower().startswith(f"{tag}@") and canonical(mailbox.address) not in own
        for _, mailbox in message.recipients()
    )


def announces(message: Message) -> tuple[str, str] | None:
    """What shows that a list only announces (a newsletter), as (name, value); None: people post to it."""
    if DIGEST.search(message.lower):
        # What people posted, collected.
        return None
    post = message.value("list-post")
    if post.startswith("no"):
        # RFC 2369 §3.4: NO says that posting is not allowed.
        return "list-post", "no"
    if message.one_click and not message.has("list-post"):
        return "unsubscribe", "one click"
    if message.is_robot(message.address) and not message.robot_marks():
        return "from", message.address
    if message.email.in_reply_to or post:
        return None
    named = message.headers.get("list-id") or " ".join(sorted(addresses(message)))
    if (found := _ANNOUNCE.search(named.lower())) is not None:
        return "list", found[0]
    return _outlet(message)


def _outlet(message: Message) -> tuple[str, str] | None:
    if robots.shape(message.local) == "outlet":
        return "from", message.address
    if marks := message.service_marks():
        return min(marks), "there"
    if programs.is_mass_mailer(message):
        return "program", "sends to many"
    if not message.is_reply and (found := message.title.mass()):
        return "subject", found
    return None


def author(message: Message) -> Mailbox | None:
    """Who posted: From, or who is behind a From that the list rewrote ("Ada via Choir"); None when it hides them."""
    sender = message.email.sender
    listed = addresses(message)
    if sender is None or not (
        message.address in listed or (_VIA.search(message.name) and is_list_address(message.address))
    ):
        return sender
    original = path(message.headers.get("x-original-from"))
    if original and "@" in original:
        return Mailbox(original, _VIA.split(sender.name)[0].strip(" '\""))
    for mailbox in message.email.reply_to:
        if canonical(mailbox.address) not in listed:
            return mailbox
    return None
