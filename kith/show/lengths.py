"""Days and lengths of days in words, where answers look for them."""

from interactions.lengths import dated, every, lasting, month, times

__all__ = ["dated", "every", "lasting", "month", "times"]
