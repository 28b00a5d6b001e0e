"""Seeded ways to spoil a record, for the fuzz tests and the fuzz bench: one function a way.

Each takes a source of randomness and the bytes of a good record, XML or JSON, and gives others.
"""

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

Mutation = Callable[[Random, bytes], bytes]

_TAG = re.compile(rb"</?[\w:.-]+")
_ELEMENT = re.compile(rb"<([\w:.-]+)(?: [^<>]*)?>[^<>]*</\1>")
_DIGITS = re.compile(rb"\d{2,}")
_TEXT = re.compile(rb"(?<=>)[^<>]{2,}(?=<)|(?<=\")[^\"\\]{2,}(?=\")")
_NUMBERS = [b"-1", b"0", b"1e999", b"NaN", b"0.1", b"9" * 25, b"9" * 5000, b"1" + b"0" * 300]
_LEAVES: list[Any] = [
    None,
    True,
    -1,
    0.1,
    10**30,
    "",
    " ",
    "٣٣٣٣٣٣٣٣",
    "\x00",
    [],
    {},
    [[]],
    [None],
]
_ODD = (
    *(b"\x00", b"\\u0000", b"\\ud800", b"\\udc00\\ud800", b"\xed\xa0\x80", b"\xff", b"\x0b"),
    *(b"&#0;", b"&#xD800;", b"&amp;#xD800;", b"&amp;#0;", b"&#x1F;", b"\xc2\x85", b"\\\\ud800"),
)
_UNITS = (
    *(b" ", b"\n", b"a", b"lot 1 ", b"&amp;", b"1.", b"L. 2113-13 ", b"insertion ", b"25 % "),
    *("réservé à l’insertion, ".encode(), b"groupement conjoint ou solidaire ", b"12 heures "),
)
_NULL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_CODINGS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-8-sig", "cp037", "utf-7")
_DECLARED = (b"utf-16", b"iso-8859-1", b"cp037", b"utf-7", b"klingon", b"shift_jis", b"us-ascii")
_DAYS = (b"2027-02-30", b"0000-00-00", b"9999-12-31", b"0001-01-01", b"2027-13-01T99:99:99+99:99")
_HEADS = (
    b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;">]>',
    b'<!DOCTYPE a SYSTEM "file:///etc/passwd">',
    b"<?xml-stylesheet href='x'?>",
    b"<!-- -->" * 500,
)


def truncated(random: Random, content: bytes) -> bytes:
    """Cut at the end, at the beginning or in the middle."""
    start, end = sorted(random.randrange(len(content) + 1) for _ in range(2))
    return random.choice([content[:end], content[start:], content[:start] + content[end:]])


def flipped(random: Random, content: bytes) -> bytes:
    """Change single bits of up to ten bytes."""
    spoilt = bytearray(content)
    for _ in range(random.randint(1, 10)):
        spoilt[random.randrange(len(spoilt))] ^= 1 << random.randrange(8)
    return bytes(spoilt)


def swapped_tags(random: Random, content: bytes) -> bytes:
    """Exchange two tags, two elements or two keys."""
    pattern = random.choice([_TAG, _ELEMENT]) if content.lstrip()[:1] == b"<" else _TEXT
    return _exchanged(random, content, pattern)


def huge_numbers(random: Random, content: bytes) -> bytes:
    """Put absurd numbers or days where digits stood."""
    for _ in range(random.randint(1, 3)):
        content = _replaced(random, content, _DIGITS, random.choice([*_NUMBERS, *_DAYS]))
    return content


def deep(random: Random, content: bytes) -> bytes:
    """Nest a part of the record far deeper than any true one."""
    depth = random.choice([50, 99, 101, 1_000, 50_000])
    if content.lstrip()[:1] == b"<":
        name = random.choice([b"a", b"LOT", b"cac:Party", b"P"])
        opened, closed = b"<" + name + b">", b"</" + name + b">"
        found = _one_of(random, content, _ELEMENT)
        inner = found.group() if found else b""
        closing = closed * random.choice([depth, depth - 1])
        return _replaced(random, content, _ELEMENT, opened * depth + inner + closing)
    opened, closed = random.choice([(b"[", b"]"), (b'{"a":', b"}")])
    nested = opened * depth + b"1" + closed * random.choice([depth, depth - 1])
    return _replaced(random, content, re.compile(rb'"[^"\\]*"'), nested)


def wrong_encoding(random: Random, content: bytes) -> bytes:
    """Write it in one encoding and declare another."""
    if random.random() < 0.4:
        declared = b'<?xml version="1.0" encoding="' + random.choice(_DECLARED) + b'"?>'
        return declared + re.sub(rb"^\s*<\?xml[^>]*\?>", b"", content)
    text = content.decode("utf-8", errors="replace")
    return text.encode(random.choice(_CODINGS), errors="replace")


def odd_letters(random: Random, content: bytes) -> bytes:
    """Put null letters, half pairs and other unstorable letters into texts, plain or escaped."""
    odd = random.choice(_ODD)
    for _ in range(random.randint(1, 3)):
        found = _one_of(random, content, _TEXT)
        place = random.randint(found.start(), found.end()) if found else random.randrange(9)
        content = content[:place] + odd + content[place:]
    return content


def long_texts(random: Random, content: bytes) -> bytes:
    """Blow a text up: blanks, one letter, a word or a sentence, again and again."""
    unit = random.choice(_UNITS)
    count = random.choice([1_000, 10_000, 100_000]) // len(unit)
    return _replaced(random, content, _TEXT, unit * count)


def other_types(random: Random, content: bytes) -> bytes:
    """In JSON, put a value of another type somewhere; in XML, text for elements and the reverse."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return _replaced(
            random, content, _ELEMENT, random.choice([b"", b"x", b"<P/>", b"<A>1</A>"])
        )
    for _ in range(random.randint(1, 3)):
        value = _retyped(random, value)
    return json.dumps(value).encode()


def missing(random: Random, content: bytes) -> bytes:
    """Take elements or keys away."""
    for _ in range(random.randint(1, 6)):
        pattern = _ELEMENT if content.lstrip()[:1] == b"<" else re.compile(rb'"\w+": ?"[^"\\]*",?')
        content = _replaced(random, content, pattern, b"")
    return content


def repeated(random: Random, content: bytes) -> bytes:
    """Say one element or key many times over."""
    pattern = _ELEMENT if content.lstrip()[:1] == b"<" else re.compile(rb'"\w+": ?"[^"\\]*",')
    found = _one_of(random, content, pattern)
    if found is None:
        return content * 2
    times = random.choice([2, 10, 300, 3_000])
    return content[: found.end()] + found.group() * times + content[found.end() :]


def headed(random: Random, content: bytes) -> bytes:
    """Put a declaration or a remark before it all."""
    cut = content.find(b"?>") + 2 if content.startswith(b"<?xml") else 0
    return content[:cut] + random.choice(_HEADS) + content[cut:]


MUTATIONS: dict[str, Mutation] = {
    one.__name__: one
    for one in (
        truncated,
        flipped,
        swapped_tags,
        huge_numbers,
        deep,
        wrong_encoding,
        odd_letters,
        long_texts,
        other_types,
        missing,
        repeated,
        headed,
    )
}


def spoilt(random: Random, content: bytes) -> tuple[str, bytes]:
    """The name of a way and what it made; one record in three is spoilt in a second way."""
    name = random.choice(list(MUTATIONS))
    content = MUTATIONS[name](random, content)
    if content and random.random() < 0.33:
        second = random.choice(list(MUTATIONS))
        return f"{name}+{second}", MUTATIONS[second](random, content)
    return name, content


def is_storable(stored: str) -> bool:
    """Whether JSON text has only letters that any database stores: no null, no half pair."""
    try:
        stored.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return _NULL.search(stored) is None


def _one_of(random: Random, content: bytes, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
    found = list(pattern.finditer(content))
    return random.choice(found) if found else None


def _replaced(random: Random, content: bytes, pattern: re.Pattern[bytes], by: bytes) -> bytes:
    found = _one_of(random, content, pattern)
    return content if found is None else content[: found.start()] + by + content[found.end() :]


def _exchanged(random: Random, content: bytes, pattern: re.Pattern[bytes]) -> bytes:
    found = list(pattern.finditer(content))
    if len(found) < 2:
        return content
    first, last = sorted(random.sample(found, 2), key=lambda match: match.start())
    if first.end() > last.start():
        return content
    between = content[first.end() : last.start()]
    return b"".join(
        (content[: first.start()], last.group(), between, first.group(), content[last.end() :])
    )


def _retyped(random: Random, value: Any) -> Any:
    if isinstance(value, str) and value.startswith("{"):
        try:
            return json.dumps(_retyped(random, json.loads(value)))
        except (ValueError, RecursionError):
            return value
    if value and isinstance(value, dict) and random.random() < 0.9:
        key = random.choice(sorted(value))
        return {**value, key: _retyped(random, value[key])}
    if value and isinstance(value, list) and random.random() < 0.9:
        place = random.randrange(len(value))
        return [*value[:place], _retyped(random, value[place]), *value[place + 1 :]]
    return random.choice(_LEAVES)
