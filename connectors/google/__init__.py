"""Google: one consent, four streams (mail, calendar, contacts, other contacts)."""
