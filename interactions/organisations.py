"""Organisations from domains: what somebody registered below a public suffix, never a consumer mail provider."""

from __future__ import annotations

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

from interactions.free_mail import is_free_mail


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=20_000)
def organisation(domain: str) -> str:
    """The registered domain of a domain (publicsuffix.org): "mail.acme.co.uk" → "acme.co.uk"; "" when it is none."""
    return _suffixes().privatesuffix(domain) or ""


def company(domain: str) -> str:
    """The same, "" for consumer mailboxes too: nobody's employer is their mail provider."""
    return "" if is_free_mail(domain) else organisation(domain)
