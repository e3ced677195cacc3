"""Circles: groups of people who belong together, told by the owner, their address book, or by who is seen with whom."""
