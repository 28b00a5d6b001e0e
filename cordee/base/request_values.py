"""What comes in addresses and forms: written by anybody."""


def number(text: str) -> int | None:
    """The whole number that a text writes, as keys and places are; None for anything else.

    `"²".isdigit()` is true and `int("²")` fails; so does a number of five thousand digits.
    """
    is_written_so = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_written_so else None
