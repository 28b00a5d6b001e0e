"""Long notices: what is around the marks is shown, the rest waits behind a link."""

from dataclasses import dataclass

HEAD, TAIL = 400, 160
"""Letters kept before and after a fold, so that marks keep their surroundings."""


@dataclass(frozen=True, slots=True)
class FoldedPiece:
    """`head` and, where `hidden` letters are left out between them, `tail`."""

    head: str
    hidden: int = 0
    tail: str = ""


@dataclass(slots=True)
class Room:
    """How many letters of unmarked text a page still has room for; None is without end."""

    left: int | None
    folded_letters: int = 0
    folded_texts: int = 0

    @property
    def has_left(self) -> bool:
        return self.left is None or self.left > 0

    def fold(self, text: str) -> FoldedPiece:
        """The text, or its two ends where there is no room for it."""
        if self.left is None or len(text) <= max(self.left, HEAD + 2 * TAIL):
            self.left = None if self.left is None else max(0, self.left - len(text))
            return FoldedPiece(text)
        kept = max(HEAD, self.left)
        self.left = 0
        hidden = len(text) - kept - TAIL
        if hidden <= TAIL:
            return FoldedPiece(text)
        self.folded_letters += hidden
        return FoldedPiece(text[:kept], hidden, text[-TAIL:])

    def leave_out(self, text: str) -> None:
        self.folded_letters += len(text)
        self.folded_texts += 1
