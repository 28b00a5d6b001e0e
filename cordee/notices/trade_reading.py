"""Which trade a notice or one of its lots calls for, and why. Simple: codes first, then words."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from cordee.notices.notice import Lot, Notice, Provenance
from cordee.notices.text import fold
from cordee.rules.trades import TRADES, match_cpv

MIN_CODE_SCORE = Decimal("0.5")
"""Below three digits a CPV prefix is too wide to name a trade without words that agree."""

_GENERAL = re.compile(r"[0-9]{2}0{6}|450{6}|4521[0-9]{4}|4545[0-9]{4}|98[0-9]0{5}")
"""Codes that speak of everything or of whole buildings: words may say more."""

_SILENCING = re.compile(r"09|1[4569]|2[24]|3[0-578]|4[12348]|6[456]|7[01236]")
"""CPV divisions that buy goods, studies, software or finance: words of a trade name an object."""


@dataclass(frozen=True, slots=True)
class TradeReading:
    """The trade of a lot, how it was found, and the sentence that says it; or why there is none."""

    trade: str | None
    provenance: Provenance
    why: str


@cache
def _words() -> tuple[tuple[tuple[str, re.Pattern[str]], ...], re.Pattern[str]]:
    table = tomllib.loads(Path(__file__).with_name("trade_words.toml").read_text("utf-8"))
    trades = tuple((slug, _pattern(words)) for slug, words in table["trades"].items())
    return trades, _pattern(table["out"]["words"])


def _pattern(words: list[str]) -> re.Pattern[str]:
    longest_first = sorted((fold(word) for word in words), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + ")")


def trade_of(notice: Notice, lot: Lot | None) -> TradeReading:
    """The trade of one lot, or of the whole notice where `lot` is None."""
    named = (lot.trades if lot else ()) or notice.trades
    if named:
        label = TRADES[named[0]].label
        return TradeReading(named[0], Provenance.STATED, f"L’acheteur nomme le métier : {label}.")
    titles = [title for title in ((lot.title if lot else None), notice.title) if title]
    texts = [text for text in ((lot.text if lot else None), notice.text) if text]
    own = lot.cpv.codes if lot else ()
    codes = own or notice.cpv.codes
    silenced = bool(codes) and _SILENCING.match(codes[0]) is not None
    # The same codes on every lot say less than the title of this one.
    first = [lot.title] if lot and lot.title and not silenced and _is_shared(notice, own) else []
    if (found := _by_words(first, [])) is not None:
        return found
    if (found := _by_codes(codes, [*titles, *texts])) is not None:
        return found
    if own and (main := notice.cpv.main) and (found := _by_codes((main,), titles)) is not None:
        return found
    general = not codes or any(_GENERAL.fullmatch(code) for code in codes)
    if not silenced and (found := _by_words(titles, texts if general else [])) is not None:
        return found
    return TradeReading(None, Provenance.COMPUTED, _why_none(codes, titles))


def _is_shared(notice: Notice, own: tuple[str, ...]) -> bool:
    return not own or all(lot.cpv.codes == own for lot in notice.lots)


def _by_codes(codes: tuple[str, ...], texts: list[str]) -> TradeReading | None:
    matches = [match for code in codes for match in match_cpv(code)]
    said = {slug for text in texts[:2] for slug, _ in _named_in(text)}
    sure = [match for match in matches if match.score >= MIN_CODE_SCORE]
    agreed = [match for match in matches if match.trade.slug in said]
    for match in (*(m for m in agreed if m in sure), *sure, *agreed):
        return TradeReading(match.trade.slug, Provenance.COMPUTED, match.why)
    return None


def _by_words(titles: list[str], texts: list[str]) -> TradeReading | None:
    for text in (*titles, *texts):
        if _words()[1].search(fold(text)):
            return None
        if found := _named_in(text):
            slug, words = found[0]
            why = f"Le texte dit « {words} » : {TRADES[slug].label}."
            return TradeReading(slug, Provenance.SUPPOSED, why)
    return None


def _named_in(text: str) -> list[tuple[str, str]]:
    """Trades named in a text with the words that name them, in the order of the text."""
    folded = fold(text)
    hits = [
        (found.start(), slug, text[found.start() : found.end()])
        for slug, pattern in _words()[0]
        if (found := pattern.search(folded))
    ]
    return [(slug, words) for _, slug, words in sorted(hits)]


def _why_none(codes: tuple[str, ...], titles: list[str]) -> str:
    for title in titles:
        if found := _words()[1].search(fold(title)):
            words = title[found.start() : found.end()]
            return f"Le titre dit « {words} » : aucun de nos métiers."
    if codes:
        shown = ", ".join(codes[:4])
        return f"Les codes CPV {shown} ne désignent aucun de nos métiers."
    return f"Les mots « {titles[0][:120] if titles else ''} » ne nomment aucun de nos métiers."
