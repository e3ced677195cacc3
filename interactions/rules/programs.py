"""What a mail was written and sent with: programs people use, libraries and services that send by themselves."""

from __future__ import annotations

import re
from functools import lru_cache

from interactions.rules.message import Message

#: Programs that people write mail with; a name here says that somebody sat there.
_CLIENT = re.compile(
    r"apple mail|iphone mail|ipad mail|thunderbird|icedove|outlook(?! cdo)|mutt|k-?mail|evolution|eudora|pine\b|gnus"
    r"|sylpheed"
    r"|claws|the bat|foxmail|mew |wanderlust|exmh|nmh|z-mail|seamonkey|mozilla/|mozilla \d|spicebird|mailspring|k-9"
    r"|fairemail"
    r"|roundcube|squirrelmail|horde|imp |zimbra|yahoomail|yahoo mail|webmail|open-xchange|sogo|protonmail|airmail"
    r"|spark|trojita"
    r"|pegasus|opera|becky|(?:lotus|ibm|hcl) notes|groupwise|entourage|alpine|emacs|mailmate|vivaldi|betterbird|geary"
    r"|samsung mail|internet mail service|exchange|enterprise gateway|blackberry|android|aquamail|bluemail|emclient"
    r"|mailbird|postbox|incredimail|windows (?:live )?mail|zoho mail|yandex|mail\.ru|rainloop|snappymail|afterlogic"
    r"|atmail|kerio|communigate|sparrow|turnpike|edison|macoutlook|canary|tutanota|gmx|web\.de|t-online",
)
#: Products that send to many.
_MASS_MAILER = re.compile(
    r"accucast|listmanager|lyris|mailchimp|mailman|campaign|sendgrid|mailjet|mailgun|sendinblue|brevo|constant contact"
    r"|octeth|mindbaz|targetmail|emessaging|sunmail|messagemaker|store-mailer|postmark|salesforce|marketo|hubspot"
    r"|frontier|eloqua|cheetah|e-?mail manager|bulk|groupmail|worldmerge|mailworkz|streamsend|maillist|phplist"
    r"|cleverreach"
    r"|rapidmail|newsletter|acymailing|sailthru|klaviyo|emarsys|dotmailer|silverpop|responsys|optivo|inxmail|mailster"
)
#: Libraries with which programs send; Microsoft CDO is what scripts on Windows servers use.
_LIBRARY = re.compile(
    r"phpmailer|php/|^php|mime-tools|mime::lite|sendemail|aspmail|microsoft cdo|jmail|javamail|nodemailer|swiftmailer"
    r"|symfony|zend_?mail|drupal|wordpress|wdcollect|django|actionmailer|libwww|mailkit|system\.net\.mail|smtplib"
    r"|mail::sender|laminas|codeigniter|aspnetemail|easymail|swaks|mailx|blat|jira|confluence|redmine|trac notification"
)
#: How well-known mail programs and services make message ids.
_CLIENT_ID = re.compile(
    r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}@|CA[\w+=.-]{30,}@mail\.gmail\.com$|Pine\.|alpine\."
    r"|[0-9a-f]{6,8}\.[0-9a-f]{6,8}@|\d{14}\.[A-Z]{2}\d+@|[0-9A-Za-z]+\.prod\.outlook\.com$"
)
#: Names of hosts that only send: newsletter.example.com, em.example.com, e.example.com.
_SENDING_HOST = re.compile(
    r"^(?:e|em|eml|news\w*|newsletter\w*|enews\w*|mailer\w*|mailing\w*|mailings|lists?|reply|offers?|promo\w*|marketing"
    r"|bounced?|alerts?|notif\w*|specials?|updates?|sendgrid|mkt\w*|campaigns?|abonnement|euromailer|ummail\d*"
    r"|poweredby|discover|announce\w*|messages?|click|links?|mg)\.[\w-]+\.\w"
)


def is_mass_mailer(message: Message) -> bool:
    """Whether the program that wrote it is one that sends to many."""
    return kind(message.value("x-mailer") or message.value("user-agent")) == "mass mailer"


@lru_cache(maxsize=5_000)
def kind(program: str) -> str:
    """What wrote a mail, by its lower-case name: "mass mailer", "mail library", "mail program", or "" (unknown)."""
    if not program:
        return ""
    if _MASS_MAILER.search(program):
        return "mass mailer"
    if _LIBRARY.search(program):
        return "mail library"
    return "mail program" if _CLIENT.search(program) else ""


def is_client_id(message_id: str) -> bool:
    """Whether a Message-ID is made the way a mail program that people use makes them."""
    return _CLIENT_ID.match(message_id) is not None


@lru_cache(maxsize=20_000)
def host_kind(domain: str) -> str:
    """The sign that a domain makes by its first label, or ""."""
    return "sending host" if _SENDING_HOST.match(domain) else ""
