"""Mail headers as hostile or broken as senders make them (RFC 5322, RFC 2047)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.rfc5322 import BLOCK_MAX, email_from_headers, headers_of
from interactions.items import ADDRESS_MAX, HEADER_MAX, NAME_MAX, PEOPLE_MAX, TEXT_MAX, Email, Mailbox, Unreadable
from tests.connectors.limits import answers_in_time

DATE = b"Date: Fri, 7 Feb 2003 18:35:25 +0200\n"
SENT = datetime(2003, 2, 7, 16, 35, 25, tzinfo=UTC)
ARRIVED = datetime(2003, 2, 7, 16, 40, tzinfo=UTC)


def read(block: bytes, received_at: datetime | None = None) -> Email:
    """The mail of a header block, in time."""
    with answers_in_time():
        mail = email_from_headers("id", headers_of(block), received_at=received_at)
    assert isinstance(mail, Email)
    mail_text = repr(mail)
    assert "\x00" not in mail_text
    mail_text.encode("utf-8")
    return mail


def test_an_ordinary_mail_is_read_whole() -> None:
    mail = read(
        b'From: "Ann, A." <ann@example.org>\nTo: Bob <bob@example.org>,\n cara@example.net (Cara)\n'
        b"Cc: =?utf-8?q?D=C3=B6rte?= <doerte@example.org>\nSubject: Re: =?utf-8?B?R3LDvMOfZQ==?=\n allotment\n"
        b"Message-ID: <m2@example.org>\nIn-Reply-To: <m1@example.org>\nReferences: <m0@example.org> <m1@example.org>\n"
        b"List-Id: choir\nX-Odd: 1\n" + DATE
    )
    assert mail.sender == Mailbox("ann@example.org", "Ann, A.")
    assert mail.to == (Mailbox("bob@example.org", "Bob"), Mailbox("cara@example.net", "Cara"))
    assert mail.cc == (Mailbox("doerte@example.org", "Dörte"),)
    assert (mail.subject, mail.message_id, mail.in_reply_to, mail.thread) == (
        "Re: Grüße allotment",
        "m2@example.org",
        "m1@example.org",
        "m0@example.org",
    )
    assert (mail.sent_at, mail.recipients, mail.flags) == (SENT, 3, ())
    assert mail.headers == {"list-id": "choir"}
    assert mail.other_headers == ("x-odd",)


def test_markup_in_a_subject_stays_text() -> None:
    assert read(b'Subject: <script>"><img onerror=x>\n').subject == '<script>"><img onerror=x>'


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", " \u200b=1"])
def test_a_name_that_a_spreadsheet_would_run_is_kept_as_text(name: str) -> None:
    assert read(f'From: "{name}" <x@example.org>\n'.encode()).sender == Mailbox("x@example.org", name.strip())


def test_subject_of_a_megabyte_is_capped_before_it_is_parsed() -> None:
    with answers_in_time():
        mail = email_from_headers("id", [("Subject", "=?utf-8?q?word?= word " * 50_000)])
    assert isinstance(mail, Email)
    assert len(mail.subject) == TEXT_MAX
    assert len(read(b"Subject: " + b"word " * 50_000 + b"\n").subject) == TEXT_MAX


def test_of_twenty_thousand_recipients_a_thousand_are_kept_and_all_counted() -> None:
    mail = read(b"To: " + b",".join(b"a%05d@b.cc" % n for n in range(20_000)) + b"\n")
    assert len(mail.to) == PEOPLE_MAX
    assert mail.recipients == 20_000
    assert "capped" in mail.flags


def test_recipients_are_capped_over_all_fields_together() -> None:
    many = b",".join(b"a%03d@b.cc" % n for n in range(800))
    mail = read(b"To: " + many + b"\nCc: " + many + b"\nBcc: " + many + b"\n")
    assert (len(mail.to), len(mail.cc), len(mail.bcc), mail.recipients) == (800, 200, 0, 2400)


def test_a_hundred_thousand_header_lines_are_not_read_through() -> None:
    with answers_in_time():
        headers = headers_of(b"A: b\n" * 100_000)
        assert len(headers) <= BLOCK_MAX // 5 + 1
        assert isinstance(email_from_headers("id", headers), Unreadable)


def test_names_of_other_headers_are_few_and_short() -> None:
    mail = read(DATE + b"".join(b"X-%d-%s: 1\n" % (n, b"y" * 90) for n in range(300)))
    assert len(mail.other_headers) <= 100
    assert max(map(len, mail.other_headers)) <= 60


def test_thousands_of_nested_comments_do_no_harm() -> None:
    assert read(b"From: " + b"(" * 5_000 + b")" * 5_000 + b" a@b.cc\n").sender == Mailbox("a@b.cc")
    assert read(b"From: " + b"(" * 60_000 + b" a@b.cc\n").sender is None


def test_an_address_in_a_quoted_name_is_a_name() -> None:
    assert read(b'From: "ceo@bank.com" <x@evil.example>\n').sender == Mailbox("x@evil.example", "ceo@bank.com")


@pytest.mark.parametrize(
    "value",
    [
        "alice@a.com]<b@evil.example>",  # CVE-2023-27043
        "alice@a.com\\<b@evil.example>",
        "<alice@a.com><b@evil.example>",
        "alice@a.com b@evil.example",
        "<a@b@c>",
        "a@" + "x" * 300,
    ],
)
def test_an_address_that_can_be_read_in_two_ways_names_nobody(value: str) -> None:
    mail = read(f"From: {value}\n".encode())
    assert mail.sender is None
    assert "ambiguous-address" in mail.flags


def test_two_from_fields_that_differ_name_nobody() -> None:
    mail = read(b"From: a@example.org\nFrom: b@example.org\n")
    assert mail.sender is None
    assert "ambiguous-address" in mail.flags


@pytest.mark.parametrize("word", ["=?utf-8?q?a=0D=0ABcc:_x=00=1B[31m?=", "=?utf-8?b?YQ0KQmNjOiB4ABtbMzFt?="])
def test_control_characters_in_encoded_words_are_stripped(word: str) -> None:
    mail = read(f"Subject: {word}\nFrom: {word} <a@b.cc>\n".encode())
    assert mail.subject == "a Bcc: x[31m"
    assert mail.sender == Mailbox("a@b.cc", "a Bcc: x[31m")
    assert mail.bcc == ()


def test_control_characters_in_kept_values_are_stripped() -> None:
    mail = read(b"X-Mailer: a\x1b[2J\x07b\x00\x9bc\nSubject: a\x1b]0;b\x07\n")
    assert mail.headers["x-mailer"].isprintable()
    assert mail.subject == "a]0;b"


def test_look_alike_addresses_stay_as_sent() -> None:
    cyrillic, override = "a@\u0430pple.com", "a\u202eb@example.org"
    mail = read(f"To: {cyrillic}, {override}, a@xn--pple-43d.com\n".encode())
    assert [mailbox.address for mailbox in mail.to] == [cyrillic, override, "a@xn--pple-43d.com"]


def test_spelling_of_an_address_is_kept_as_sent() -> None:
    assert read(b"To: A.N.N+Tag@GMail.com\n").to == (Mailbox("A.N.N+Tag@GMail.com"),)


def test_a_message_id_of_ten_kilobytes_is_kept_short_and_still_tells_two_apart() -> None:
    one, two = read(b"Message-ID: <" + b"a" * 10_000 + b"b@c>\n"), read(b"Message-ID: <" + b"a" * 10_000 + b"c@c>\n")
    assert len(one.message_id) <= 500
    assert one.message_id != two.message_id


def test_a_missing_message_id_is_empty_and_of_two_the_first_counts() -> None:
    assert read(DATE).message_id == ""
    assert read(b"Message-ID: <a@b>\nMessage-ID: <c@d>\n").message_id == "a@b"


@pytest.mark.parametrize(
    "value",
    [
        "Fri, 7 Feb 99999999999999 18:35:25 +0000",
        "Fri, 7 Feb 2003 18:35:25 +9999",
        "Thu, 1 Jan 1970 00:00:00 +0000",
        "Tue, 1 Jan 1980 00:00:00 +0000",
        "Thu, 1 Jan 2099 00:00:00 +0000",
        "Fri, 31 Feb 2003 18:35:25 +0000",
        "yesterday",
        "",
        "9" * 60_000,
    ],
)
def test_an_absurd_date_gives_way_to_the_time_of_arrival(value: str) -> None:
    mail = read(f"From: a@b.cc\nDate: {value}\n".encode(), received_at=ARRIVED)
    assert (mail.sent_at, mail.flags) == (ARRIVED, ("date",))


def test_without_a_date_the_newest_received_field_tells() -> None:
    mail = read(
        b"Received: from a by b; Fri, 7 Feb 2003 18:40:00 +0200\nReceived: by c; Fri, 7 Feb 2003 18:30:00 +0200\n"
        b"From: a@b.cc\n"
    )
    assert (mail.sent_at, mail.flags) == (ARRIVED, ("date",))
    assert read(b"From: a@b.cc\n").sent_at is None


@pytest.mark.parametrize(
    "value",
    [
        "Fri, 7 Feb 2003 18:35:25 +0200 (EET)",
        "7 Feb 2003 16:35:25 GMT",
        "Fri, 07 Feb 03 16:35:25 -0000",
        "Fri Feb  7 16:35:25 2003",
        "Fri, 7 Feb 2003 11:35:25 EST",
        "Fri,7 Feb 2003 16:35:25 Z",
    ],
)
def test_dates_in_all_common_forms_are_one_moment(value: str) -> None:
    assert read(f"Date: {value}\n".encode()).sent_at == SENT


def test_a_hundred_thousand_references_are_not_followed() -> None:
    mail = read(b"References: " + b"".join(b"<%d@a> " % n for n in range(20_000)) + b"\n")
    assert (mail.thread, mail.in_reply_to) == ("0@a", "19999@a")
    with answers_in_time():
        email_from_headers("id", [("References", "<a@b> " * 100_000), ("In-Reply-To", "<" * 100_000)])


@pytest.mark.parametrize(
    "block",
    [
        "Subject: caf\xe9\n".encode("latin-1"),
        b"Subject: \xff\xfe\x00\n",
        b"Subject: =?utf-8?q?=ED=A0=80?=\n",
        b"Subject: =?utf-7?q?+2AA-?=\n",
        b"Subject: =?no-such-charset?q?=FF?=\n",
        b"Subject: =?idna?q?xn--?=\n",
        b"Subject: =?utf-8?b?====?=\n",
        b"Subject: =?utf-8?b?A?=\n",
    ],
)
def test_bytes_of_no_charset_are_replaced(block: bytes) -> None:
    assert read(block).subject.encode("utf-8") is not None


def test_lone_surrogates_from_another_source_are_replaced() -> None:
    mail = email_from_headers("id", [("Subject", "a\ud800b"), ("From", "x\udfff <a@b.cc>")])
    assert isinstance(mail, Email)
    assert (mail.subject, mail.sender) == ("a�b", Mailbox("a@b.cc", "x�"))


def test_headers_in_utf_16_are_no_mail() -> None:
    assert isinstance(email_from_headers("id", headers_of("From: a@b.cc\n".encode("utf-16"))), Unreadable)


def test_a_declared_charset_is_used_for_raw_bytes() -> None:
    block = "Subject: tłum\nContent-Type: text/plain;\n charset=iso-8859-2\n".encode("iso-8859-2")
    assert read(block).subject == "tłum"


def test_a_character_cut_between_two_encoded_words_is_whole() -> None:
    assert read(b"Subject: =?utf-8?q?caf=C3?=\n =?utf-8?q?=A9?= x\n").subject == "café x"


@pytest.mark.parametrize(
    "value", ["undisclosed-recipients:;", "", " ", ",,;", "Everybody", "undisclosed-recipients", "<>"]
)
def test_a_list_of_nobody_makes_nobody(value: str) -> None:
    mail = read(f"From: a@b.cc\nTo: {value}\n".encode())
    assert (mail.to, mail.recipients) == ((), 0)


def test_a_group_yields_its_members() -> None:
    assert read(b"To: Choir: a@b.cc, B <b@b.cc>;, c@b.cc\n").to == (
        Mailbox("a@b.cc"),
        Mailbox("b@b.cc", "B"),
        Mailbox("c@b.cc"),
    )


def test_a_sender_without_a_domain_is_kept_and_flagged() -> None:
    mail = read(b"From: MAILER-DAEMON\n")
    assert (mail.sender, mail.flags[0]) == (Mailbox("MAILER-DAEMON"), "no-domain")


@pytest.mark.parametrize("domain", ["x" * 64_000 + ".com", "xn--" + "a" * 254, ".".join(["a" * 60] * 5)])
def test_a_domain_longer_than_the_dns_allows_is_no_address(domain: str) -> None:
    mail = read(f"To: a@{domain}, b@example.org\n".encode())
    assert [mailbox.address for mailbox in mail.to] == ["b@example.org"]


def test_values_are_kept_of_evidence_headers_only_and_links_are_cut() -> None:
    mail = read(
        b"From: a@b.cc\nList-Unsubscribe: <https://example.org/" + b"t" * 5_000 + b">\nDelivered-To: one@example.org\n"
        b"Delivered-To: two@example.org\nX-Mailer: " + b"m" * 5_000 + b"\nAuthorization: secret\n"
    )
    assert len(mail.headers["list-unsubscribe"]) == 100
    assert len(mail.headers["x-mailer"]) == HEADER_MAX
    assert mail.headers["delivered-to"] == "one@example.org\ntwo@example.org"
    assert "authorization" in mail.other_headers
    assert "secret" not in repr(mail)


def test_names_are_capped() -> None:
    mail = read(b'From: "' + b"n" * 60_000 + b'" <a@b.cc>\n')
    assert mail.sender is not None
    assert (len(mail.sender.name), mail.sender.address) == (NAME_MAX, "a@b.cc")


@pytest.mark.parametrize(
    "value",
    [
        "<" * 60_000,
        '"' * 60_001,
        "\\" * 60_000,
        "a@b," * 15_000,
        "=?utf-8?q?" * 6_000,
        " " * 60_000 + "x",
        ":;" * 30_000,
    ],
)
def test_address_fields_are_read_in_linear_time(value: str) -> None:
    read(f"From: {value}\nTo: {value}\nSubject: {value}\n".encode())


def test_the_same_headers_give_the_same_mail_with_either_line_end() -> None:
    block = b"From: a@b.cc\nSubject: x\n y\n" + DATE
    assert read(block) == read(block.replace(b"\n", b"\r\n"))


LINES = st.builds(
    lambda name, value: name + b":" + value + b"\n",
    st.sampled_from([b"From", b"To", b"Date", b"Subject", b"Message-ID", b"References", b"Received", b"Content-Type"]),
    st.one_of(st.binary(max_size=200), st.text('a<>@,;:()"\\[]=?utf-8bq \t\n\r.', max_size=200).map(str.encode)),
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=500), st.lists(LINES, max_size=8).map(b"".join)))
def test_arbitrary_bytes_give_a_mail_or_a_reason(block: bytes) -> None:
    mail = email_from_headers("id", headers_of(block))
    assert isinstance(mail, Email | Unreadable)
    if isinstance(mail, Email):
        assert all(len(mailbox.address) <= ADDRESS_MAX for mailbox in mail.to)
        assert mail.sent_at is None or mail.sent_at.utcoffset() is not None
        repr(mail).encode("utf-8")
