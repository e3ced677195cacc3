"""Canonical form of an address: the key by which two spellings are one mailbox. The spelling as sent is kept too."""

from __future__ import annotations

from functools import lru_cache

#: Consumer Gmail ignores dots and what follows a plus (support.google.com/mail/answer/7436150); both names are one.
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
#: Providers whose documentation says that a +tag names the same mailbox.
_PLUS = _GMAIL | frozenset(
    {
        "outlook.com",
        "hotmail.com",
        "live.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "fastmail.com",
        "proton.me",
        "protonmail.com",
    }
)
#: A domain is at most 253 octets (RFC 1035 §2.3.4); longer ones are compared as they stand, never run through IDNA.
_DOMAIN_MAX = 253


@lru_cache(maxsize=20_000)
def canonical(address: str) -> str:
    """The comparison key of an addr-spec: lower case, IDNA domain, no Gmail dots, no +tag where it is ignored.

    Never raises; text without "@" comes back in lower case.
    """
    local, at, domain = address.strip().lower().rpartition("@")
    if not at:
        return domain
    domain = _ascii(domain.rstrip("."))
    if domain in _PLUS:
        local = local.partition("+")[0] or local
    if domain in _GMAIL:
        local, domain = local.replace(".", "") or local, "gmail.com"
    return f"{local}@{domain}"


def _ascii(domain: str) -> str:
    if domain.isascii() or len(domain) > _DOMAIN_MAX:
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
