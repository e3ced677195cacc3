"""What one act weighs, and how long it is felt: every number of a tie in one place, each with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping

#: A day of contact is felt for five half-lives at once, in days: together with MIXTURE they follow 1 / (1 + age / 3)
#: over two years. No single half-life fits everybody: mail between colleagues is foreseen best by 60 days, messages
#: between students by 10 (measured, see bench/ties.py).
HALF_LIVES = (1.0, 4.0, 16.0, 64.0, 256.0)
MIXTURE = (0.355, 0.427, 0.167, 0.033, 0.020)
#: What has grown over years, in days.
DEPTH_HALF_LIFE = 365.0

#: A day the owner wrote says more of what comes than a day they were written to (Roth et al., KDD 2010).
OUT, IN = 2.0, 1.0
#: Times what a meeting of two weighs: one is worth one and a half days of writing both ways. A judgement.
BOTH = 1.5

#: By how a mail names somebody. Who is merely named beside the owner, by a third, is seen and not in touch.
_ROLES = {"to": 1.0, "cc": 0.5, "bcc": 0.5, "from": 1.0}
#: A mail to n people is worth n^-0.5 to each (measured: .654 against .639 when every mail counts alike).
_SPREAD = -0.5
#: More people than this, and it is an announcement.
PEOPLE_MAX = 20
#: Of a post to a list that names the owner; of a mail where the owner is in copy.
LIST, IN_COPY = 0.1, 0.5
#: A meeting of the owner and one other; of more, as of mail, less to each.
MEETING = 3.0
#: By the owner's own answer; everything else, a word of theirs included, counts in full.
_ANSWERS = {"tentative": 0.5, "needs-action": 0.3}
#: A series means less from its fifth meeting on.
HABIT, HABIT_AFTER = 0.5, 4

#: A day that weighs less is no contact: a copy among many, a post of a list.
CONTACT = 0.2
#: A meeting that weighs at least this is one of at most four people, the owner included, who all meant to come.
SMALL_MEETING = MEETING * 3**_SPREAD
#: A mail to the owner and at most two others weighs at least this: it asks the owner, not a crowd.
ASKED = 3**_SPREAD - 1e-3
#: Weights are stored as whole parts of this, so that sums are exact in any order.
UNIT = 1_000_000


def mail(direction: str, role: str, others: int) -> float:
    """What a mail weighs between the owner and one of `others` people; `direction` is out or in."""
    if others > PEOPLE_MAX or (direction == "in" and role != "from"):
        return 0.0
    return float(_ROLES.get(role, 0.0) * max(others, 1) ** _SPREAD)


def meeting(others: int) -> float:
    """What a meeting or a call with `others` people weighs to each of them."""
    return 0.0 if others > PEOPLE_MAX else float(MEETING * max(others, 1) ** _SPREAD)


def mail_share(cls: str, evidence: Mapping[str, str]) -> float:
    """The part of its weight a mail keeps: posts to lists and copies say less."""
    share = LIST if cls == "human_list" else 1.0
    return share * (IN_COPY if evidence.get("to") == "you in copy" else 1.0)


def meeting_share(evidence: Mapping[str, str], number: int) -> float:
    """The part of its weight a meeting keeps: by the owner's answer, and as the `number`th of its series, from 1."""
    return _ANSWERS.get(evidence.get("you", ""), 1.0) * (HABIT if number > HABIT_AFTER else 1.0)
