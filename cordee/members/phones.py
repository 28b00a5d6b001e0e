"""Telephone numbers of structures, as a call list prints them."""

import re

# A spreadsheet takes the zero off; a French number has ten digits with it.
FRENCH_DIGITS = 10


def read_phone(text: str) -> str | None:
    """ "04.65.71.20.45", "465712045" or "+33 4 65 71 20 45" → "04 65 71 20 45"; None where unread.

    A number of another country keeps its digits behind its "+".
    """
    digits = re.sub(r"[\s.\-()/]", "", text)
    if re.fullmatch(r"(\+33|0033)[1-9]\d{8}", digits):
        digits = "0" + digits[-9:]
    elif re.fullmatch(r"[1-9]\d{8}", digits):
        digits = "0" + digits
    if re.fullmatch(r"0[1-9]\d{8}", digits) and len(digits) == FRENCH_DIGITS:
        return " ".join(digits[i : i + 2] for i in range(0, FRENCH_DIGITS, 2))
    return digits if re.fullmatch(r"\+\d{7,15}", digits) else None
