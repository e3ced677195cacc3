"""The rules of mail, in order: eight classes, the first rule that matches decides and is stored with its evidence."""

from __future__ import annotations

import re
from collections.abc import Callable

from interactions import display_names as names
from interactions.address import canonical
from interactions.rules import lists, robots, score
from interactions.rules.message import Message, shown
from interactions.rules.signs import signs
from interactions.rules.subjects import (
    ABSENT,
    AUTO_REPLY,
    BOUNCE,
    CALENDAR_ANSWER,
    CALENDAR_INVITATION,
    CALENDAR_UPDATE,
    READ,
    RECEIPT,
    REPLY,
    UNREAD,
)
from interactions.verdict import Party, Verdict

Rule = Callable[[Message], Verdict | None]

_OWN_HEADERS_ABSENCE = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponse",
    "x-auto-reply-from",
    "x-autoreply-from",
    "x-apple-action",
)
_AUTOMATIC = frozenset((*_OWN_HEADERS_ABSENCE, "auto-submitted", "x-ms-exchange-inbox-rules-loop"))
_ADMIN = re.compile(r"^(?:postmaster|mailer-daemon|.*administrator|.*mail.*daemon|mailadmin\w*|system)$")
_BOUNCES = re.compile(r"(?:^|[._-])bounces?(?:[._+=-]|$)")
_CALENDAR_SENDER = re.compile(r"calendar-(?:notification|invite|server)@|calendar@")
#: Where iCloud has its invitations answered (iMIP, RFC 6047).
_ANSWERS_TO_CALENDAR = "@imip.me.com"
#: Names that mark a mail as part of a scheduling exchange.
_CALENDAR_NAMES = frozenset(
    ("x-microsoft-cdo-busystatus", "x-microsoft-cdo-importance", "x-ms-exchange-calendar-originator-id")
)
_MANY_READ = ("outlet", "role", "coded")
_BULK_WORDS = ("bulk", "junk", "list")


def _dropped(cls: str, rule: str, evidence: dict[str, str]) -> Verdict:
    return Verdict(False, cls, rule, {name: shown(value) for name, value in evidence.items()})


def draft(message: Message) -> Verdict | None:
    """A draft is not written yet; its provider gives the sent mail a new id."""
    return _dropped("human_direct", "mail.draft", {"label": "DRAFT"}) if "DRAFT" in message.email.labels else None


def chat(message: Message) -> Verdict | None:
    """Chats stand among the mails of old Google mailboxes."""
    return _dropped("human_direct", "mail.chat", {"label": "CHAT"}) if "CHAT" in message.email.labels else None


def spam(message: Message) -> Verdict | None:
    """What the provider took for spam."""
    return _dropped("machine_bulk", "mail.spam", {"label": "SPAM"}) if "SPAM" in message.email.labels else None


def bounce(message: Message) -> Verdict | None:
    """A mail system reports on a mail that was sent (RFC 3464, RFC 3462)."""
    kind = message.content_type
    if kind.startswith("multipart/report") and ("delivery-status" in kind or "report-type" not in kind):
        return _dropped("bounce", "mail.bounce", {"content-type": "report-type=delivery-status"})
    if message.has("x-failed-recipients"):
        return _dropped("bounce", "mail.bounce", {"x-failed-recipients": "there"})
    if found := _to_bounce_path(message):
        return _dropped("bounce", "mail.bounce", {"to": found})
    local, subject = message.local, message.subject
    if local == "mailer-daemon":
        return _dropped("bounce", "mail.bounce", {"from": message.address})
    if BOUNCE.match(message.lower) and (
        _ADMIN.match(local) or not local or message.return_path() == "" or not message.is_reply
    ):
        unsure = local and not _ADMIN.match(local) and message.return_path() != "" and message.email.recipients > 0
        if not unsure or message.lower.startswith("undeliverable:"):
            return _dropped("bounce", "mail.bounce", {"subject": subject, "from": message.address})
    if RECEIPT.match(message.lower) and (_ADMIN.match(local) or message.return_path() == ""):
        return _dropped("bounce", "mail.bounce", {"subject": subject, "from": message.address})
    return None


def _to_bounce_path(message: Message) -> str:
    """The only recipient, where it is an address that a program made for its bounces: nobody writes there by hand."""
    to = message.email.to
    if len(to) != 1 or message.email.recipients != 1 or "bounce" not in (address := to[0].address.lower()):
        return ""
    return to[0].address if _BOUNCES.search(address.rpartition("@")[0]) else ""


def calendar(message: Message) -> Verdict | None:
    """An invitation or the answer to one: the event is the interaction, this mail only tells of it."""
    kind = message.content_type
    if kind.startswith("text/calendar"):
        return _dropped("calendar", "calendar.invitation", {"content-type": "text/calendar"})
    if message.has("content-class") and "calendarmessage" in message.value("content-class"):
        return _dropped("calendar", "calendar.invitation", {"content-class": "calendarmessage"})
    sender = message.value("sender") or message.address
    if "calendar" in sender and _CALENDAR_SENDER.search(sender):
        return _dropped("calendar", "calendar.invitation", {"sender": sender})
    if not message.named.isdisjoint(_CALENDAR_NAMES):
        return _dropped("calendar", "calendar.invitation", {"header": "calendar item"})
    if any(one.address.lower().endswith(_ANSWERS_TO_CALENDAR) for one in message.email.reply_to):
        return _dropped("calendar", "calendar.invitation", {"reply-to": _ANSWERS_TO_CALENDAR})
    subject = message.subject
    if CALENDAR_ANSWER.match(message.lower) or CALENDAR_INVITATION.match(message.lower):
        return _dropped("calendar", "calendar.invitation", {"subject": subject})
    if (
        CALENDAR_UPDATE.match(message.lower)
        and not message.email.in_reply_to
        and (robots.shape(message.local) in ("person", "") or message.title.appointment())
    ):
        return _dropped("calendar", "calendar.invitation", {"subject": subject})
    return None


def auto_reply(message: Message) -> Verdict | None:
    """A program answered for somebody: absence notices, receipts of reading, autoresponders (RFC 3834, RFC 8098)."""
    kind = message.content_type
    if kind.startswith("multipart/report") and "disposition-notification" in kind:
        return _dropped("auto_reply", "mail.auto_reply", {"content-type": "report-type=disposition-notification"})
    if kind.startswith("multipart/report"):
        # RFC 6522: a report is always a program's, whatever it reports (RFC 5965: complaints; RFC 6591: failed checks).
        return _dropped("machine_transactional", "mail.report", {"content-type": "multipart/report"})
    if not message.named.isdisjoint(_AUTOMATIC) or message.word("precedence").startswith("auto"):
        found = _told_automatic(message)
        if found is not None:
            return _dropped("auto_reply", "mail.auto_reply", found)
    subject = message.subject
    if AUTO_REPLY.match(message.lower) or ABSENT.search(message.lower):
        return _dropped("auto_reply", "mail.auto_reply", {"subject": subject})
    if (message.email.in_reply_to and READ.match(message.lower)) or UNREAD.match(message.lower):
        return _dropped("auto_reply", "mail.auto_reply", {"subject": subject})
    if message.address and message.lower.rpartition(" ")[2] == message.address and REPLY.match(message.lower):
        # Challenge-response programs answer with nothing but the address they guard as their subject.
        return _dropped("auto_reply", "mail.auto_reply", {"subject": subject})
    if message.return_path() == "" and not message.own:
        return _dropped("auto_reply", "mail.null_return_path", {"return-path": "<>"})
    return None


def _told_automatic(message: Message) -> dict[str, str] | None:
    """The header by which an automatic answer says that it is one."""
    submitted = message.word("auto-submitted")
    if submitted == "auto-replied" or "vacation" in message.value("auto-submitted"):
        return {"auto-submitted": submitted}
    for name in _OWN_HEADERS_ABSENCE:
        if message.has(name):
            return {name: message.headers.get(name, "there")}
    if message.has("x-ms-exchange-inbox-rules-loop") and "all" in message.value("x-auto-response-suppress"):
        # Exchange's absence notices; the suppress header alone only asks others not to answer.
        return {"x-ms-exchange-inbox-rules-loop": "there"}
    if message.word("precedence") in ("auto_reply", "auto-reply"):
        return {"precedence": "auto_reply"}
    return None


def sent(message: Message) -> Verdict | None:
    """The owner wrote it: an act of theirs when somebody else is among the recipients."""
    email = message.email
    if not message.own and "SENT" not in email.labels:
        return None
    cls = "human_list" if message.list_marks() else "human_direct"
    reason = {"from": "you"} if message.own else {"label": "SENT"}
    parties = message.parties(without=frozenset() if message.own else frozenset({message.address}))
    if parties:
        return Verdict(True, cls, "mail.sent", {**reason, "recipients": str(len(parties))}, "email", "out", parties)
    others = [mailbox for _, mailbox in message.recipients() if message.is_robot(mailbox.address.lower())]
    if others:
        return _dropped(cls, "mail.sent.robot", {**reason, "to": others[0].address})
    return _dropped(cls, "mail.sent.self" if email.recipients else "mail.sent.nobody", reason)


def proxy(message: Message) -> Verdict | None:
    """A person acted elsewhere and a program tells of it in their name: the address is never theirs."""
    if not message.is_robot(message.address) or robots.speaks_for_nobody(message.local) or lists.passed_on(message):
        return None
    speaker = _speaker(message.name)
    if not names.is_person(speaker) or names.is_brand(speaker, message.domain):
        return None
    return _dropped("proxy_human", "mail.proxy", {"from": message.address, "name": message.name})


#: "Ada Lovelace (Docs)", "Ada Lovelace via Docs": the person comes first.
_SPEAKER = re.compile(r"\s*(?:\(.*|\[.*|\b(?:via|über|durch|par)\b.*)$", re.I)


def _speaker(name: str) -> str:
    return _SPEAKER.sub("", name[:100])


def auto_submitted(message: Message) -> Verdict | None:
    """The sender says that a program made it (RFC 3834 §5: anything but "no")."""
    submitted = message.word("auto-submitted")
    if not submitted or submitted == "no":
        return None
    cls = "machine_bulk" if message.one_click else "machine_transactional"
    return _dropped(cls, "mail.auto_submitted", {"auto-submitted": submitted})


def program(message: Message) -> Verdict | None:
    """A tracker, forge or scheduler says with a header of its own that it wrote this about something that happened."""
    marks = message.robot_marks()
    if not marks or message.facts.answered or message.facts.in_book or lists.passed_on(message):
        return None
    return _dropped("machine_transactional", "mail.program", {min(marks): "there"})


def listed(message: Message) -> Verdict | None:
    """A list passed it on: an interaction only when the post also names the owner."""
    found = lists.sign(message)
    if found is None:
        return None
    why = lists.announces(message)
    if why is not None:
        return _dropped("machine_bulk", "mail.list.announcement", {found[0]: found[1], why[0]: why[1]})
    evidence = {found[0]: shown(found[1])}
    where = message.named_owner()
    if not where:
        return _dropped("human_list", "mail.list", evidence)
    author = lists.author(message)
    if marks := message.robot_marks():
        return _dropped("human_list", "mail.list", {**evidence, min(marks): "there"})
    start = (Party(author, "from"),) if author is not None else ()
    parties = message.parties(start, lists.addresses(message))
    if not parties:
        return _dropped("human_list", "mail.list", evidence)
    return Verdict(True, "human_list", "mail.list.personal", {**evidence, "you": where}, "email", "in", parties)


def bulk(message: Message) -> Verdict | None:
    """Sent to many: one-click unsubscribing, or a mass mail's header together with another sign of one."""
    evidence: dict[str, str] = {}
    if message.one_click and not message.has("list-post"):
        # RFC 8058; large mailbox providers ask it of everybody who sends to many.
        # It is asked of notices to one customer by now, too: those say what they are about.
        cls = "machine_transactional" if message.title.service() else "machine_bulk"
        return _dropped(cls, "mail.one_click", {"list-unsubscribe-post": "List-Unsubscribe=One-Click"})
    if message.has("list-unsubscribe"):
        evidence["list-unsubscribe"] = message.headers.get("list-unsubscribe", "there")
    if message.word("precedence") in _BULK_WORDS:
        evidence["precedence"] = message.word("precedence")
    if not evidence:
        return None
    if marks := message.service_marks():
        evidence["sending service"] = min(marks)
    if robots.shape(message.local) == "outlet":
        evidence["from"] = message.address
    elif not message.is_reply and (found := message.title.mass()):
        evidence["subject"] = found
    if len(evidence) > 1 and not (message.facts.answered or message.facts.sent_to):
        return _dropped("machine_bulk", "mail.bulk", evidence)
    return None


def robot(message: Message) -> Verdict | None:
    """Nobody is behind the address, unless it has answered the owner."""
    if message.address and not message.is_robot(message.address):
        return None
    if not message.address:
        return _dropped("machine_transactional", "mail.no_sender", {"from": "missing or unreadable"})
    cls = score.machine_class(list(signs(message)))
    return _dropped(cls, "mail.robot", {"from": message.address})


def never_sent(message: Message) -> Verdict | None:
    """Never on its way, and to nobody or to its writer alone: an appointment that is kept among the mails."""
    email = message.email
    if not message.named or message.return_path() is not None or message.is_reply:
        return None
    if not message.lacks_transport or "delivered-to" in message.named or robots.shape(message.local) in _MANY_READ:
        return None
    evidence = {"received": "never", "subject": message.subject}
    if not email.recipients and message.title.appointment():
        return _dropped("calendar", "mail.never_sent", {"to": "nobody", **evidence})
    itself = email.recipients == 1 and email.to and canonical(email.to[0].address) == message.address
    if itself and robots.shape(message.local) == "person" and not message.title.mass():
        return _dropped("calendar", "mail.never_sent", {"to": "itself", **evidence})
    return None


def scored(message: Message) -> Verdict | None:
    """Everything else: the signs for and against a person, added up. Always answers."""
    found = list(signs(message))
    points = score.total(found)
    evidence = {"score": f"{points:+g}", **score.told(found)}
    if points <= 0:
        cls = score.machine_class(found)
        return Verdict(False, cls, "mail.machine", evidence)
    if message.reads_along:
        return Verdict(False, "human_direct", "mail.not_to_you", {**evidence, "to": _circle(message)})
    sender = message.email.sender
    parties = message.parties((Party(sender, "from"),) if sender is not None else ())
    if not parties:
        return Verdict(False, "machine_transactional", "mail.no_sender", {"from": shown(message.address)})
    evidence["to"] = _circle(message)
    return Verdict(True, "human_direct", "mail.human", evidence, "email", "in", parties)


def _circle(message: Message) -> str:
    """Whom the mail addressed: "you alone", "you and 3 others", "you in copy", "3 others"."""
    where, count = message.named_owner(), max(message.email.recipients, 1)
    if not where:
        return "not by name"
    if where == "cc":
        return "you in copy"
    return "you alone" if count == 1 else f"you and {count - 1} other{'s' if count > 2 else ''}"


RULES: tuple[Rule, ...] = (
    draft, chat, spam, bounce, calendar, auto_reply, sent, proxy, auto_submitted, program, listed, bulk, robot,
    never_sent, scored,
)  # fmt: skip

#: Every name the rules give.
NAMES: tuple[str, ...] = (
    "mail.draft", "mail.chat", "mail.spam", "mail.bounce", "calendar.invitation", "mail.auto_reply",
    "mail.null_return_path", "mail.sent", "mail.sent.robot", "mail.sent.self", "mail.sent.nobody", "mail.proxy",
    "mail.report", "mail.auto_submitted", "mail.program", "mail.list.announcement", "mail.list",
    "mail.list.personal", "mail.one_click", "mail.bulk", "mail.robot",
    "mail.no_sender", "mail.never_sent", "mail.machine", "mail.not_to_you", "mail.human",
)  # fmt: skip
