"""Hours of insertion: the figures of a sentence, and their total.

The total follows the labelling guide: the sum over lots and tranches; a total for the whole wins
over what it adds up; a yearly figure alone is kept as written; ratios ("5 heures par tranche de
10 000 euros") and worked examples are no figure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cordee.notices.clauses.numbers import Mention, mentions, number_before, whole

# Thousands parted by a space, a dot or an apostrophe; no decimal, date, or end of a range.
_NUMBER = r"(?<![\w.,/])(?<!\d-)(\d{1,3}(?:[ .']\d{3}){1,4}(?!\d)|\d{1,6})"
# « 1 200 h », « 300 (trois cents) heures », « 12,50 hrs », « 35h00 »; not « 8 h 30 ».
_UNIT = r"(?:[.,]\d{1,2})?\)? ?(?:\([^()]{1,40}\) ?)?(?:heures?o?\b|hrs?\b|h(?:00)?\b)(?! ?\d)"
_HOURS = re.compile(_NUMBER + _UNIT)
# "Nombre d'heures d'insertion : 300", "volume horaire de 300".
_NAMED = re.compile(
    r"\b(?:heures?|volume horaire|nombre d'h)\b[^.:;\d%€]{0,60}(?::|=|\best de|\bs'eleve a"
    r"|\bfixee?s? a)"
    + r"(?: ?(?:environ|au moins|minimum|un minimum de))? ?"
    + _NUMBER
    + r"(?![.,/]?\d| ?(?:heures?|hrs?\b|h\b|%|€|euro|mois|ans\b|jours|pour ?cent|lots?\b"
    + r"|[a-z]+ \d+ ?h)|[a-z])"
)
# « deux cents heures ».
_SPELLED = re.compile(r"(?<![a-z])([a-z]{1,30}(?:[ -][a-z]{1,30}){0,7}) heures?\b")

# « 5 heures par tranche de 10 000 € », « 35 heures hebdomadaires »: rates, no volume.
_RATIO_AFTER = re.compile(
    r"^(?:[^.;:,(]|\((?!\d)){0,45}\b(?:par|pour|sur|chaque|toute) (?:une? |chaque |toute )?"
    r"(?:tranche|montant|\d[\d .]* ?(?:€|euro|k ?€|eur)|million|semaine|jour|mois\b|personne"
    r"|salarie"
    r"|embauche|candidat|contrat|beneficiaire|stagiaire)"
    r"|^ ?(?:d'insertion )?(?:/(?! ?(?:lot|tranche|t\.?[of]\b|phase|\d))|hebdo|mensuel"
    r"|par semaine)(?! ?an)|^[^.;]{0,30}\bhebdomadaire"
)
# « par tranche de 20 000 €, 7 heures », « au taux horaire de 15 ».
_RATIO_BEFORE = re.compile(
    r"(?:\btranche|\bmontant|\bpour|\bpar)[^.;]{0,12} ?\d[\d .]*(?:€|euros?|k€|eur)[^.;\d]{0,25}$"
    r"|\btaux horaire[^.;]{0,20}$"
)
# « Exemple : un marché de 100 000 € demande 70 heures » asks nothing.
_EXAMPLE = re.compile(r"\bexemple|\bex ?[.:]|\bsimulation|\ba titre indicatif et non")
# « 1 ETP = 1 607 heures » defines a unit, on either side of its sign.
_FTE_UNIT = re.compile(r"\b(?:1|un) ?(?:etp|equivalent temps plein|temps plein)[^.;]{0,40}$")
_FTE_AFTER = re.compile(
    r"^[^.;]{0,25}(?:=|correspond|equiva)[^.;]{0,20}\b(?:1|un) (?:etp|equiv|temps)"
)
# Delays, opening hours and training of the team are hours of another kind.
_CLOCK = re.compile(r"\b(?:a|de|des|les|et|vers|entre) $")
# « avant 12 heures », « sous 48 heures ».
_DELAY = re.compile(
    r"\b(?:avant|apres|jusqu'a|sous|dans|delai(?: maximum)?(?: de)?|toutes les|maximum de"
    r"|preavis de) $"
)
# What makes a small figure a volume all the same: « un minimum de 20 heures ».
_AMOUNT = re.compile(
    r"\b(?:est|minim\w+|hauteur|raison|volume|moins|clause|obligation|heures?|effort|objectif"
    r"|engagement|quota|total) (?:obligatoire )?de $|\b(?:elev|fixe|egal|correspond|equiva|estim"
    r"|superieur|chiffr)\w* a $"
)
# Up to here a figure may be an hour of the day, or a delay told in hours.
_DAY, _FEW_DAYS = 24, 96
# « 48 heures ouvrées », « 7 heures de formation ».
_OTHER_AFTER = re.compile(
    r"^ ?(?:ouvr|ouvees|calendaires|du matin|du soir|maximum suivant|suivant|avant|apres|francais"
    r"|de (?:formation|cours|retard|preavis|vol|vacation)|precises)"
)
# « 500 heures par an », kept as a yearly figure: the duration may not be known.
_YEARLY = re.compile(
    r"^[^.;,]{0,30}(?:/ ?an|\bpar an|\bpar annee|\bannuel|\bchaque annee|\bl'an\b)"
)
_YEARLY_BEFORE = re.compile(
    r"\b(?:par an|annuel(?:le)?s?|chaque annee|par annee)\b[^.;\d()]{0,60}$"
)
# « soit un total de 1 200 heures »: wins over the parts that it adds up.
_TOTAL_BEFORE = re.compile(
    r"\b(?:total(?:e|ite)?|au total|globale?(?:ment)?|ensemble|en tout|cumul)\b[^.;\d]{0,70}$"
    r"|\bsoit\b[^.;\d]{0,40}$"
)
_TOTAL_AFTER = re.compile(
    r"^[^.;,\d]{0,50}\b(?:au total|en tout|(?:duree|totalite) (?:totale )?(?:du|de l')"
    r"|sur l'ensemble|pour l'ensemble|sur la duree|sur toute la duree)"
)
# « 1 400 heures dont 400 pour le lot 2 ».
_PART = re.compile(r"\b(?:dont|parmi lesquelles|y compris)\b[^.;\d]{0,40}$")
# Firm and optional tranches (« TF », « TO1 »), phases and years of one lot.
_SLICE = re.compile(
    r"\bt\.?f\b|\bt\.?o\.? ?\d{1,2}\b|\b(?:tranches? (?:ferme|optionnelle|conditionnelle)|phase"
    r"|option|pse|periode|annee)"
    r"(?: ?n?[o°]? ?\d{1,2})?|\b(?:premiere|deuxieme|seconde|troisieme|quatrieme) (?:annee|periode)"
)
# Within brackets after hours: a detail of them.
_INSIDE = re.compile(r"\b(?:heures?|h)\b[^()]{0,40}\([^()]*$")
# « Nombre d'heures d'insertion : » before a list where units are left out.
_ANNOUNCED = re.compile(
    r"\b(?:nombre|volume)s? (?:minim\w+ )?d'heures?\b|\bheures d'insertion\b.{0,60}:"
)
# « lot 2 : 80 ».
_LISTED = re.compile(
    r"\blots? ?(?:n ?[o°]\.? ?)?\d{1,3}\b[^:=\d]{0,60}(?::|=) ?"
    + _NUMBER
    + r"(?! ?(?:\d|h\b|hr|heure|%|€|euro|mois"
    r"|jour|an)|[.,/]?\d|[a-z])"
)
# « entre 100 et 150 heures »: the lower figure is the duty.
_LOW_END = re.compile(r"\b(?:entre|de) (\d[\d ]{0,7}) (?:et|a) \d[\d ]{0,7} ?(?:heures?|h)\b")
_HIGH_END = re.compile(r"\b(?:entre|de) \d[\d ]{0,7} ?(?:heures |h )?(?:et|a) $")
# The number of a lot is no part of the figure that follows it.
_RANKED = re.compile(r"\b(?:lots?|tranche(?: optionnelle)?|phase|annee) ?(?:n ?[o°]\.? ?)?$")
# « au plus 200 heures » binds to nothing.
_UPPER = re.compile(r"\b(?:maximum|maximal|au plus|plafonne)[^.;\d]{0,25}$")
_UPPER_AFTER = re.compile(r"^ ?(?:d'insertion )?(?:au )?(?:maximum|maximal|au plus)")
# Hours of the whole contract, of which a share is for insertion; sizes from which it applies.
_BASE_AFTER = re.compile(r"^[^.;]{0,40}\bdont \d[\d.,]* ?(?:%|pour ?cent)")
_BASE_BEFORE = re.compile(
    r"% (?:de|des|sur|du total de|du total des) (?:les )?$"
    r"|\b(?:marches?|commandes?|contrats?|subsequents?) (?:superieure?s? a|de plus de|excedant"
    r"|depassant)\b[^.;:]{0,30}$"
)
_FOR_INSERTION = re.compile(r"^[^.;:,\d]{0,40}\binsertion")
_GRAND_TOTAL = re.compile(r"\bsoit(?: un| au| pour un)? total\b[^.;\d]{0,40}$")
_GRAND_AFTER = re.compile(r"^[^.;,\d]{0,25}\b(?:au total|en tout)\b")


class Span(StrEnum):
    """What a figure covers."""

    PART = "part"
    YEAR = "year"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours written in a sentence, for one lot, for some or for the whole (no lot).

    `slice` is the tranche or the year they are written for, "" for all.
    """

    value: int
    span: Span
    lots: tuple[str, ...] = ()
    slice: str = ""


def announces_list(folded: str) -> bool:
    """Whether it announces hours that a list of lots gives, perhaps without their unit."""
    return _ANNOUNCED.search(folded) is not None


def hours_in(folded: str, default: tuple[str, ...] = (), listed: bool = False) -> list[Hours]:
    """The hours of insertion that a folded sentence asks; `default` are the lots it stands in.

    `listed`: the sentence is in a list of hours, where "lot 2 : 80" needs no unit.
    """
    # Figures of an example are as precise as true ones: the whole sentence is left out.
    if _EXAMPLE.search(folded):
        return []
    named = mentions(folded)
    found: list[Hours] = []
    listed = listed or announces_list(folded)
    for start, end, value in (*_figures(folded), *(_bare(folded) if listed else ())):
        before, after = folded[max(0, start - 100) : start], folded[end : end + 100]
        if value == 0 or _is_other(before, after, value):
            continue
        slices = _SLICE.findall(before)
        part = slices[-1] if slices else ""
        if found and _details(found[-1], part) and _INSIDE.search(before):
            continue
        if _PART.search(before):
            # "1 400 heures d'insertion dont 400…" counts them twice; "8 000 heures dont 800
            # d'insertion" asks for the part.
            if "insertion" in folded[:start] or not _FOR_INSERTION.search(after):
                continue
            found.clear()
        if found and _UPPER_AFTER.search(after):
            continue
        lots = _lots_of(named, folded, start, end) or default
        span = Span.PART if part else _span(before, after)
        if _GRAND_TOTAL.search(before) or _GRAND_AFTER.search(after):
            # Whatever lot or tranche was named before, this is for all.
            span, part, lots = Span.TOTAL, "", lots if len(named) < 2 else ()
        found.append(Hours(value, span, lots, part))
    return found


def _details(outer: Hours, part: str) -> bool:
    """Whether hours in brackets only detail the figure before: "140 heures (70 TF et 70 TO2)".

    "Tranche ferme 140 heures (TO1 : 70 heures)" adds another tranche.
    """
    return outer.span is not Span.YEAR and outer.slice in ("", part)


def total_hours(found: Sequence[Hours]) -> int | None:
    """The total that these figures make, or None without any."""
    # A notice repeats its clause in several places: the same figure twice is one.
    figures = list(dict.fromkeys(found))
    totals = [item for item in figures if item.span is Span.TOTAL]
    # Said of the whole and for all time: nothing is added to it.
    whole_totals = [item.value for item in totals if not item.lots]
    if whole_totals:
        return max(whole_totals)
    by_lot: dict[tuple[str, ...], list[Hours]] = {}
    for item in figures:
        by_lot.setdefault(item.lots, []).append(item)
    unnamed = by_lot.pop((), [])
    sums = [_one_lot(items) for items in by_lot.values()]
    if sums:
        # A figure without a lot beside figures by lot is their total, or one more part.
        extra = sum(item.value for item in unnamed if item.value not in {sum(sums), *sums})
        return extra if extra >= sum(sums) else sum(sums) + extra
    return _one_lot(unnamed) if unnamed else None


def hours_by_lot(found: Sequence[Hours]) -> dict[str, int]:
    """Hours of each lot that has a figure of its own."""
    by_lot: dict[str, list[Hours]] = {}
    for item in dict.fromkeys(found):
        if len(item.lots) == 1:
            by_lot.setdefault(item.lots[0], []).append(item)
    return {lot: _one_lot(items) for lot, items in by_lot.items()}


def _one_lot(items: list[Hours]) -> int:
    for span in (Span.TOTAL, Span.PART, Span.YEAR):
        values = [value for value, _ in dict.fromkeys(_key(i) for i in items if i.span is span)]
        if values:
            return max(values) if span is Span.TOTAL else sum(values)
    return 0


def _key(item: Hours) -> tuple[int, str]:
    """Two tranches of as many hours are two; a figure said twice is one."""
    return item.value, item.slice


def _figures(folded: str) -> list[tuple[int, int, int]]:
    """(start, end, value) of each number of hours, in figures or in letters."""
    if "heure" not in folded and "horaire" not in folded and not re.search(r"\d ?h", folded):
        return []
    found = [
        _without_rank(folded, m)
        for m in _HOURS.finditer(folded)
        if not _HIGH_END.search(folded[max(0, m.start() - 40) : m.start()])
    ]
    taken = {start for start, _, _ in found}
    for match in _NAMED.finditer(folded):
        if match.start(1) not in taken:
            found.append((match.start(1), match.end(), whole(match.group(1))))
    for match in _LOW_END.finditer(folded):
        # "Entre 100 et 150 heures" binds to the lower figure.
        found.append((match.start(1), match.end(), whole(match.group(1))))
    for match in _SPELLED.finditer(folded):
        spelled = number_before(match.group(1))
        if spelled is not None:
            found.append((match.start(), match.end(), spelled))
    return sorted(found)


def _bare(folded: str) -> list[tuple[int, int, int]]:
    """Numbers of a list of lots that have no unit: "lot 1 : 120"."""
    return [(m.start(1), m.end(1), whole(m.group(1))) for m in _LISTED.finditer(folded)]


def _without_rank(folded: str, found: re.Match[str]) -> tuple[int, int, int]:
    """A figure without the number of the lot that stands before it: "lot 1 250 heures" is 250."""
    written, start = found.group(1), found.start(1)
    rank = re.match(r"\d{1,2} (?=\d{3}$)", written)
    if rank and _RANKED.search(folded[max(0, start - 24) : start]):
        start, written = start + rank.end(), written[rank.end() :]
    return start, found.end(), whole(written)


def _is_other(before: str, after: str, value: int) -> bool:
    return bool(
        _RATIO_AFTER.search(after)
        or _RATIO_BEFORE.search(before)
        or _FTE_UNIT.search(before)
        or _FTE_AFTER.search(after)
        or _BASE_AFTER.search(after)
        or _BASE_BEFORE.search(before)
        or _UPPER.search(before)
        or _OTHER_AFTER.search(after)
        or (value <= _DAY and _CLOCK.search(before) and not _AMOUNT.search(before))
        or (value <= _FEW_DAYS and _DELAY.search(before))
    )


def _span(before: str, after: str) -> Span:
    if _YEARLY.search(after):
        return Span.YEAR
    if _TOTAL_BEFORE.search(before) or _TOTAL_AFTER.search(after):
        return Span.TOTAL
    return Span.YEAR if _YEARLY_BEFORE.search(before) else Span.PART


def _lots_of(named: list[Mention], folded: str, start: int, end: int) -> tuple[str, ...]:
    """The lots of a figure: "120 heures pour le lot 4", else the last named before it."""
    for item in named:
        between = folded[end : item.start] if item.start >= end else None
        if between is not None and re.fullmatch(
            r"[^.;:\d]{0,45}\b(?:pour|au titre|sur|dans|du|des|concernant)\b[^.;:\d]{0,12}"
            r"|[ (]{1,3}",
            between,
        ):
            return item.lots
    earlier = [item for item in named if item.end <= start]
    return earlier[-1].lots if earlier else ()
