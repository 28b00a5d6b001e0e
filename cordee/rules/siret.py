"""SIREN and SIRET numbers: their check digit."""

# La Poste's offices outnumber the SIRET that pass the usual key.
LA_POSTE_SIREN = "356000000"


def is_valid_siren(siren: str) -> bool:
    """Tell whether a text is nine digits that pass the Luhn key.

    Source: INSEE, règle de calcul de la clé du SIREN.
    Not covered: whether the company exists or is still active.
    """
    return _is_digits(siren, 9) and int(siren) > 0 and _luhn_sum(siren) % 10 == 0


def is_valid_siret(siret: str) -> bool:
    """Tell whether a text is fourteen digits that pass the key.

    The establishments of La Poste follow their own key: the sum of the digits is a multiple of 5.

    Source: INSEE, règle de calcul de la clé du SIRET.
    Not covered: whether the establishment exists or is still open.
    """
    if not _is_digits(siret, 14) or int(siret) == 0:
        return False
    if siret.startswith(LA_POSTE_SIREN) and sum(map(int, siret)) % 5 == 0:
        return True
    return _luhn_sum(siret) % 10 == 0


def siren_of(siret: str) -> str:
    """Give the SIREN (the legal entity) of a SIRET (one of its establishments)."""
    if not _is_digits(siret, 14):
        raise ValueError(f"siret is {siret!r}: give fourteen digits.")
    return siret[:9]


def _is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def _luhn_sum(digits: str) -> int:
    doubled = map(_DOUBLED.__getitem__, digits[-2::-2])
    return sum(map(int, digits[-1::-2])) + sum(doubled)


# Twice each digit, and the two digits of that added up.
_DOUBLED = {str(digit): digit * 2 % 10 + digit // 5 for digit in range(10)}
