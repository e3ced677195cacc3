"""Subject lines that programs write: bounces, answers to invitations, absence notices, mass mail, receipts.

All patterns but LIST_TAG are for a subject in lower case.
"""

from __future__ import annotations

import re

from interactions.rules.vocabulary import words

#: What mail systems call a mail that did not arrive, or did (RFC 3464; Exchange, Exim, qmail, Postfix, Sendmail).
BOUNCE = re.compile(
    r"(?:undeliver(?:able|ed)|mail delivery (?:failed|failure|error)|delivery (?:status notification|failure"
    r"|has failed)"
    r"|returned mail:|mail system error|failure notice|delayed mail|message delayed|delivery delayed"
    r"|warning: could not send"
    r"|delivery report|non remis|unzustellbar|nicht zustellbar|unzustellbarkeit|zustellung fehlgeschlagen|rückläufer"
    r"|échec de la remise|non-?distribu|no se ha podido entregar|no se puede entregar|mancato recapito"
    r"|niet[- ]bezorg|onbestelbaar|devolução|недоставлен)",
)
#: An Exchange receipt has nothing but its prefix; a person forwarding one writes FW: before it.
RECEIPT = re.compile(r"(?:delivered|relayed|not read|zugestellt|gelesen|nicht gelesen):")

_ANSWER = (
    "accepted|declined|tentative|tentatively accepted|cancell?ed(?: event)?|updated invitation|updated event|new"
    " time proposed"
    "|proposed new time|meeting forward notification"
    "|zugesagt|abgelehnt|abgesagt|angenommen|mit vorbehalt|termin abgesagt|aktualisierte einladung|einladung"
    " aktualisiert"
    "|accepté|refusé|annulé|provisoire|invitation modifiée|aceptado|rechazado|cancelado|provisional|aceite|recusado"
    "|accettato|rifiutato|annullato|provvisorio|geaccepteerd|afgewezen|geannuleerd|voorlopig"
    "|accepterat|avböjt|inställt|принято|отклонено|отменено|承諾|辞退"
)
#: What calendar programs put before the title when somebody answers, moves or calls off.
CALENDAR_ANSWER = re.compile(rf"(?:{_ANSWER})\s?:")
#: Outlook's prefix of a changed request; people use the word too, so more is asked for than this alone.
CALENDAR_UPDATE = re.compile(
    r"(?:updated|aktualisiert|mise à jour|actualizado|aggiornato|bijgewerkt)\s?:|cancell?ed - "
)
#: Google's form of an invitation has the day behind an at sign.
CALENDAR_INVITATION = re.compile(
    r"(?:invitation|einladung|invitación|invito|uitnodiging|convite|inbjudan|приглашение|招待"
    r"|zaproszenie)\s?: .{0,400}? @ ",
    re.I,
)

#: Absence notices and other automatic answers, as programs title them; "Out of office" alone is also what people write.
AUTO_REPLY = re.compile(
    r"(?:out[- ]of[- ](?:the[- ])?office(?: auto[- ]?reply)?:|(?:re: )?out of office autoreply|auto(?:matic"
    r"|mated)?[- ]?(?:reply|response|respond\w*)\b"
    r"|auto: |autosvar|vacation(?: reply| response)?:|away from (?:my )?mail|abwesenheitsnotiz|abwesend:|abwesenheit:"
    r"|automatische antwort|automatisch antwoord|afwezig(?:heid)?:|réponse automatique|absence du bureau"
    r"|respuesta automática"
    r"|fuera de (?:la )?oficina:|risposta automatica|fuori (?:sede|ufficio):|resposta automática|fora do escritório:"
    r"|frånvaro|automatiskt svar|automatisk svar|fravær|automaattinen vastaus|poissa:|odpowiedź automatyczna"
    r"|automatická odpověď|автоматический ответ|автоответ|自動返信|自动回复|otomatik yanıt)",
)

#: An answer or something passed on: somebody had a mail before them.
REPLY = re.compile(r"(?:re|aw|fwd?|wg|sv|vs|antw|rif|r|tr|rv|res|enc|odp|ref|fs)(?:\[\d+\])?\s?: ?|\[fwd:")

_TOKEN = re.compile(r"[^\W\d_]+")

#: Words with which titles of what is sent out to many say so.
_MASS_WORDS = words(
    "newsletter newsletters newsflash newsblast enews digest bulletin headline headlines daily weekly monthly"
    " unsubscribe free"
    " saving savings deal deals offer offers discount discounts coupon coupons sale sweepstakes giveaway webinar"
    " seminar advisory"
    " rundbrief angebot angebote rabatt gratis kostenlos nieuwsbrief aanbieding soldes oferta ofertas descuento"
    " boletín sconto"
    " offerta offerte announcement announcements announce announces news urgent events shopping latest"
)
_MASS_PHRASE = re.compile(
    r"\bissue (?:#|no\.? ?)?\d|\bvol(?:ume|\.)? ?\d|\bno\. ?\d+$|#\d{1,4}$|\bstories for\b|\d ?% ?off"
    r"|\bsave (?:up to |over |\$|€|\d)"
    r"|\bwin (?:a|an|up)\b|\bregister (?:now|today)|\bof the (?:day|week|month)\b|\btips of\b|\btech ?tips?\b"
    r"|\bthis week\b"
    r"|\btop (?:\d+|stories)|lettre d'information|press release|now available|^adv:|mailing list|within reach"
    r"|for only|last chance"
    r"|back in stock"
)
#: Words one of which each of the phrases has; most subjects have none and are not searched.
_MASS_HINTS = words(
    "issue vol volume no stories off save win register day week month tips tip techtips top lettre release available"
    " adv mailing"
    " reach only chance stock"
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
    r"(?:confirm|request|update)|\bconfirm your|\bverify your|\bsign-in\b|\blog-?in\b|\bpassword (?:reset|was)"
    r"|\breset your password"
    r"|\bthank you for (?:your|ordering|shopping)|\bmailbox is|\bsize limit|execution report|\brequest (?:submitted"
    r"|id|received)"
    r"|\baction requested|\bpending approval|you're signed up|\bsigned up\b|\bwarning:|\bjob '|^cron\b"
    r"|\bbuild\b.{0,60} (?:failed|fixed|passed)|\brevision \d|\brechnung (?:nr|\d)|bestellung eingegangen"
    r"|\bhas (?:shipped|a lead)"
    r"|\bout for delivery|\bstatement is\b|\bsubmitted:"
)
_SERVICE_HINTS = words(
    "your ihr ihre votre su tu uw vostro tuo order registration purchase booking payment email mail account"
    " subscription reservation"
    " delivery shipping confirm verify sign log login password reset thank mailbox size execution request requested"
    " pending signed"
    " warning job cron build revision rechnung bestellung shipped lead statement submitted"
)
_MEETING_WORDS = words(
    "meeting meetings mtg workshop interview lunch luncheon training kickoff coordination besprechung sitzung"
    " réunion reunión"
    " riunione vergadering w"
)
_MEETING_PHRASE = re.compile(r"\bkick-off|\bconference call|\bopen house|\bw/")


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
        if self.words.isdisjoint(_MASS_HINTS) and "#" not in self.text:
            return ""
        phrase = _MASS_PHRASE.search(self.text)
        return phrase[0].strip() if phrase is not None else ""

    def service(self) -> bool:
        """Whether a service tells one customer about one thing."""
        if not self.words.isdisjoint(_SERVICE_WORDS):
            return True
        return not self.words.isdisjoint(_SERVICE_HINTS) and _SERVICE_PHRASE.search(self.text) is not None

    def meeting(self) -> bool:
        """Whether it is titled as calendar entries are and mails less often."""
        if found := _MEETING_WORDS & self.words:
            return found != {"w"} or "w/" in self.text
        hinted = "kick" in self.words or "call" in self.words or "house" in self.words
        return hinted and _MEETING_PHRASE.search(self.text) is not None


#: Lotus Notes writes of somebody in the third person; people say "I".
ABSENT = re.compile(r" is out of the office\.?(?:$| \()| ist außer haus\.?$")
#: "[choir] New score": how list programs mark what they pass on (Mailman's subject_prefix).
LIST_TAG = re.compile(r"(?:(?:re|aw|fwd?|sv)\s?: ?)*\[[\w .+&/-]{2,40}\] ?", re.I)
