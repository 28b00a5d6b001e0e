"""How much a page says at once: the table « Answer first » of the look, and what all others keep.

Words and links are counted in `main` as they are seen: choices of a closed list and words for who
listens are not. Heights are those of the whole page, at 1280 and at 360 px.
"""

from dataclasses import dataclass
from typing import Any

MEASURE = """() => {
    const main = document.querySelector("main");
    const words = (text) => text.trim().split(/\\s+/).filter(Boolean).length;
    const seen = (element) => element.checkVisibility();
    const unseen = [...main.querySelectorAll("select, .visually-hidden")].filter(seen);
    return {
        words: words(main.innerText) - unseen.reduce((sum, one) => sum + words(one.innerText), 0),
        links: [...main.querySelectorAll("a")].filter(seen).length,
        filled: [...main.querySelectorAll(".btn-primary")].filter(seen).length,
        height: document.documentElement.scrollHeight,
    };
}"""


@dataclass(frozen=True)
class Budget:
    words: int | None = 400
    links: int = 60
    # Pixels of the whole page on a desk of 1280 and on a phone of 360.
    desk: int | None = None
    phone: int | None = None

    def excess(self, found: dict[str, Any], width: int) -> list[str]:
        """What the page has too much of, as "links: 64 > 60"."""
        allowed = {
            "words": self.words,
            "links": self.links,
            "filled": 1,
            "height": self.phone if width == 360 else self.desk,
        }
        return [
            f"{name}: {found[name]} > {most} at {width} px"
            for name, most in allowed.items()
            if most is not None and found[name] > most
        ]


OTHER = Budget()
# Depth: behind a tab of a page of the table, and texts that the law words.
DEPTH = Budget(words=None)

# The pages of the table of the look. None may be excused.
TABLE = {
    "composing:detail": Budget(250, 12, 1_100, 1_800),
    "economics:ceiling": Budget(250, 12, 1_100, 1_900),
    "today:today": Budget(250, 15, 1_100, 2_100),
    "alliances:detail": Budget(200, 15, 1_100, 1_800),
    "opportunities:detail": Budget(250, 12, 1_100, 1_800),
    "skills:week": Budget(200, 10, 900, 1_700),
}
# « Mon chantier », for who directs it: `test_members` holds it, as others read another page there.
OWN_STRUCTURE = Budget(250, 15, 1_100, 1_900)
BEHIND_A_TAB: set[str] = {
    *("composing:proof", "composing:wish"),
    # A document of the bid, whole, as it will be printed.
    "alliances:document",
    # One subject of the law, whole: each value with its source and its other dates.
    "sources_about",
    # The lots of a contract, its whole notice, what to ask of it.
    "opportunities:lots",
    "opportunities:notice",
    "opportunities:questions",
    # The ways to answer together in euros, behind the page of the form.
    "alliances:compare_forms",
}
# At most ten, each with its reason.
EXCUSED = {
    "components": "the catalogue of the components, for who builds pages: one of each",
    "mail_previews": "the catalogue of the mails, for who hosts: one line a mail",
}


def budget_of(route: str) -> Budget:
    if route in TABLE:
        return TABLE[route]
    return DEPTH if route in BEHIND_A_TAB else OTHER
