"""A code that a camera reads, as a path of squares: our policy refuses styles and images alike."""

import qrcode
from django.utils.html import format_html
from qrcode.constants import ERROR_CORRECT_M


def qr_code(text: str, *, label: str, mended: int = ERROR_CORRECT_M) -> str:
    """The drawing; `label` is what it is to whoever does not see it.

    A margin of four squares all around, as readers need. The fewer faults are `mended`, the larger
    are the squares.
    """
    code = qrcode.QRCode(border=4, error_correction=mended)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return format_html(
        '<svg role="img" aria-label="{0}" width="240" height="240" viewBox="0 0 {1} {1}">'
        '<rect class="f-blanc" width="{1}" height="{1}"/><path class="f-encre" d="{2}"/></svg>',
        label,
        len(rows),
        path,
    )
