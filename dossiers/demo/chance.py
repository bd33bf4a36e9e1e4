"""Chance that is the same each time."""

import random


def dice(*parts: object) -> random.Random:
    """Dice that always fall the same way for the same ``parts``."""
    return random.Random("/".join(str(part) for part in parts))  # noqa: S311 -- it draws names, not keys
