"""Types of what is asked of `compose` beside the notice."""

from argparse import ArgumentTypeError
from collections.abc import Callable

MOST_ALTERNATIVES = 10


def whole_number(least: int, most: int, example: int) -> Callable[[str], int]:
    """An `argparse` type: a whole number between two bounds."""

    def read(text: str) -> int:
        if not text.strip().isdigit() or not least <= int(text) <= most:
            raise ArgumentTypeError(
                f"« {text} » ne convient pas : écrivez un nombre entier de {least} à {most}, "
                f"par exemple {example}."
            )
        return int(text)

    return read


def seconds(text: str) -> float:
    """An `argparse` type: a time limit."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = 0.0
    if not 0 < value <= 86_400:
        raise ArgumentTypeError(
            f"« {text} » ne convient pas : écrivez des secondes, de plus de 0 à 86400, "
            "par exemple 20."
        )
    return value
