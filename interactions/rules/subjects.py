"""Subject lines that programs write: bounces, answers to invitations, absence notices, receipts; marks of lists.

All patterns but LIST_TAG are for a subject in lower case.
"""

from __future__ import annotations

import re

#: What mail systems call a mail that did not arrive, or did (RFC 3464; Exchange, Exim, qmail, Postfix, Sendmail).
BOUNCE = re.compile(
    r"(?:non-?delivery(?: report| notification)?:|undeliver(?:able|ed)|mail delivery (?:failed|failure|error)"
    r"|delivery (?:status notification|failure"
    r"|has failed)"
    r"|returned mail:|mail system error|failure notice|delayed mail|message delayed|delivery delayed"
    r"|warning: could not send"
    r"|delivery report|non remis|unzustellbar|nicht zustellbar|unzustellbarkeit|zustellung fehlgeschlagen|rückläufer"
    r"|échec de la remise|non-?distribu|no se ha podido entregar|no se puede entregar|mancato recapito"
    r"|niet[- ]bezorg|onbestelbaar|devolução|недоставлен)",
)
#: An Exchange receipt has nothing but its prefix; a person forwarding one writes FW: before it.
RECEIPT = re.compile(r"(?:delivered|relayed|not read|zugestellt|gelesen|nicht gelesen):")

#: What Outlook titles the receipt of a mail that was read (MS-OXOMSG §3.2.5.1).
READ = re.compile(r"(?:read|gelesen|gelezen|leído|letto|lido|läst|læst|lest|przeczytano|přečteno|прочтено|lu ?): ?")
#: And of one that was deleted unread: nobody else begins so.
UNREAD = re.compile(
    r"(?:not read|nicht gelesen|ungelesen|niet gelezen|no leído|non letto|não lid[oa]|oläst|inte läst|ej läst|ikke læst"
    r"|ulæst|ikke lest|ulest|nie przeczytano|nieprzeczytane|nepřečteno|не прочтено|непрочитано|non lu ?): ?"
)
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
#: Google's form of an invitation has the day behind an at sign, Notes' has it in brackets.
CALENDAR_INVITATION = re.compile(
    r"(?:invitation|cancellation|einladung|invitación|invito|uitnodiging|convite|inbjudan|приглашение|招待"
    r"|zaproszenie)\s?: (?:.{0,400}? @ |.{0,400}? \([^()]{0,40}\d{1,2}:\d\d)"
    # As groupware titles what it sends of an entry.
    r"|(?:antwort )?termineinladung:|einladung zum (?:termin\b|ical-ereignis)|invitation to ical event",
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
    r"|\[?automatyczna odpowied[zź]|automatikus válasz|răspuns automat|αυτόματη απάντηση"
    r"|automatická odpověď|автоматический ответ|автоответ|自動返信|自动回复|otomatik yanıt)",
)

#: An answer or something passed on: somebody had a mail before them.
REPLY = re.compile(r"(?:re|aw|fwd?|wg|sv|vs|antw|rif|r|tr|rv|res|enc|odp|ref|fs)(?:\[\d+\])?\s?: ?|\[fwd:")
#: Posts of a list collected into one mail (RFC 1153).
DIGEST = re.compile(r"\bdigest,? (?:v(?:ol(?:ume)?)?\.? ?\d|#\d|of \b)")
#: Lotus Notes writes of somebody in the third person; people say "I".
ABSENT = re.compile(r" is out of the office\.?(?:$| \()| ist außer haus\.?$")
#: "[choir] New score": how list programs mark what they pass on (Mailman's subject_prefix).
LIST_TAG = re.compile(r"(?:(?:re|aw|fwd?|sv)\s?: ?)*\[(?P<name>[\w .+&/-]{2,40})\] ?", re.I)
