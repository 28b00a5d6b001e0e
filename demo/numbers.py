"""SIREN and SIRET that pass their key and that nobody holds: all begin with 000."""

FIRST_DIGITS = "000"
LAST_RANK = 99_999
# Buyers of the notices; structures count up from 1.
FIRST_BUYER_RANK = 90_001


def fictional_siren(rank: int) -> str:
    """The SIREN of a legal person of the world, by its rank from 1 to 99,999."""
    if not 1 <= rank <= LAST_RANK:
        raise ValueError(f"rank is {rank}; give a value from 1 to {LAST_RANK}.")
    return _with_key(f"{FIRST_DIGITS}{rank:05d}")


def fictional_siret(rank: int, establishment: int = 1) -> str:
    """The SIRET of one of its establishments."""
    return _with_key(f"{fictional_siren(rank)}{establishment:04d}")


def _with_key(digits: str) -> str:
    total = 0
    for position, character in enumerate(reversed(digits)):
        digit = int(character) * (2 - position % 2)
        total += digit if digit < 10 else digit - 9
    return f"{digits}{-total % 10}"
