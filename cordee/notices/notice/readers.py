"""What all readers share: the version of what they understand, and the error they tell."""

from typing import Self

READER_VERSION = "2"
"""Rises each time the readers may understand an unchanged file differently."""


class NoticeError(Exception):
    """One file, or one record in it, that cannot be read: the place, the reason and the cure.

    `place` names the file, the archive member or the line; `reason` and `cure` are French
    sentences shown to people. Readers may yield it as well as raise it.
    """

    def __init__(self, place: str, reason: str, cure: str) -> None:
        super().__init__(place, reason, cure)
        self.place = place
        self.reason = reason
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.place} : {self.reason} {self.cure}"

    def at(self, place: str) -> Self:
        """The same error, told from another place."""
        return type(self)(place, self.reason, self.cure)
