"""Gmail's labels as Takeout writes them, in the language of the account, and folder names, made into system labels."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from connectors.encoded_word import decoded
from connectors.text import clean

_LABEL_MAX = 225
_LABELS_MAX = 100
_VALUE_MAX = 16 * 1024

#: English, German, French, Spanish, Italian, Portuguese, Dutch; compared without accents, case and punctuation.
_NAMES = {
    "INBOX": "inbox|posteingang|boite de reception|recibidos|bandeja de entrada|posta in arrivo|caixa de entrada"
    "|entrada|postvak in|inkomend",
    "SENT": "sent|sent mail|sent items|sent messages|gesendet|gesendete objekte|gesendete elemente|envoye|envoyes"
    "|messages envoyes|elements envoyes|enviado|enviados|correo enviado|elementos enviados|inviata|inviati"
    "|posta inviata|itens enviados|mensagens enviadas|e mails enviados|verzonden|verzonden items|verzonden berichten"
    "|outbox sent",
    "SPAM": "spam|junk|junk e mail|junk email|bulk mail|spamverdacht|unerwunscht|courrier indesirable|indesirables"
    "|correo no deseado|no deseado|posta indesiderata|lixo eletronico|ongewenst|ongewenste e mail",
    "TRASH": "trash|bin|deleted|deleted items|deleted messages|papierkorb|geloscht|geloschte objekte"
    "|geloschte elemente|corbeille|elements supprimes|papelera|elementos eliminados|cestino|posta eliminata|lixeira"
    "|lixo|itens excluidos|prullenbak|verwijderd|verwijderde items",
    "DRAFT": "draft|drafts|entwurf|entwurfe|brouillon|brouillons|borrador|borradores|bozza|bozze|rascunho|rascunhos"
    "|concept|concepten",
    "CHAT": "chat|chats|hangouts|gesprache|discussions|bate papo|bate papos",
    "STARRED": "starred|markiert|suivi|suivis|messages suivis|destacado|destacados|speciale|speciali|com estrela"
    "|met ster",
    "IMPORTANT": "important|wichtig|importants|importante|importantes|importanti|belangrijk",
    "UNREAD": "unread|ungelesen|non lu|non lus|no leido|no leidos|da leggere|non letto|non letti|nao lido|nao lidas"
    "|nao lidos|ongelezen",
}
_CATEGORIES = {
    "PROMOTIONS": "promotions|werbung|promociones|promozioni|promocoes|reclame|promoties|reclames",
    "SOCIAL": "social|soziale netzwerke|reseaux sociaux|redes sociales|redes sociais|sociaal|sociale netwerken",
    "UPDATES": "updates|neuigkeiten|benachrichtigungen|notifications|mises a jour|notificaciones|actualizaciones"
    "|aggiornamenti|atualizacoes|notificacoes|meldingen",
    "FORUMS": "forums|foren|foros|forum|foruns",
    "PERSONAL": "personal|primary|allgemein|personlich|privat|e mails personnels|principale|principal|personale"
    "|pessoal|persoonlijk|primair",
}
_CATEGORY = re.compile(r"(?:category|kategorie|categorie|categoria) (.+)")
_NOT_LETTERS = re.compile(r"[^\w]+|_")
_PART = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)')


def _table(names: dict[str, str], prefix: str = "") -> dict[str, str]:
    return {name: prefix + label for label, all_names in names.items() for name in all_names.split("|")}


_SYSTEM = _table(_NAMES)
_CATEGORY_NAMES = _table(_CATEGORIES, "CATEGORY_")


@lru_cache(maxsize=1024)
def labels_of(value: str) -> tuple[str, ...]:
    """The labels an X-Gmail-Labels value lists: Gmail's own in capitals as its API names them, others as written."""
    value = clean(decoded(value[:_VALUE_MAX]), _VALUE_MAX)
    found: dict[str, None] = {}
    for part in _PART.finditer(value):
        label = (part[1].replace('""', '"') if part[1] is not None else part[2]).strip()
        if label and len(found) < _LABELS_MAX:
            found[system_label(label) or label[:_LABEL_MAX]] = None
    return tuple(found)


@lru_cache(maxsize=1024)
def system_label(name: str) -> str:
    """SENT, INBOX, SPAM, TRASH, DRAFT, CHAT, STARRED, IMPORTANT, UNREAD or CATEGORY_…; "" for an owner's own label."""
    plain = _plain(name)
    if plain in _SYSTEM:
        return _SYSTEM[plain]
    category = _CATEGORY.fullmatch(plain)
    return _CATEGORY_NAMES.get(category[1], "") if category else ""


@lru_cache(maxsize=1024)
def folder_labels(path: str) -> tuple[str, ...]:
    """The label of a mail that lies in the file or folder `path` names, by its last part; none for an unnamed one."""
    last = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    for suffix in (".mbox", ".mbx", ".mail"):
        last = last.removesuffix(suffix)
    # Maildir++ writes the path of a folder with dots (Courier): ".Work.Sent".
    name = last.rpartition(".")[2] if last.startswith(".") else last
    label = system_label(name) or clean(name, _LABEL_MAX)
    return (label,) if label else ()


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name[:_LABEL_MAX])
    letters = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return _NOT_LETTERS.sub(" ", letters).strip()
