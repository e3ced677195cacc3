"""The truth can be told from headers alone: a short, sensible judge agrees with it on every mail."""

from __future__ import annotations

import re
from email.message import Message
from email.utils import getaddresses
from typing import Any

from sandbox.machines import MACHINES
from sandbox.truth import never
from tests.sandbox.conftest import life_of

#: Local parts no person answers from.
_ROBOT = re.compile(r"^(no-?reply|do-?not-?reply|notifications?|invitations|unsubscribe|.*-noreply)\b", re.IGNORECASE)


def _addresses(message: Message, *names: str) -> set[str]:
    return {address for _, address in getaddresses([str(v) for name in names for v in message.get_all(name, [])])}


def _is_act(message: Message, own: set[str]) -> bool:
    """Whether somebody else and the owner had to do with each other, by labels and headers."""
    labels = set(message["X-Gmail-Labels"].split(","))
    if labels & {"Spam", "Drafts", "Chat"} or message.get_content_type() in ("text/calendar", "multipart/report"):
        return False
    if "Sent" in labels:
        others = _addresses(message, "To", "Cc", "Bcc") - own
        return any(not _ROBOT.match(address) for address in others)
    if message["Return-Path"] == "<>" or message.get("Auto-Submitted", "no") != "no":
        return False
    if message["List-Post"]:
        return bool(_addresses(message, "To", "Cc") & own)
    (sender,) = _addresses(message, "From")
    if _ROBOT.match(sender):
        return False
    return not any(message[name] for name in ("List-Unsubscribe", "List-Id", "Feedback-ID"))


def test_a_judge_of_headers_agrees_with_the_truth(told: dict[str, Any], messages: dict[str, Message]) -> None:
    own = set(told["owner"]["addresses"])
    wrong = [mail for mail in told["mails"] if _is_act(messages[mail["id"]], own) != mail["in_log"]]
    assert not wrong


def test_no_machine_is_anybody_in_the_log(told: dict[str, Any]) -> None:
    machines = set(told["never"])
    assert {sender.address for sender in MACHINES} < machines
    assert not machines & {address for one in told["people"] for address in one["addresses"]}
    assert not machines & {mail["from"] for mail in told["mails"] if mail["in_log"]}


def test_the_owner_acts_only_towards_people(told: dict[str, Any]) -> None:
    for mail in told["mails"]:
        assert mail["people"] or not mail["in_log"]


def test_hard_cases_are_there(told: dict[str, Any], messages: dict[str, Message]) -> None:
    by_story: dict[str, list[dict[str, Any]]] = {}
    for mail in told["mails"]:
        by_story.setdefault(mail["story"], []).append(mail)
    answering = [mail for mail in told["mails"] if mail["from"].startswith("info@papier-holm") and mail["in_log"]]
    assert answering
    strangers = [mail for mail in by_story["stranger"] if mail["direction"] == "in"]
    assert len(strangers) >= 4
    assert all(re.search(r"@(gmail|gmx|outlook|web)\.", mail["from"]) for mail in strangers)
    away = [messages[mail["id"]] for mail in by_story["absence"]]
    assert all(message["In-Reply-To"] and message["Precedence"] == "bulk" for message in away)
    named = [mail for mail in told["mails"] if mail["class"] == "human_list"]
    assert {mail["in_log"] for mail in named} == {True, False}
    assert any(messages[mail["id"]]["Bcc"] for mail in by_story["introduction"])


def test_what_never_counts_is_the_same_for_any_seed_but_for_spam() -> None:
    first, second = (set(never(life_of(seed))) for seed in (1, 2))
    assert {sender.address for sender in MACHINES} <= first & second
