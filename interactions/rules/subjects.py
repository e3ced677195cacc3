"""Subject lines that programs write: bounces, answers to invitations, absence notices, mass mail, receipts."""

from __future__ import annotations

import re

#: What mail systems call a mail that did not arrive, or did (RFC 3464; Exchange, Exim, qmail, Postfix, Sendmail).
BOUNCE = re.compile(
    r"(?:undeliver(?:able|ed)|mail delivery (?:failed|failure|error)|delivery (?:status notification|failure|has failed)"
    r"|returned mail:|mail system error|failure notice|delayed mail|message delayed|delivery delayed|warning: could not send"
    r"|delivery report|non remis|unzustellbar|nicht zustellbar|unzustellbarkeit|zustellung fehlgeschlagen|rückläufer"
    r"|échec de la remise|non-?distribu|no se ha podido entregar|no se puede entregar|mancato recapito"
    r"|niet[- ]bezorg|onbestelbaar|devolução|недоставлен)",
    re.I,
)
#: An Exchange receipt has nothing but its prefix; a person forwarding one writes FW: before it.
RECEIPT = re.compile(r"(?:delivered|relayed|not read|zugestellt|gelesen|nicht gelesen):", re.I)

_ANSWER = (
    "accepted|declined|tentative|tentatively accepted|cancell?ed(?: event)?|updated invitation|updated event|new time proposed"
    "|proposed new time|meeting forward notification"
    "|zugesagt|abgelehnt|abgesagt|angenommen|mit vorbehalt|termin abgesagt|aktualisierte einladung|einladung aktualisiert"
    "|accepté|refusé|annulé|provisoire|invitation modifiée|aceptado|rechazado|cancelado|provisional|aceite|recusado"
    "|accettato|rifiutato|annullato|provvisorio|geaccepteerd|afgewezen|geannuleerd|voorlopig"
    "|accepterat|avböjt|inställt|принято|отклонено|отменено|承諾|辞退"
)
#: What calendar programs put before the title when somebody answers, moves or calls off.
CALENDAR_ANSWER = re.compile(rf"(?:{_ANSWER})\s?:", re.I)
#: Outlook's prefix of a changed request; people use the word too, so more is asked for than this alone.
CALENDAR_UPDATE = re.compile(
    r"(?:updated|aktualisiert|mise à jour|actualizado|aggiornato|bijgewerkt)\s?:|cancell?ed - ", re.I
)
#: Google's form of an invitation has the day behind an at sign.
CALENDAR_INVITATION = re.compile(
    r"(?:invitation|einladung|invitación|invito|uitnodiging|convite|inbjudan|приглашение|招待|zaproszenie)\s?: .{0,400}? @ ",
    re.I,
)

#: Absence notices and other automatic answers, as programs title them; "Out of office" alone is also what people write.
AUTO_REPLY = re.compile(
    r"(?:out[- ]of[- ](?:the[- ])?office(?: auto[- ]?reply)?:|(?:re: )?out of office autoreply|auto(?:matic|mated)?[- ]?(?:reply|response|respond\w*)\b"
    r"|auto: |autosvar|vacation(?: reply| response)?:|away from (?:my )?mail|abwesenheitsnotiz|abwesend:|abwesenheit:"
    r"|automatische antwort|automatisch antwoord|afwezig(?:heid)?:|réponse automatique|absence du bureau|respuesta automática"
    r"|fuera de (?:la )?oficina:|risposta automatica|fuori (?:sede|ufficio):|resposta automática|fora do escritório:"
    r"|frånvaro|automatiskt svar|automatisk svar|fravær|automaattinen vastaus|poissa:|odpowiedź automatyczna"
    r"|automatická odpověď|автоматический ответ|автоответ|自動返信|自动回复|otomatik yanıt)",
    re.I,
)

#: An answer or something passed on: somebody had a mail before them.
REPLY = re.compile(r"(?:re|aw|fwd?|wg|sv|vs|antw|rif|r|tr|rv|res|enc|odp|ref|fs)(?:\[\d+\])?\s?: ?|\[fwd:", re.I)

#: What is sent out to many says so in its title.
MASS = re.compile(
    r"newsletter|news(?:flash|letter|blast| update)\b|\benews\b|\bdigest\b|bulletin|headlines?\b|\bissue (?:#|no\.? ?)?\d"
    r"|\bvol(?:ume|\.)? ?\d|\bno\. ?\d+$|#\d+$|\bstories for\b|\b(?:daily|weekly|monthly)\b|\bunsubscribe|\d ?% ?(?:off|rabatt)"
    r"|\bfree\b|\bsave (?:up to |over |\$|€|\d)|\bsavings?\b|\bdeals?\b|\bspecial offers?\b|\boffers?\b|\bdiscounts?|\bcoupon|\bsale\b"
    r"|\bwin (?:a|an|up)\b|\bsweepstakes|\bgiveaway|\bwebinar|\bweb seminar|\bseminar\b|\bregister (?:now|today)|\bregistration\b.*!"
    r"|\badvisory\b|\btip(?:s)? of the\b|\btech ?tips?\b|\bthis week|\btop (?:\d+|stories)|rundbrief|angebote?\b|rabatt|gratis|kostenlos"
    r"|nieuwsbrief|aanbieding|bulletin d'information|lettre d'information|\bsoldes\b|oferta|descuento|boletín|sconto|offerte?\b"
    r"|\bannouncement|\bannounces?\b|press release|\bnews\b|\bnow (?:available|online)\b|^adv:|\bmailing list\b|^\W*\burgent\b"
    r"|\bevents\b|\bshopping\b|\bwithin reach\b|\bfor only\b|\blast chance|\bback in stock|\blatest\b",
    re.I,
)
#: What a service tells one customer about one thing.
SERVICE = re.compile(
    r"\b(?:your|ihre?|votre|su|tu|uw|vostro|il tuo) (?:[\w'.-]+ ){0,3}(?:order|account|password|receipt|statement|booking|ticket|payment"
    r"|subscription|username|purchase|parcel|delivery|invoice|reservation|basket|bestellung|rechnung|konto|buchung|lieferung"
    r"|paket|abrechnung|commande|facture|compte|pedido|cuenta|factura|ordine|conto|bestelling|rekening|registration)\b"
    r"|\b(?:order|registration|purchase|booking|payment|e-?mail|account|subscription|reservation|delivery|shipping|order) "
    r"(?:confirm\w*|verification|receipt|notification|request|update)|\bconfirmation\b|\bconfirm your|\bverify your"
    r"|\bverification\b|\bsign-?in\b|\blog-?in\b|security alert|\bpassword (?:reset|was)|\breset your password"
    r"|\bthank you for (?:your|ordering|shopping)|\breceipt\b|\bnotification\b|\bnotice\b|\bmailbox is|\bsize limit|quarantined"
    r"|execution report|\brequest (?:submitted|id|received)|\baction requested|\bpending approval|you're signed up|\bsigned up\b"
    r"|\balert\b|\bwarning:|\bjob '|^cron\b|\bbuild\b.* (?:failed|fixed|passed)|\brevision \d|\brechnung (?:nr|\d)|bestellung eingegangen"
    r"|\bhas (?:shipped|a lead)|\bout for delivery|\bstatement is\b|\bsubmitted:|terminerinnerung|\bauthorization required",
    re.I,
)
#: "[choir] New score": how list programs mark what they pass on (Mailman's subject_prefix).
LIST_TAG = re.compile(r"(?:(?:re|aw|fwd?|sv)\s?: ?)*\[[\w .+&/-]{2,40}\] ?", re.I)
