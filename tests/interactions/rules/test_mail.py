"""Which rule decides a mail, and whether it becomes an interaction."""

from __future__ import annotations

import pytest

from interactions.decide import decide
from interactions.items import Email, Mailbox
from interactions.rules.weights import WEIGHTS
from interactions.verdict import Facts, Known, Verdict

ME = Mailbox("me@home.example", "Me")
ADA = Mailbox("ada.byron@mill.example", "Ada Byron")
BEN = Mailbox("ben@mill.example", "Ben Carter")
NEWS = Mailbox("hello@morningferry.example", "Morning Ferry")
KNOWN = Known(frozenset({ME.address, "me.too@work.example"}))
THUNDERBIRD = {"user-agent": "Mozilla Thunderbird"}


def mail(
    sender: Mailbox | None = ADA, to: tuple[Mailbox, ...] = (ME,), subject: str = "Sunday?", **more: object
) -> Email:
    """A mail; headers that a transported one has are there by name."""
    cc, bcc = more.get("cc", ()), more.get("bcc", ())
    more.setdefault("other_headers", ("mime-version", "received"))
    recipients = len(to) + len(cc) + len(bcc)  # type: ignore[arg-type]
    return Email("1", sender=sender, to=to, subject=subject, recipients=recipients, **more)  # type: ignore[arg-type]


def judged(**more: object) -> Verdict:
    """The verdict of `mail(**more)` with nothing known but the owner's addresses."""
    return decide(mail(**more), KNOWN)  # type: ignore[arg-type]


DSN = "multipart/report; report-type=delivery-status; boundary=x"
MDN = "multipart/report; report-type=disposition-notification"
LIST = {"list-id": "Choir <choir.lists.example>", "list-post": "<mailto:choir@lists.example>"}
CHOIR = Mailbox("choir@lists.example", "Choir")

#: what the mail is like, class, rule. All of these are no interactions.
DROPPED: list[tuple[dict[str, object], str, str]] = [
    ({"labels": ("DRAFT",)}, "human_direct", "mail.draft"),
    ({"labels": ("CHAT",)}, "human_direct", "mail.chat"),
    ({"labels": ("SPAM", "INBOX")}, "machine_bulk", "mail.spam"),
    # One order, one payment, one parcel: told to one customer.
    (
        {
            "sender": Mailbox("order-update@shop.example", "Shop"),
            "subject": "Delivered: Your order #111-3061760",
            "headers": {"feedback-id": "1.x:AmazonSES"},
        },
        "machine_transactional",
        "mail.machine",
    ),
    (
        {
            "sender": Mailbox("pay@pay.example", "Pay"),
            "subject": "You paid Bob Johnson $30.00",
            "headers": {"feedback-id": "1.x:AmazonSES"},
        },
        "machine_transactional",
        "mail.machine",
    ),
    # What Outlook titles a receipt of reading; a book to read answers nothing.
    ({"subject": "Read: Sunday?", "in_reply_to": "x@y.example"}, "auto_reply", "mail.auto_reply"),
    ({"subject": "Not read: Sunday?"}, "auto_reply", "mail.auto_reply"),
    ({"subject": "Nicht gelesen: Sunday?"}, "auto_reply", "mail.auto_reply"),
    ({"subject": "Non lu : Sunday?"}, "auto_reply", "mail.auto_reply"),
    # RFC 8058's one click is asked of notices to one customer as well.
    (
        {
            "subject": "Order #214207283643 confirmed!",
            "headers": {
                "list-unsubscribe-post": "List-Unsubscribe=One-Click",
                "list-unsubscribe": "<https://x.example>",
            },
        },
        "machine_transactional",
        "mail.one_click",
    ),
    # Groupware titles what it sends of an entry.
    ({"subject": "Einladung zum iCal-Ereignis: Probe"}, "calendar", "calendar.invitation"),
    ({"subject": "Einladung zum Termin „Probe“ am 21.11.2011"}, "calendar", "calendar.invitation"),
    ({"subject": "Antwort Termineinladung: Probe"}, "calendar", "calendar.invitation"),
    ({"subject": "[Automatyczna odpowiedź] Probe"}, "auto_reply", "mail.auto_reply"),
    # RFC 3464: the report on a mail that did not arrive.
    ({"headers": {"content-type": DSN}}, "bounce", "mail.bounce"),
    ({"headers": {"x-failed-recipients": "x@y.example"}}, "bounce", "mail.bounce"),
    ({"sender": Mailbox("MAILER-DAEMON@mx.example", "Mail Delivery System")}, "bounce", "mail.bounce"),
    ({"sender": Mailbox("MAILER-DAEMON"), "subject": "failure notice"}, "bounce", "mail.bounce"),
    ({"sender": Mailbox("postmaster@x.example"), "subject": "Delivered: Plan"}, "bounce", "mail.bounce"),
    ({"sender": None, "subject": "Mail delivery failed: returning message"}, "bounce", "mail.bounce"),
    # RFC 6522: the kind of report is a parameter; without one only mail systems are known to send any.
    ({"headers": {"content-type": "multipart/report; boundary=x"}}, "bounce", "mail.bounce"),
    ({"subject": "Non-Delivery: Plan", "headers": {"return-path": "<>"}}, "bounce", "mail.bounce"),
    # An address made for bounces: what comes back is all it gets.
    ({"to": (Mailbox("choir-bounces@lists.example"),), "subject": "RE: Plan: non remis"}, "bounce", "mail.bounce"),
    # RFC 5965: a mailbox provider passes on a complaint.
    (
        {"headers": {"content-type": "multipart/report; report-type=feedback-report"}},
        "machine_transactional",
        "mail.report",
    ),
    # RFC 6047 and the forms of Outlook and Google Calendar.
    ({"headers": {"content-type": "text/calendar; method=REQUEST"}}, "calendar", "calendar.invitation"),
    ({"headers": {"content-class": "urn:content-classes:calendarmessage"}}, "calendar", "calendar.invitation"),
    (
        {"headers": {"sender": "Google Calendar <calendar-notification@google.com>"}, "subject": "Tea"},
        "calendar",
        "calendar.invitation",
    ),
    # What is answered to iCloud's calendar is an invitation of it.
    ({"reply_to": (Mailbox("2_HAYTGMJX@imip.me.com"),)}, "calendar", "calendar.invitation"),
    ({"subject": "Accepted: Tea @ Mon Mar 2, 2026"}, "calendar", "calendar.invitation"),
    ({"subject": "Invitation: Tea @ Mon Mar 2, 2026 (me@home.example)"}, "calendar", "calendar.invitation"),
    ({"subject": "Abgesagt: Probe"}, "calendar", "calendar.invitation"),
    ({"subject": "Cancellation: Tea @ Mon, Mar 2 2026 11:00 AST"}, "calendar", "calendar.invitation"),
    ({"subject": "Refusé : Réunion"}, "calendar", "calendar.invitation"),
    # RFC 3834: absence notices, whatever language their program speaks.
    ({"headers": {"auto-submitted": "auto-replied (vacation)"}}, "auto_reply", "mail.auto_reply"),
    ({"headers": {"auto-submitted": "auto-replied; owner-email=a@b"}}, "auto_reply", "mail.auto_reply"),
    ({"headers": {"content-type": MDN}}, "auto_reply", "mail.auto_reply"),
    ({"headers": {"x-autoreply": "yes"}}, "auto_reply", "mail.auto_reply"),
    ({"other_headers": ("x-autorespond",)}, "auto_reply", "mail.auto_reply"),
    ({"headers": {"precedence": "auto_reply"}}, "auto_reply", "mail.auto_reply"),
    (
        {"headers": {"x-auto-response-suppress": "All", "x-ms-exchange-inbox-rules-loop": "a@b.example"}},
        "auto_reply",
        "mail.auto_reply",
    ),
    ({"headers": {"return-path": "<>"}}, "auto_reply", "mail.null_return_path"),
    *(
        ({"subject": subject}, "auto_reply", "mail.auto_reply")
        for subject in (
            "Automatic reply: Sunday?",
            "Out of Office AutoReply: Sunday?",
            "Out of office: Sunday?",
            "Auto: Sunday?",
            "Abwesenheitsnotiz: Sonntag?",
            "Automatische Antwort: Sonntag?",
            "Réponse automatique : dimanche ?",
            "Respuesta automática: domingo",
            "Risposta automatica: domenica",
            "Automatisch antwoord: zondag",
            "Autosvar: søndag",
            "Frånvaro: söndag",
            "Resposta automática: domingo",
            "Автоматический ответ: воскресенье",
            "自動返信: 日曜日",
            "Ada Byron/Mill is out of the office.",
        )
    ),
    # A program speaks in a person's name: its address never becomes theirs.
    ({"sender": Mailbox("notifications@github.com", "Ada Byron")}, "proxy_human", "mail.proxy"),
    ({"sender": Mailbox("comments-noreply@docs.google.com", "Ada Byron (Google Docs)")}, "proxy_human", "mail.proxy"),
    (
        {"headers": {"auto-submitted": "auto-generated"}, "sender": Mailbox("ci@forge.example", "Forge")},
        "machine_transactional",
        "mail.auto_submitted",
    ),
    # Trackers and forges say with a header of their own that they wrote it, whoever stands in From.
    (
        {"subject": "Re: [Bug 7] Filter", "cc": (BEN,), "other_headers": ("received", "x-bugzilla-reason")},
        "machine_transactional",
        "mail.program",
    ),
    (
        {"sender": Mailbox("bugzilla-daemon@forge.example"), "subject": "[Bug 7] Filter"},
        "machine_transactional",
        "mail.robot",
    ),
    # The same on a list that people post to stays a post of that list.
    (
        {
            "headers": LIST,
            "to": (CHOIR, ME),
            "sender": Mailbox("jira@forge.example"),
            "other_headers": ("x-jira-fingerprint",),
        },
        "human_list",
        "mail.list",
    ),
    # A list that leaves no header of its own, but its tag in the subject.
    ({"to": (Mailbox("altos@choir.example"),), "subject": "[Altos] Scores"}, "human_list", "mail.list"),
    # A headline before a program's address is nobody's name.
    (
        {"sender": Mailbox("noreply@shop.example", "Время пришло"), "subject": "Скидки"},
        "machine_transactional",
        "mail.robot",
    ),
    # RFC 2142 §4, §5: an office's address also as a part of a longer one.
    (
        {"sender": Mailbox("flight-support@air.example", "Flights"), "subject": "Verify your email address"},
        "machine_transactional",
        "mail.machine",
    ),
    # RFC 2919, RFC 2369: a person's post, but not to the owner.
    ({"headers": LIST, "to": (CHOIR,)}, "human_list", "mail.list"),
    ({"other_headers": ("x-beenthere",), "to": (CHOIR,)}, "human_list", "mail.list"),
    ({"headers": {"sender": "owner-choir@lists.example"}, "to": (CHOIR,)}, "human_list", "mail.list"),
    ({"headers": LIST | {"list-post": "NO"}, "to": (CHOIR,)}, "machine_bulk", "mail.list.announcement"),
    (
        {"headers": {"list-id": "<news.shop.example>"}, "sender": Mailbox("letter@shop.example", "Shop")},
        "machine_bulk",
        "mail.list.announcement",
    ),
    # RFC 8058: asked of everybody who sends to many.
    (
        {
            "headers": {
                "list-unsubscribe": "<https://x.example/u>",
                "list-unsubscribe-post": "List-Unsubscribe=One-Click",
            }
        },
        "machine_bulk",
        "mail.one_click",
    ),
    ({"headers": {"list-unsubscribe": "<https://x.example/u>", "precedence": "bulk"}}, "machine_bulk", "mail.bulk"),
    (
        {"headers": {"list-unsubscribe": "<https://x.example/u>"}, "other_headers": ("x-ses-outgoing",)},
        "machine_bulk",
        "mail.bulk",
    ),
    *(
        ({"sender": Mailbox(f"{local}@shop.example", "Shop"), "subject": "Hi"}, "machine_transactional", "mail.robot")
        for local in (
            "no-reply",
            "noreply",
            "no_reply",
            "do.not.reply",
            "donotreply",
            "orders-noreply",
            "root",
            "bounce+a=b",
        )
    ),
    ({"sender": None}, "machine_transactional", "mail.no_sender"),
    (
        {"sender": Mailbox("orders@shop.example", "Shop"), "subject": "Your order 4711"},
        "machine_transactional",
        "mail.machine",
    ),
    (
        {"sender": NEWS, "subject": "50 % off everything", "labels": ("CATEGORY_PROMOTIONS",)},
        "machine_bulk",
        "mail.machine",
    ),
    # Between others: blind copies, and what was passed on, count for who wrote to its sender.
    (
        {"sender": Mailbox("bo.byron@x.example", "Bo Byron"), "to": (Mailbox("cy@y.example"),), "headers": THUNDERBIRD},
        "human_direct",
        "mail.not_to_you",
    ),
    ({"to": (), "subject": "Lunch with Bo", "other_headers": ("mime-version",)}, "calendar", "mail.never_sent"),
    # What the owner wrote.
    ({"sender": ME, "to": (ME,)}, "human_direct", "mail.sent.self"),
    ({"sender": ME, "to": (Mailbox("noreply@shop.example"),)}, "human_direct", "mail.sent.robot"),
    ({"sender": ME, "to": ()}, "human_direct", "mail.sent.nobody"),
]


@pytest.mark.parametrize(("like", "cls", "rule"), DROPPED)
def test_no_act_between_people_is_dropped_by_its_rule(like: dict[str, object], cls: str, rule: str) -> None:
    verdict = judged(**like)
    assert (verdict.cls, verdict.rule, verdict.kept) == (cls, rule, False)
    assert (verdict.kind, verdict.direction, verdict.parties) == ("", "", ())


#: what the mail is like, class, rule, direction. All of these are interactions.
KEPT: list[tuple[dict[str, object], str, str, str]] = [
    ({}, "human_direct", "mail.human", "in"),
    ({"headers": THUNDERBIRD}, "human_direct", "mail.human", "in"),
    ({"sender": Mailbox("sunny78@gmx.example"), "headers": THUNDERBIRD}, "human_direct", "mail.human", "in"),
    (
        {"sender": Mailbox("info@florist.example", "Jo Flor"), "subject": "Re: tulips"},
        "human_direct",
        "mail.human",
        "in",
    ),
    # Asking others not to answer automatically says nothing about who wrote (MS-OXCMAIL).
    ({"headers": {"x-auto-response-suppress": "All"}}, "human_direct", "mail.human", "in"),
    ({"headers": {"auto-submitted": "no"}}, "human_direct", "mail.human", "in"),
    # What hosts on the way made of the return path says nothing of who wrote (SRS, BATV).
    (
        {
            "sender": Mailbox("ben@x.example"),
            "subject": "Re: Stuff",
            "headers": {"return-path": "<SRS0=RahL=LY=x.example=ben@fwd.example>", "precedence": "bulk"},
        },
        "human_direct",
        "mail.human",
        "in",
    ),
    (
        {
            "sender": Mailbox("kontakt@verein.example"),
            "headers": THUNDERBIRD | {"return-path": "<prvs=181355f84f=kontakt@verein.example>"},
        },
        "human_direct",
        "mail.human",
        "in",
    ),
    # So does Gmail where it forwards (support.google.com/mail/answer/10957).
    (
        {
            "sender": Mailbox("andris@mill.example"),
            "headers": {
                "user-agent": "Roundcube Webmail/1.1",
                "return-path": "<andris+caf_=me=home.example@tr.example>",
            },
        },
        "human_direct",
        "mail.human",
        "in",
    ),
    # What a mailbox provider marks its users' mail with is no mark of a service.
    (
        {
            "sender": Mailbox("zdev1@proton.me", "zdev1"),
            "headers": {"feedback-id": "135381554:user:proton"},
            "other_headers": ("received", "x-pm-message-id"),
        },
        "human_direct",
        "mail.human",
        "in",
    ),
    # Numbers in an address are common where many are called the same.
    ({"sender": Mailbox("a00012025@gmail.com", "陳柏叡")}, "human_direct", "mail.human", "in"),
    # Somebody who puts themselves beside the others.
    ({"to": (ADA, ME, BEN)}, "human_direct", "mail.human", "in"),
    # MS-OXCMAIL §2.2.3.2: what somebody writes in Outlook says whether something is attached.
    (
        {
            "sender": Mailbox("gst@mill.example"),
            "headers": {"content-type": "text/html"},
            "other_headers": ("received", "x-ms-has-attach"),
        },
        "human_direct",
        "mail.human",
        "in",
    ),
    ({"subject": "Read: the new novel"}, "human_direct", "mail.human", "in"),
    # What people write about being away, and what they pass on.
    ({"subject": "Out of office"}, "human_direct", "mail.human", "in"),
    ({"subject": "I will be out of the office on Friday"}, "human_direct", "mail.human", "in"),
    ({"subject": "FW: Automatic reply: Sunday?"}, "human_direct", "mail.human", "in"),
    ({"subject": "Fwd: Undeliverable: Sunday?"}, "human_direct", "mail.human", "in"),
    ({"subject": "Re: your invoice", "headers": THUNDERBIRD}, "human_direct", "mail.human", "in"),
    ({"headers": LIST, "to": (CHOIR, ME)}, "human_list", "mail.list.personal", "in"),
    ({"headers": LIST, "to": (CHOIR,), "cc": (ME,)}, "human_list", "mail.list.personal", "in"),
    ({"sender": ME, "to": (ADA,)}, "human_direct", "mail.sent", "out"),
    ({"sender": Mailbox("alias@else.example"), "labels": ("SENT",), "to": (ADA,)}, "human_direct", "mail.sent", "out"),
    ({"sender": ME, "to": (ME,), "bcc": (ADA,)}, "human_direct", "mail.sent", "out"),
    ({"sender": ME, "to": (CHOIR,), "headers": LIST}, "human_list", "mail.sent", "out"),
]


@pytest.mark.parametrize(("like", "cls", "rule", "direction"), KEPT)
def test_an_act_between_people_is_kept(like: dict[str, object], cls: str, rule: str, direction: str) -> None:
    verdict = judged(**like)
    assert (verdict.cls, verdict.rule, verdict.kept) == (cls, rule, True)
    assert (verdict.kind, verdict.direction) == ("email", direction)
    assert verdict.parties


def test_parties_are_everybody_else_each_once_with_their_roles() -> None:
    verdict = judged(
        to=(ME, BEN, Mailbox("BEN@Mill.example")),
        cc=(Mailbox("me.too@work.example"), Mailbox("noreply@forge.example"), Mailbox("cy@mill.example")),
    )
    assert [(party.mailbox.address, party.role) for party in verdict.parties] == [
        (ADA.address, "from"),
        (BEN.address, "to"),
        ("cy@mill.example", "cc"),
    ]


def test_a_list_is_no_party_of_its_posts() -> None:
    verdict = judged(headers=LIST, to=(CHOIR, ME, BEN))
    assert [party.mailbox.address for party in verdict.parties] == [ADA.address, BEN.address]


def test_behind_a_rewritten_from_stands_who_posted() -> None:
    via = Mailbox("choir@lists.example", "Ada Byron via Choir")
    verdict = judged(sender=via, reply_to=(ADA,), headers=LIST, to=(CHOIR, ME))
    assert [party.mailbox.address for party in verdict.parties] == [ADA.address]


def test_an_address_that_answered_the_owner_is_no_robot() -> None:
    robot = Mailbox("noreply@tiny.example", "Tiny Firm")
    answering = Known(KNOWN.own, {robot.address: Facts(sent_to=True, answered=True)}, answers_owner=True)
    assert decide(mail(sender=robot, subject="Re: Sunday?"), answering).rule == "mail.human"
    written_to = Known(KNOWN.own, {robot.address: Facts(sent_to=True)})
    assert decide(mail(sender=robot), written_to).rule == "mail.robot"


@pytest.mark.parametrize("facts", [Facts(sent_to=True), Facts(answered=True), Facts(in_book=True)])
def test_what_is_known_of_an_address_speaks_for_a_person(facts: Facts) -> None:
    role = mail(sender=Mailbox("info@florist.example", "Flowers"), subject="Tulips")
    assert not decide(role, KNOWN).kept
    assert decide(role, Known(KNOWN.own, {"info@florist.example": facts})).kept


def test_mail_that_does_not_name_the_owner_counts_from_people_they_wrote_to() -> None:
    between = mail(sender=Mailbox("bo.byron@x.example", "Bo Byron"), to=(Mailbox("cy@y.example"),), headers=THUNDERBIRD)
    known = Known(KNOWN.own, {"bo.byron@x.example": Facts(sent_to=True)})
    assert decide(between, known).kept
    assert not decide(between, KNOWN).kept
    # Whose own addresses are not known yet cannot be missed in it.
    assert decide(between, Known(frozenset())).kept


def test_a_header_whose_value_was_not_kept_is_not_absent() -> None:
    one_click = {"list-unsubscribe": "<https://x.example>", "list-unsubscribe-post": "List-Unsubscribe=One-Click"}
    assert judged(headers=one_click).rule == "mail.one_click"
    posts = judged(headers=one_click | {"list-id": "<choir.example>"}, other_headers=("list-post",), to=(ME, CHOIR))
    assert posts.rule == "mail.list.personal"


@pytest.mark.parametrize("domain", ["gmail.com", "gmx.net", "yahoo.com", "hotmail.com", "web.de", "home.example"])
def test_nothing_is_dropped_for_its_domain(domain: str) -> None:
    assert judged(sender=Mailbox(f"ada.byron@{domain}", "Ada Byron")).kept


def test_a_score_tells_its_summands_in_order_and_they_add_up() -> None:
    evidence = judged(headers=THUNDERBIRD).evidence
    summands = {name: value for name, value in evidence.items() if name in WEIGHTS}
    assert list(summands) == [
        "any mail",
        "you never wrote to them",
        "names you in To",
        "mail program",
        "name fits the address",
    ]
    assert float(evidence["score"]) == pytest.approx(sum(float(value) for value in summands.values()))
    assert float(evidence["score"]) > 0
    assert evidence["to"] == "you alone"


def test_evidence_is_short_whatever_a_sender_writes() -> None:
    verdict = judged(headers={"list-id": "x" * 5_000 + "\r\nBcc: y"}, to=(CHOIR,))
    assert all(len(value) <= 100 and "\n" not in value for value in verdict.evidence.values())


@pytest.mark.parametrize(
    ("headers", "message_id", "passed_on"),
    [
        ({"x-mailer": "Apple Mail (2.1827)"}, "E8E0E57A-CA67-4929-BEF3-8A45F9CB77B9@mill.example", True),
        ({"x-mailer": "Apple Mail (2.1827)"}, "0100018802c1dded@email.amazonses.com", False),
        ({}, "E8E0E57A-CA67-4929-BEF3-8A45F9CB77B9@mill.example", False),
    ],
    ids=["written in a mail program", "an id of the service's", "no program named"],
)
def test_a_service_that_only_passes_on_what_a_mail_program_wrote_is_no_sign(
    headers: dict[str, str], message_id: str, passed_on: bool
) -> None:
    sent = {**headers, "return-path": "<bounce+300849.3b3-me=home.example@mailgun.example>"}
    found = judged(headers=sent, message_id=message_id, other_headers=("mime-version", "received", "x-mailgun-sid"))
    assert ("sending service" not in found.evidence, "bounce path" not in found.evidence) == (passed_on, passed_on)
