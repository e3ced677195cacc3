"""The commands, by name: imported only when one is used, so that each starts as fast as it can."""

from __future__ import annotations

#: Name → (module, one line of help), in the order of `kith --help`.
COMMANDS = {
    "setup": ("setup", "Say which client of yours Kith asks Google or Microsoft with; explains how to make one."),
    "connect": ("connect", "Connect a Google or Microsoft account, once; from then on it is read by itself."),
    "import": ("importing", "Read an archive: mbox, Maildir, ics, vcf, a folder or zip, a Google Takeout."),
    "log": ("log", "What happened, newest first; takes a query like a mail client's."),
    "people": ("people", "Everybody in the log and the address book."),
    "suggestions": ("suggestions", "Likely duplicates and meetings, with reasons; answer several at once."),
    "tend": ("tend", "Whom to be in touch with this week, at most seven, each with a reason."),
    "introductions": ("introductions", "Who brought you together with somebody, and whom you brought together."),
    "show": ("show", "One person, and what passed between you."),
    "status": ("status", "How every source stands, and whether everything is accounted for."),
    "why": ("why", "Why an address, an item or an interaction is judged as it is."),
    "dropped": ("dropped", "What was judged no interaction, by rule."),
    "quarantine": ("quarantine", "What could not be read; give it another try or dismiss it."),
    "mark": ("mark", "Say what something is, or that you talked, met or called: outranks every rule."),
    "mute": ("mute", "Leave somebody out of lists and questions."),
    "rest": ("rest", "Let somebody rest: no proposals about them any more."),
    "forget": ("forget", "Erase a person everywhere and for good; --check proves it."),
    "undo": ("undo", "Take back what you said last."),
    "me": ("me", "Your own addresses."),
    "exclude": ("exclude", "Never store a calendar, label, domain or address, and remove what is stored."),
    "include": ("include", "Take an exclusion back."),
    "pause": ("pause", "Read nothing more of an account for a while."),
    "resume": ("resume", "Go on reading a paused account."),
    "disconnect": ("disconnect", "Let an account go, and erase what came of it if you want."),
    "rejudge": ("rejudge", "Judge everything again."),
    "up": ("up", "Run Kith: broker, workers and scheduler, until Ctrl-C."),
    "service": ("service", "Run Kith whenever this machine does."),
    "backup": ("backup", "Write a backup, while Kith runs or not."),
    "restore": ("restore", "Put a backup in place of what is there."),
    "doctor": ("doctor", "Check everything Kith needs, and say what to do."),
    "demo": ("demo", "Show it all on an invented life; nothing leaves your computer."),
}
