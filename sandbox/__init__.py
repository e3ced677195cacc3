"""A life to try things on, and what it is written out as. Imports nothing but the standard library.

- who: `cast` · what a life is made of: `model` · the whole: `life.make_life`
- mails: `letters` (people), `machines`, `echoes`, `invitations`, all through `postoffice`; words in `phrases`
- calendars: `calendar`, `entries`, `planner`, `series` · cards: `addressbook`
- written as: `mbox`, `mime`, `ics`, `vcf`, together `takeout` · what a reader should find: `truth`
"""
