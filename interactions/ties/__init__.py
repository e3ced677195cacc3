"""Ties: how strongly, since when and how evenly somebody and the owner are in touch. Pure: the day is an argument."""
