"""Why an item was judged as it was, in one plain sentence for each rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Evidence = Mapping[str, str]
_Sentence = str | Callable[[Evidence], str]


def why(rule: str, evidence: Evidence) -> str:
    """One sentence without a full stop, from a rule's name and its evidence: "you and 3 of 4 accepted".

    Never raises: an unknown rule, from newer or older rules, is named as it is.
    """
    sentence = SENTENCES.get(rule)
    if sentence is None:
        return f"rule {rule}"
    return sentence if isinstance(sentence, str) else sentence(evidence)


def _sent(evidence: Evidence) -> str:
    count = evidence.get("recipients", "1")
    return "you wrote to one person" if count == "1" else f"you wrote to {count} people"


def _human(evidence: Evidence) -> str:
    to = evidence.get("to", "")
    if to == "you in copy":
        return "wrote with you in copy"
    if to.startswith("you"):
        return f"wrote to {to}"
    return "a person wrote, without naming you in To or Cc"


def _machine(evidence: Evidence) -> str:
    against = sorted((float(value), name) for name, value in evidence.items() if name != "score" and _is_minus(value))
    if not against:
        return "looks machine-made: nothing shows that a person wrote it"
    return "looks machine-made: " + ", ".join(name for _, name in against[:3])


def _is_minus(value: str) -> bool:
    try:
        return float(value) < 0
    except ValueError:
        return False


def _bulk(evidence: Evidence) -> str:
    return "sent to many: " + (", ".join(evidence) or "several signs of mass mail")


def _automatic(evidence: Evidence) -> str:
    if "subject" in evidence:
        return "an automatic answer, its subject says"
    return f"an automatic answer, its {next(iter(evidence), 'headers')} header says"


def _robot(evidence: Evidence) -> str:
    return f"a program's address: {evidence.get('from', 'nobody answers there')}"


def _guestless(evidence: Evidence) -> str:
    name = evidence.get("several are called")
    if name:
        return f"nobody else is invited, and its title means one of several who are or were called {name}"
    return "nobody else is invited, and its title names nobody you know for certain"


def _from_title(evidence: Evidence) -> str:
    if name := evidence.get("name"):
        return f"from your calendar: its title has the full name of {name}"
    return "from your calendar: you said whom its title means"


def _met(evidence: Evidence) -> str:
    others, accepted = evidence.get("others", "0"), evidence.get("accepted", "0")
    you = evidence.get("you", "")
    if you == "organizer":
        return f"you invited, {accepted} of {others} accepted"
    if you == "accepted":
        if others == accepted == "1":
            return "you both accepted"
        return f"you and {accepted} of {others} accepted"
    if you == "tentative":
        return f"you said maybe, {accepted} of {others} accepted"
    return f"you have not answered, {accepted} of {others} accepted"


def _list_personal(evidence: Evidence) -> str:
    return f"posted to a list, with you in {evidence.get('you', 'to').capitalize()}"


def _card(evidence: Evidence) -> str:
    count = evidence.get("addresses", "0")
    return f"in your address book with {count} address{'' if count == '1' else 'es'}"


SENTENCES: dict[str, _Sentence] = {
    "mail.draft": "a draft, not sent",
    "mail.chat": "a chat message, not a mail",
    "mail.spam": "your provider took it for spam",
    "mail.bounce": "a mail system reports on a mail you sent",
    "mail.auto_reply": _automatic,
    "mail.report": "a mail system's report, not a mail somebody wrote",
    "mail.null_return_path": "sent by a program that wants no answer: its return path is empty",
    "mail.sent": _sent,
    "mail.sent.robot": "you wrote to a program's address",
    "mail.sent.self": "you wrote to yourself",
    "mail.sent.nobody": "you wrote it, but nobody is named in To, Cc or Bcc",
    "mail.proxy": lambda evidence: f"a program passes on what {evidence.get('name', 'somebody')} did elsewhere",
    "mail.auto_submitted": "says itself that a program made it",
    "mail.program": "a program tells of something that happened: it says so in a header of its own",
    "mail.list.announcement": "newsletter: a list nobody but its owner posts to",
    "mail.list": "posted to a mailing list, not to you",
    "mail.list.personal": _list_personal,
    "mail.one_click": "newsletter: offers one-click unsubscribe",
    "mail.bulk": _bulk,
    "mail.robot": _robot,
    "mail.no_sender": "its sender cannot be read, or is nobody",
    "mail.never_sent": "addressed to nobody and never on its way: an appointment or a note kept among the mails",
    "mail.machine": _machine,
    "mail.not_to_you": "between others: it names people, not you, and you never wrote to its sender"
    " (is one of the addresses yours? kith me add)",
    "mail.human": _human,
    "calendar.invitation": "a mail about a calendar event: the event counts, not its mail",
    "calendar.cancelled": "cancelled",
    "calendar.birthday": "a birthday, not a meeting",
    "calendar.focus_time": "focus time, kept free for yourself",
    "calendar.out_of_office": "an absence, not a meeting",
    "calendar.working_location": "says where you work, not whom you met",
    "calendar.private": "marked as private",
    "calendar.hold": "its title only holds the time",
    "calendar.guestless": _guestless,
    "calendar.from_title": _from_title,
    "calendar.room_only": "only rooms or groups are invited, no person by name",
    "calendar.not_invited": "on your calendar, but you are neither its organizer nor a guest",
    "calendar.declined": "you declined",
    "calendar.all_declined": "everybody else declined",
    "calendar.meeting": _met,
    "calendar.call": _met,
    "contact.card": _card,
    "owner.person": "you said that a person is behind it",
    "owner.noise": "you said that nobody is behind it",
    "owner.kind": "you said of what kind it is",
    "owner.talked": "you said that you talked",
    "owner.met": "you said that you met",
    "owner.called": "you said that you talked on the phone",
    "owner.gave": "you said that you helped",
    "owner.received": "you said that they helped you",
}
