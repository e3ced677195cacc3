"""What a subject says of the mail: that it went to many, that a service or a program tells, that it is an appointment.

All patterns are for a subject in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from interactions.vocabulary import words

_TOKEN = re.compile(r"[^\W\d_]+")

#: Words with which titles of what is sent out to many say so.
_MASS_WORDS = words(
    "newsletter newsletters newsflash newsblast enews digest bulletin headline headlines daily weekly monthly"
    " unsubscribe free"
    " saving savings deals offer offers discount discounts coupon coupons sale sweepstakes giveaway webinar"
    " seminar advisory"
    " rundbrief angebot angebote rabatt gratis kostenlos nieuwsbrief aanbieding soldes oferta ofertas descuento"
    " boletín sconto"
    " offerta offerte announcement announcements announce announces news urgent events shopping latest insight insights"
)
_MASS_PHRASE = re.compile(
    r"\bstories for\b|\d ?% ?off"
    r"|\bsave (?:up to |over |\$|€|\d)"
    r"|\bwin (?:a|an|up)\b|\bregister (?:now|today)|\bof the (?:day|week|month)\b|\btips of\b|\btech ?tips?\b"
    r"|\bthis week\b"
    r"|\btop (?:\d+|stories)|lettre d'information|press release|now available|available now|^adv:|mailing list"
    r"|within reach"
    r"|for only|last chance"
    r"|back in stock|\bearn \d|\bbonus (?:points|miles|\w*points)|\$\d[\d,]{2,}|\bshop (?:now|for)\b"
    r"|\bpre-?approved\b|\bwe miss you\b"
    r"|\btop picks\b|\blowest prices?\b|\bcredit (?:cards?|limit|report)\b|\blimited time\b|\bgift cards?\b"
    r"|\bgift guides?\b"
    r"|\blose \d+ (?:lbs|pounds|kg)\b|\bblack friday\b|\bcyber monday\b|\bclearance\b|\bwinterschlussverkauf\b"
    r"|\bjetzt sparen\b"
)
#: Words one of which each of the phrases has; most subjects have none and are not searched.
_MASS_HINTS = words(
    " no stories off save win register day week month tips tip techtips top lettre release available"
    " adv mailing"
    " reach only chance stock earn bonus shop approved preapproved miss picks lowest price prices credit time"
    " gift lose friday monday clearance winterschlussverkauf sparen"
)
#: Words of what a service tells one customer about one thing.
_SERVICE_WORDS = words(
    "confirmation verification receipt notification notice alert quarantined terminerinnerung signin authorization"
)
_SERVICE_PHRASE = re.compile(
    r"\b(?:your|ihre?|votre|su|tu|uw|vostro|il tuo) (?:[\w'.-]{1,30} ){0,3}(?:order|account|password|receipt"
    r"|statement|booking|ticket"
    r"|payment|subscription|username|purchase|parcel|delivery|invoice|reservation|basket|bestellung|rechnung|konto"
    r"|buchung|lieferung"
    r"|paket|abrechnung|commande|facture|compte|pedido|cuenta|factura|ordine|conto|bestelling|rekening|registration)\b"
    r"|\b(?:order|registration|purchase|booking|payment|e-?mail|account|subscription|reservation|delivery|shipping) "
    r"(?:confirm|request|update)|\b(?:service|work|repair|purchase) order\b|\bconfirm your|\bverify your"
    r"|\bsign-in\b|\blog-?in\b|\bpassword (?:reset|was)"
    r"|\breset your password"
    r"|\bthank you for (?:your|ordering|shopping)|\bmailbox is|\bsize limit|execution report|\brequest (?:submitted"
    r"|id|received)"
    r"|\baction requested|\b(?:pending|awaiting your) approval|\bexpense (?:document|report)"
    r"|\b[a-z]+ search results|you're signed up|\bsigned up\b|\bwarning:|\bjob '|^cron\b"
    r"|\bbuild\b.{0,60} (?:failed|fixed|passed)|\brevision \d|\brechnung (?:nr|\d)|bestellung eingegangen"
    r"|\bhas (?:shipped|a lead)|\bassigned to you\b|\bverify (?:[\w-]+ ){0,2}(?:e-?mail|address|account)\b"
    r"|\b(?:failure|dmarc|abuse|complaint) report\b|^report domain:"
    r"|^(?:order|bestellung|commande|pedido|ordine|bestelling) (?:#|no\.? ?|nr\.? ?)?[a-z]{0,5}-?\d{4,}"
    r"|^(?:delivered|shipped|dispatched|zugestellt|versendet):|\byou (?:paid|sent|received)\b.{0,60}[$€£] ?\d"
    r"|\byour (?:[\w'.@()-]{1,30} ){0,4}(?:was|were|has been|have been|just|ist|wurde) (?:delivered|shipped|dispatched"
    r"|processed|approved|declined|activated|renewed|suspended|verified|reset|broke|zugestellt|versendet)\b"
    r"|\bout for delivery|\bstatement is\b|\bsubmitted:"
)
_SERVICE_HINTS = words(
    "your ihr ihre votre su tu uw vostro tuo order registration purchase booking payment email mail account"
    " subscription reservation"
    " delivery shipping confirm verify sign log login password reset thank mailbox size execution request requested"
    " pending awaiting expense search signed"
    " delivered shipped dispatched zugestellt versendet paid sent received bestelling processed approved declined"
    " activated renewed suspended verified broke"
    " warning job cron build revision rechnung bestellung shipped lead statement submitted assigned report domain"
)
#: What people write about a meeting.
_ABOUT_MEETINGS = words("minutes rescheduled agenda notes status followup protokoll verschoben tagesordnung")
_MEETING_WORDS = words(
    "meeting meetings mtg workshop interview lunch luncheon training kickoff coordination event besprechung sitzung"
    " réunion reunión"
    " riunione vergadering"
)
_MEETING_PHRASE = re.compile(r"\bkick-off|\bconference call|\bopen house")


#: What scheduled programs and build servers report of their work.
JOB_REPORT = re.compile(
    r"^(?:re: )?cron\b|\bcron\.(?:daily|hourly|weekly)|\bjob '|\bsend failed\b|\bbackup (?:of|job|report"
    r"|completed|failed)"
    r"|\b(?:build|pipeline|deploy\w*) .{0,60}\b(?:failed|fixed|passed|succeeded|is broken)\b|\blogwatch\b"
    r"|\bdisk (?:space|usage)\b"
    r"|^(?:\w+ )?notification:|^output from\b|\bexception report\b"
)
_JOB_HINTS = words(
    "cron job send backup build pipeline deploy deployment deployments deployed deploying logwatch disk notification"
    " output exception"
)
#: Dates, numbers of issues and of cases have one.
_DIGIT = re.compile(r"\d")
_MONTH = r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]{0,6}\.?"
#: A full date, as issues of what appears regularly carry it.
_DATED = re.compile(
    rf"\b\d{{1,2}}\.? {_MONTH},? (?:\d{{4}}|\d{{2}})\b|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d-\d\d-\d\d\b|\b\d{1,2}(?:[./]\d{1,2}[./]|-\d{1,2}-)(?:(?:19|20)?\d\d)\b"
)
#: One order, case or invoice by its number.
_CASE = re.compile(
    r"\b(?:order|invoice|ticket|case|request|reference|ref|booking|claim|rma|incident|bestellung|rechnung|auftrag"
    r"|vorgang"
    r"|commande|facture|pedido|factura|ordine|fattura)\b[ :]{0,2}(?:nr|no|number|num)?\.?[ :]{0,2}#? ?\d{4,}"
    r"|\[[a-z]{2,10}-\d{2,}\]"
    r"|\[#\d{3,}\]|#\d{5,}"
)
_CALLED = re.compile(r"([^\W\d_]{3,30})[,!:] ?\w")
#: Issues of what appears regularly.
_NUMBERED = re.compile(
    r"\b(?:issue|vol(?:ume)?|edition|ausgabe|episode|folge|bulletin|digest|newsletter|note|n[°º])[ .:]{0,2}(?:#"
    r"|no\.? ?|nr\.? ?)?\d"
    r"|\bno\. ?\d+$|#\d{1,4}(?:$|:)"
)
#: How appointments are titled: a time, what is done, with whom, or the names of who comes.
_APPOINTMENT = re.compile(
    r"\d{1,2}(?:[:.]\d\d)? ?(?:[ap]m\b)?[ :-]+\D"
    r"|(?:talk|discuss|review|call|lunch|dinner|coffee|breakfast|visit|interview|draft|prepare|finish)\b"
    r"|.{1,100} with |(?:[^\W\d_]{1,30} [^\W\d_]{1,30}, ){1,8}[^\W\d_]{1,30} [^\W\d_]{1,30} - "
)


class Title:
    """A subject in lower case and its words: most questions are answered by the words alone."""

    __slots__ = ("text", "words")

    def __init__(self, lower: str) -> None:
        self.text = lower
        self.words = frozenset(_TOKEN.findall(self.text))

    def mass(self) -> str:
        """The words with which it says that it went to many, or ""."""
        if found := _MASS_WORDS & self.words:
            return min(found)
        if self.words.isdisjoint(_MASS_HINTS) and "#" not in self.text and "$" not in self.text:
            return ""
        phrase = _MASS_PHRASE.search(self.text)
        return phrase[0].strip() if phrase is not None else ""

    def signs(self) -> Iterator[str]:
        """The signs it makes by itself, of mail to many and of programs."""
        if not self.words.isdisjoint(_JOB_HINTS) and JOB_REPORT.search(self.text):
            yield "job report"
        elif self.mass():
            yield "mass subject"
        if _DIGIT.search(self.text) is None:
            return
        if _NUMBERED.search(self.text):
            yield "numbered issue"
        if _DATED.search(self.text):
            yield "dated subject"
        if _CASE.search(self.text):
            yield "numbered case"

    def called(self) -> str:
        """The name that somebody is called by at its beginning: "ada, your offer" → "ada"; else ""."""
        found = _CALLED.match(self.text)
        return found[1] if found is not None else ""

    def service(self) -> bool:
        """Whether a service tells one customer about one thing."""
        if not self.words.isdisjoint(_SERVICE_WORDS):
            return True
        return not self.words.isdisjoint(_SERVICE_HINTS) and _SERVICE_PHRASE.search(self.text) is not None

    def gathering(self, recipients: int) -> bool:
        """Whether it is titled as calendar entries for so many others are, and mails less often."""
        if not self.words.isdisjoint(_ABOUT_MEETINGS):
            return False
        return self._is_with() or (recipients > 1 and (self._is_meeting() or self.appointment()))

    def appointment(self) -> bool:
        """Whether it reads like an entry that its owner wrote into a calendar."""
        return self._is_with() or self._is_meeting() or _APPOINTMENT.match(self.text) is not None

    def _is_with(self) -> bool:
        return "w/" in self.text and "w" in self.words

    def _is_meeting(self) -> bool:
        if _MEETING_WORDS & self.words:
            return True
        hinted = "kick" in self.words or "call" in self.words or "house" in self.words
        return hinted and _MEETING_PHRASE.search(self.text) is not None
