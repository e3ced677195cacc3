"""An e-mail as the mail rules look at it: what several of them ask for, worked out once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from interactions.address import canonical
from interactions.items import Email, Mailbox
from interactions.rules import robots
from interactions.rules.subjects import REPLY
from interactions.rules.titles import Title
from interactions.verdict import Facts, Known, Party
from interactions.vocabulary import words
from interactions.word import NOISE

#: More of a subject is never looked at.
_SUBJECT_MAX = 200
#: Longest value that goes into evidence, in characters.
EVIDENCE_MAX = 100
_WORD_END = re.compile(r"[\s;(,]")
_ANGLED = re.compile(r"<([^<>\s]{0,320})>")
#: What a forwarding host makes of a return path so that its own checks pass (the Sender Rewriting Scheme), and what
#: the writer's own host adds to tell its bounces from forged ones (BATV). The address itself stands inside.
_FORWARDED = re.compile(
    r"srs(?:0|1=[^=@]{1,20}=[^=@]{1,255}=)[=+-][^=@]{1,20}=[^=@]{1,9}=(?P<domain>[^=@]{1,255})=(?P<local>[^@]{1,255})@.+"
)
_SIGNED = re.compile(
    r"prvs=(?:[0-9a-f]{9,14}[=/](?P<after>[^@]+)|(?P<before>[^@=/]+)[=/][0-9a-z]{9,14})@(?P<domain>.+)"
)
#: RFC 8058 §3.1: the whole value, nothing else.
_ONE_CLICK = "list-unsubscribe=one-click"

#: Names that only programs which pass posts on to subscribers write (RFC 2369, RFC 2919; Mailman, ezmlm, groups).
_LIST_NAMES = words(
    "list-id list-post mailing-list x-mailing-list x-beenthere x-mailman-version list-archive x-google-group-id"
    " x-egroups-return x-ml-name x-listname newsgroups"
)
#: Names that only sending services and mass mailers write.
_SERVICE_NAMES = words(
    "x-sg-eid x-sg-id x-mailgun-sid x-mailgun-tag x-ses-outgoing x-mc-user x-mandrill-user x-pm-message-id x-pm-tag"
    " x-sfmc-stack x-roving-id x-csa-complaints x-campaign x-campaignid x-campaign-id x-report-abuse x-bulkmail"
    " x-msfbl x-mailer-recptid x-job x-sendgrid-id x-rpcampaign x-cid x-mailid x-subscription x-list-unsubscribe"
    " x-postal-msgid x-brevo-id x-sib-id x-klaviyo-message-id x-hubspot-message-source x-emarsys-identify"
    " x-em-version x-keenlist-info x-emessaging-user x-topica-id x-imn x-quris x-xpt-xsl-name x-notification-type"
    " x-amazon-mail-relay-type x-cm-msgid feedback-id"
)
#: What Proton's users send has two of them.
_PROTON = frozenset({"feedback-id", "x-pm-message-id"})
#: Names that programs acting on an event write: schedulers, trackers, forges.
_ROBOT_NAMES = words(
    "x-cron-env x-phabricator-sent-this-message x-github-reason x-gitlab-project x-jira-fingerprint x-bugzilla-reason"
    " x-redmine-host x-redmine-project x-rt-ticket x-trac-project x-launchpad-notification-type x-gerrit-messagetype"
    " x-rhn-info x-otrs-version x-zendesk-priority x-pagerduty-notification x-github-sender x-github-recipient"
    " x-bugzilla-type x-gitlab-project-id x-redmine-issue-id x-launchpad-message-rationale x-discourse-topic-id"
    " x-discourse-post-id x-zendesk-email-id x-phabricator-mail-id x-gerrit-change-id x-rt-originator rt-ticket"
)


class Message:
    """One e-mail, the owner's facts beside it. Read-only by convention; made once for each `decide`."""

    __slots__ = (
        "address",
        "domain",
        "email",
        "facts",
        "headers",
        "known",
        "local",
        "_title",
        "_where",
        "content_type",
        "lower",
        "name",
        "named",
        "own",
        "subject",
    )

    def __init__(self, email: Email, known: Known) -> None:
        self.email, self.known, self.headers = email, known, email.headers
        sender = email.sender
        self.name = sender.name if sender is not None else ""
        #: Canonical form of From, "" when it cannot be read.
        self.address = canonical(sender.address) if sender is not None else ""
        self.local, at, self.domain = self.address.rpartition("@")
        if not at:
            self.local, self.domain = self.domain, ""
        self.facts: Facts = known.of(self.address)
        self.own = bool(self.address) and (self.address in known.own or self.facts.own)
        self.subject = email.subject[:_SUBJECT_MAX].strip()
        self.lower = self.subject.lower()
        self.content_type = self.value("content-type")
        #: Lower-case names of every header that was there, its value kept or not.
        self.named = frozenset((*email.headers, *email.other_headers))
        self._title: Title | None = None
        self._where: str | None = None

    def has(self, name: str) -> bool:
        """Whether a header was there, its value kept or not: "not kept" is not "absent"."""
        return name in self.named

    @property
    def title(self) -> Title:
        """The subject taken apart."""
        if self._title is None:
            self._title = Title(self.lower)
        return self._title

    def value(self, name: str) -> str:
        """The kept value of a header in lower case, "" when absent or not kept."""
        value = self.headers.get(name)
        return value.strip().lower() if value else ""

    def word(self, name: str) -> str:
        """A header's first word in lower case, without comment or parameters (RFC 3834 §5)."""
        value = self.headers.get(name)
        return _WORD_END.split(value.strip().lower(), maxsplit=1)[0] if value else ""

    @property
    def lacks_transport(self) -> bool:
        """Whether nothing tells how it travelled or was put together: a store that keeps neither had it."""
        return "received" not in self.named and not self.content_type.startswith("multipart/")

    @property
    def is_reply(self) -> bool:
        """Whether it answers or passes on another mail."""
        return bool(self.email.in_reply_to) or REPLY.match(self.lower) is not None

    @property
    def one_click(self) -> bool:
        """Whether it offers one-click unsubscribing (RFC 8058)."""
        return _ONE_CLICK in self.value("list-unsubscribe-post")

    def list_marks(self) -> frozenset[str]:
        """The headers that only list programs write."""
        return _LIST_NAMES & self.named

    def service_marks(self) -> frozenset[str]:
        """The headers that only sending services write."""
        found = _SERVICE_NAMES & self.named
        return found - _PROTON if self.of_a_mailbox else found

    @property
    def of_a_mailbox(self) -> bool:
        """Whether its Feedback-ID is the one that a mailbox provider gives to what its users write."""
        return self.value("feedback-id").rstrip().endswith(":user:proton")

    def robot_marks(self) -> frozenset[str]:
        """The headers that only programs acting on an event write."""
        return _ROBOT_NAMES & self.named

    def return_path(self) -> str | None:
        """The address mail goes back to, in lower case; "" is the null path, None: not there or not kept."""
        return path(self.headers.get("return-path"))

    def return_paths(self) -> Iterator[str]:
        """Every Return-Path that was kept: each forwarding host adds one."""
        for one in self.headers.get("return-path", "").split("\n"):
            found = path(one)
            if found:
                yield found

    def recipients(self) -> Iterator[tuple[str, Mailbox]]:
        """Role and mailbox of everybody in To, Cc and Bcc."""
        email = self.email
        for role, people in (("to", email.to), ("cc", email.cc), ("bcc", email.bcc)):
            for mailbox in people:
                yield role, mailbox

    def named_owner(self) -> str:
        """Where an own address stands: "to", "cc", or ""."""
        if self._where is None:
            own = self.known.own
            in_to = any(canonical(mailbox.address) in own for mailbox in self.email.to)
            in_cc = not in_to and any(canonical(mailbox.address) in own for mailbox in self.email.cc)
            self._where = "to" if in_to else "cc" if in_cc else ""
        return self._where

    @property
    def reads_along(self) -> bool:
        """Whether it is between others: it names people, none of them the owner, who never wrote to its sender.

        Blind copies come so, mail of aliases that Kith does not know of, and what others passed on. Who answers such
        a mail has written to its sender, and it counts.
        """
        facts = self.facts
        known = facts.sent_to or facts.answered or facts.in_book or self.known.answers_owner
        return bool(self.known.own) and self.email.recipients > 0 and not self.named_owner() and not known

    def parties(self, start: Iterable[Party] = (), without: frozenset[str] = frozenset()) -> tuple[Party, ...]:
        """Everybody else, each once, in order: `start`, then To, Cc, Bcc; never the owner, a robot or `without`."""
        found: dict[str, Party] = {}
        for party in start:
            self._add(found, party, without)
        for role, mailbox in self.recipients():
            self._add(found, Party(mailbox, role), without)
        return tuple(found.values())

    def _add(self, found: dict[str, Party], party: Party, without: frozenset[str]) -> None:
        key = canonical(party.mailbox.address)
        if (
            key not in found
            and key not in without
            and key not in self.known.own
            and "@" in key
            and not self.is_robot(key)
        ):
            found[key] = party

    def is_robot(self, address: str) -> bool:
        """Whether nobody is behind a canonical address. One that answered the owner and was written to is a person."""
        if (said := self.known.words.get(address)) is not None:
            return said == NOISE
        if not robots.is_robot(address):
            return False
        facts = self.known.of(address)
        return not (facts.answered and facts.sent_to)


def path(value: str | None) -> str | None:
    """The address in a header such as Return-Path, lower case, unwrapped; "" is the null path (RFC 5321 §4.5.5)."""
    if value is None:
        return None
    found = _ANGLED.search(value)
    return unwrapped((found[1] if found is not None else value.strip()).lower())


def unwrapped(address: str) -> str:
    """A return path (lower case) as the mail's writer gave it, without what hosts on the way made of it."""
    if address.startswith("srs") and (found := _FORWARDED.fullmatch(address)):
        return f"{found['local']}@{found['domain']}"
    if "+caf_=" in address:
        # Gmail forwards so (support.google.com/mail/answer/10957).
        return f"{address.partition('+caf_=')[0]}@{address.rpartition('@')[2]}"
    if address.startswith("prvs=") and (found := _SIGNED.fullmatch(address)):
        return f"{found['after'] or found['before']}@{found['domain']}"
    return address


def shown(value: str) -> str:
    """A header's value as evidence: one line, short."""
    return " ".join(value[: EVIDENCE_MAX * 4].split())[:EVIDENCE_MAX]
