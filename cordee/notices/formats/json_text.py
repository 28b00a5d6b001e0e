"""JSON text to values; a long list one record at a time, a file of any size in little memory."""

import codecs
import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from typing import Any

from cordee.notices.notice import NoticeError

CHUNK = 1 << 18
"""Letters kept at hand; more only where one record is longer."""

_MOST_BLANK = 10_000

_NAMES = r"\"(?:marche|contrat-concession)\"\s*:\s*"
_OPENING = re.compile(rf"\s*(?:\{{\s*\"marches\"\s*:\s*(?:\{{\s*{_NAMES})?)?\[\s*")
_AFTER = re.compile(r"\s*([,\]])\s*")
_NEXT_LIST = re.compile(rf"\s*,\s*{_NAMES}\[\s*")
_BLANK = " \t\n\r"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED_UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def load_json(content: bytes | str, place: str) -> Any:
    """Parse JSON, as `decode_json`. Raises NoticeError for broken, too deep or not finite JSON."""
    try:
        text = content.removeprefix(BOM_UTF8).decode() if isinstance(content, bytes) else content
        start = 0 if text[:1] == "{" else len(text) - len(text.lstrip(_BLANK))
        value, end = decode_json(text, start)
        if end < len(text) and text[end:].strip(_BLANK):
            raise json.JSONDecodeError("Extra data", text, end)
        return value
    except json.JSONDecodeError as error:
        where, reason = f"{place}, ligne {error.lineno}", error.msg
    except (ValueError, RecursionError) as error:
        where, reason = place, str(error)
    raise NoticeError(
        where, f"Le JSON est abîmé ({reason}).", "Téléchargez de nouveau l’avis à la source."
    )


def decode_json(text: str, start: int) -> tuple[Any, int]:
    """The JSON value at a place in a text, and where it ends. Raises ValueError if there is none.

    Letters that no database stores (null, half a pair) are left out.
    """
    value, end = _DECODER.raw_decode(text, start)
    unstorable = _ESCAPED_UNSTORABLE.search(text, start, end)
    return (_storable(value) if unstorable else value), end


def _refuse_constant(constant: str) -> None:
    raise ValueError(f"{constant} n’est pas un nombre")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def begins_a_list(head: bytes) -> bool:
    """Whether a file that begins so is a list of records, bare or as the DECP wrap it."""
    return _OPENING.match(head.decode("utf-8-sig", errors="replace")) is not None


def records(read: Callable[[int], bytes], limit: int) -> Iterator[Any]:
    """Yield each record of a list that `begins_a_list`; `read` gives its next bytes.

    Raises ValueError where the text stops being JSON, or where one record is longer than `limit`
    letters; what was yielded before stands.
    """
    text = _Text(read)
    text.skip(_OPENING)
    while True:
        if text.looks_at("]"):
            text.position += 1
        else:
            yield text.record(limit)
            if text.skip(_AFTER) == ",":
                continue
        # The DECP write concessions in a second list after the contracts.
        if text.skip(_NEXT_LIST, optional=True) is None:
            return


class _Text:
    """A window on a text; `position` is what is to be read next."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._ended = False
        self._window = ""
        self.position = 0

    def _more(self) -> bool:
        """Lengthen the window; False at the end of the text."""
        if self._ended:
            return False
        content = self._read(max(CHUNK, len(self._window) - self.position))
        self._ended = not content
        self._window = self._window[self.position :] + self._decoder.decode(content, self._ended)
        self.position = 0
        return True

    def looks_at(self, letter: str) -> bool:
        return self._window.startswith(letter, self.position)

    def skip(self, pattern: re.Pattern[str], *, optional: bool = False) -> str | None:
        """Go past what the pattern finds here and return its group, if it has one.

        Raises ValueError, or returns None where it is optional, if it finds nothing.
        """
        while True:
            found = pattern.match(self._window, self.position)
            # A match that touches the edge of the window might go on after it.
            if found and found.end() < len(self._window):
                break
            if len(self._window) - self.position > _MOST_BLANK or not self._more():
                break
        if found is None:
            if optional:
                return None
            raise ValueError("la liste s’arrête au milieu")
        self.position = found.end()
        return found.group(1) if pattern.groups else ""

    def record(self, limit: int) -> Any:
        while True:
            try:
                value, end = decode_json(self._window, self.position)
            except json.JSONDecodeError as error:
                if len(self._window) - self.position > limit:
                    raise ValueError("un enregistrement est trop long") from None
                if not self._more():
                    raise ValueError(error.msg) from None
            else:
                if end < len(self._window) or not self._more():
                    self.position = end
                    return value
