"""« Et si ? »: one change tried on the year of the radar, with all bids that may be won; and the
year month by month: where it would end if no contract went further.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any

from django import forms

from cordee.base.ui import french, months
from cordee.base.ui.drawings import MonthLine
from cordee.base.ui.fields import EurosFormField
from cordee.base.ui.french import SHORT_MONTHS
from cordee.base.ui.months import month
from cordee.economics import headroom
from cordee.economics.fields import CostShareField, DerogationRateField
from cordee.economics.headroom import Part, Position, parts_by_year
from cordee.economics.models import AccountingYear, Scenario
from cordee.economics.models.commitments import Promise
from cordee.economics.radar.page import Case, Radar, all_won
from cordee.rules import ceiling

# What one may try: (name in the address, words, fields that are asked).
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "marche": ("Un marché de plus", ("montant", "depenses", "debut", "mois")),
    "etaler": ("Étaler un marché sur plus de mois", ("offre", "mois")),
    "partenaire": ("Un partenaire prend une part", ("offre", "montant")),
    "derogation": ("Une dérogation", ("taux",)),
    "embauche": ("Une embauche", ("montant", "debut", "mois")),
    "subvention": ("Une subvention à la place d’une vente", ("offre", "montant")),
}


@dataclass(frozen=True, slots=True)
class Move:
    """What one contract adds to the rate of the year, in points."""

    label: str
    points: Decimal

    @property
    def words(self) -> str:
        """ "+1,9 point", "+11,9 points"."""
        sign = "+" if self.points >= 0 else ""
        word = "point" if abs(self.points) < 2 else "points"
        return french.with_unit(f"{sign}{french.number(self.points, 1)}", word)


class MonthByMonth:
    """The year of `radar.shown` cut by month: what is signed, then with all that may be won."""

    def __init__(self, radar: Radar, position: Position) -> None:
        self.year = position.year
        self._cap = radar.cases[0].position
        self._is_own = radar.is_own
        self._parts = [
            *sorted(position.signed.parts, key=_first_month),
            *sorted(all_won(position), key=_first_month),
        ]
        self._months = [self._month(number) for number in range(self.year.months)]
        self._rows: dict[str, list[Promise]] = defaultdict(list)
        for row in radar.running:
            self._rows[row.offer].append(row)

    def _month(self, number: int) -> AccountingYear:
        """One month as a year of its own, for what a contract brings to it."""
        return AccountingYear(
            first_month=self.year.first_month + number,
            months=1,
            marginal_cost_share=self.year.marginal_cost_share,
        )

    @cached_property
    def rows(self) -> list[tuple[str, Decimal, Decimal | None]]:
        """(month, rate with what is signed until then, the same with the bids)."""
        signed = self._rates([part for part in self._parts if part.is_signed])
        hoped = self._rates(self._parts) if self.has_bids else [None] * len(signed)
        names = [month(each.first_month) for each in self._months]
        return list(zip(names, signed, hoped, strict=True))

    @property
    def has_bids(self) -> bool:
        return not all(part.is_signed for part in self._parts)

    @property
    def line(self) -> MonthLine:
        return MonthLine(
            months=[SHORT_MONTHS[each.first_month % 12] for each in self._months],
            signed=[signed for _, signed, _ in self.rows],
            hoped=[hoped for _, _, hoped in self.rows if hoped is not None],
            ceiling=self._cap.cap,
            watch=self._cap.watch,
        )

    @property
    def start(self) -> Decimal:
        """The rate of the accounts alone, from which the moves begin."""
        return _rate(self.year.receipts_cents, Fraction(self.year.charges_cents))

    @property
    def title(self) -> str:
        """Where the rate begins and where it may end: with bids, from what is signed."""
        _, signed, hoped = self.rows[-1]
        ends = (self.start, signed) if hoped is None else (signed, hoped)
        first, last = map(french.percent, ends)
        if first == last:
            return f"{self.year.name} resterait à {first}"
        return f"{self.year.name} irait de {first} à {last}{' avec les offres' if hoped else ''}"

    @property
    def moves(self) -> Iterator[Move]:
        """Signed first, then by first month: with the start they add up to where the line ends.

        A network reads one sum of what is signed and one of the bids, never a contract.
        """
        receipts, charges = self.year.receipts_cents, Fraction(self.year.charges_cents)
        before = _rate(receipts, charges)
        for signed, found in groupby(self._parts, attrgetter("is_signed")):
            every = list(found)
            for parts in [[each] for each in every] if self._is_own else [every]:
                receipts += sum(part.receipts_cents for part in parts)
                charges += sum(part.charges_cents for part in parts)
                after = _rate(receipts, charges)
                yield Move(self._label(parts, signed), (after - before) * 100)
                before = after

    def _label(self, parts: Sequence[Part], signed: bool) -> str:
        if not self._is_own:
            words = ("marché signé", "marchés signés") if signed else ("offre", "offres")
            return french.count(len(parts), *words)
        label = parts[0].commitment.label
        return label if signed else f"{label} (offre)"

    def _rates(self, parts: Sequence[Part]) -> list[Decimal]:
        receipts, charges = [0] * len(self._months), [Fraction(0)] * len(self._months)
        for part in parts:
            for row in self._rows[part.commitment.offer]:
                for i, each in enumerate(parts_by_year(row, self._months)):
                    receipts[i] += each.receipts_cents
                    charges[i] += each.charges_cents
        found = []
        sold, spent = self.year.receipts_cents, Fraction(self.year.charges_cents)
        for cents, cost in zip(receipts, charges, strict=True):
            sold, spent = sold + cents, spent + cost
            found.append(_rate(sold, spent))
        return found


def _first_month(part: Part) -> tuple[int, int]:
    return part.commitment.first_month, part.commitment.pk


def _rate(receipts_cents: int, charges_cents: Fraction) -> Decimal:
    return ceiling.ratio(receipts_cents, charges_cents) or Decimal(0)


class WhatIfForm(forms.Form):
    """One change, with the fields of its kind; it begins in the year, or would not move it."""

    offre = forms.TypedChoiceField(label="Marché", coerce=int)
    montant = EurosFormField(label="Montant, hors taxes", min_value=1)
    depenses = CostShareField(help_text="Sans réponse, nous comptons celle de l’exercice.")
    debut = forms.TypedChoiceField(label="Premier mois", coerce=int)
    mois = forms.IntegerField(label="Nombre de mois", min_value=1, max_value=120)
    taux = DerogationRateField(label="Taux de la dérogation, en %")

    def __init__(self, data: Any, *, kind: str, position: Position) -> None:
        super().__init__(data)
        self.kind, self._position = kind, position
        self.words, asked = KINDS[kind]
        for name in [name for name in self.fields if name not in asked]:
            del self.fields[name]
        if kind == "embauche":
            self.fields["montant"].label = "Charges en plus, en tout"
        fields: dict[str, Any] = self.fields
        if "offre" in fields:
            fields["offre"].choices = [
                (part.commitment.pk, f"{part.commitment.label}, {part.commitment.when}")
                for part in position.parts
            ]
        if "debut" in fields:
            first, length = position.year.first_month, position.year.months
            fields["debut"].choices = [(m, months.month(m)) for m in range(first, first + length)]

    def clean(self) -> dict[str, Any]:
        """A part that is taken from a contract is not larger than it; spread, it lasts longer."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "offre" in cleaned and cleaned.get("montant"):
            whole = self._part.commitment.receipts_cents
            if cleaned["montant"] > whole:
                self.add_error("montant", f"Écrivez {french.euros(whole)} ou moins.")
        if self.kind == "etaler" and "offre" in cleaned and cleaned.get("mois"):
            lasts = self._part.commitment.months
            if cleaned["mois"] <= lasts:
                self.add_error("mois", f"Écrivez plus de {lasts} mois.")
        return cleaned

    @property
    def told(self) -> str:
        """What was asked, in a few words: "Une dérogation, 45 %"."""
        asked = self.cleaned_data
        words = [self.words]
        if "offre" in asked:
            words.append(f"«\u00a0{french.cut(self._part.commitment.label, 30)}\u00a0»")
        if "montant" in asked:
            words.append(french.euros(asked["montant"], rounded=True))
        if "mois" in asked:
            words.append(f"{asked['mois']} mois")
        if "taux" in asked:
            words.append(french.percent(asked["taux"], 0))
        return ", ".join(words)

    @property
    def _part(self) -> Part:
        pk = self.cleaned_data["offre"]
        return next(part for part in self._position.parts if part.commitment.pk == pk)

    def changed(self) -> Position:
        """The year once the change is made."""
        asked = self.cleaned_data
        position, year = self._position, self._position.year
        if self.kind == "derogation":
            year = copy(year)
            year.derogation, year.derogation_ends_on = asked["taux"], None
            return replace(position, year=year)
        if self.kind == "marche":
            made = Promise(
                receipts_cents=asked["montant"],
                first_month=asked["debut"],
                months=asked["mois"],
                marginal_cost_share=asked["depenses"],
            )
            return replace(position, parts=(*position.parts, *headroom.parts_by_year(made, [year])))
        if self.kind == "embauche":
            hired = Promise(asked["montant"], asked["debut"], asked["mois"])
            (spent,) = headroom.parts_by_year(hired, [year])
            cost = Part(hired, 0, Fraction(spent.receipts_cents))
            return replace(position, parts=(*position.parts, cost))
        old = self._part
        if self.kind == "etaler":
            made = old.commitment._replace(months=asked["mois"])
        else:
            left = old.commitment.receipts_cents - asked["montant"]
            made = old.commitment._replace(receipts_cents=left)
        (was,) = headroom.parts_by_year(old.commitment, [year])
        (becomes,) = headroom.parts_by_year(made, [year])
        # A grant pays for work that is done all the same: its charges stay.
        is_grant = self.kind == "subvention"
        charges = Fraction(0) if is_grant else becomes.charges_cents - was.charges_cents
        # What else the offer brings, in rows of other months, stays as it is.
        new = Part(
            made,
            old.receipts_cents + becomes.receipts_cents - was.receipts_cents,
            old.charges_cents + charges,
        )
        parts = tuple(new if part is old else part for part in position.parts)
        return replace(position, parts=parts)


class NameForm(forms.Form):
    """A name makes a case one that is kept."""

    nom = forms.CharField(label="Nom de ce cas", max_length=80)


class WhatIfPage:
    """Today, the cases that were kept, and the one that `data` tries, on one scale."""

    def __init__(
        self, radar: Radar, scenarios: Iterable[Scenario], data: Mapping[str, Any]
    ) -> None:
        self.radar = radar
        self.kept = list(scenarios)
        self.kind = data.get("sorte", "")
        self.form = None
        self.tried: Position | None = None
        if self.kind in KINDS:
            # Chosen only, a kind shows its fields; sent, they are read.
            self.form = self._form(data if "essai" in data else None, self.kind)
            if self.form.is_valid():
                self.tried = self.form.changed()

    def _form(self, data: Any, kind: str) -> WhatIfForm:
        # What all bids won give: a case is tried where most would be sold.
        return WhatIfForm(data, kind=kind, position=self.radar.cases[-1].position)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(kind, words) for kind, (words, _) in KINDS.items()]

    @property
    def asked(self) -> dict[str, str]:
        """The case as it was typed, to be kept or sent again."""
        names = list(self.form.fields) if self.form else []
        data: Mapping[str, Any] = self.form.data if self.form else {}
        typed = {name: str(data[name]) for name in names if data.get(name)}
        return {"sorte": self.kind, "essai": "1", **typed}

    @cached_property
    def cases(self) -> list[Case]:
        """Today first; a kept one whose contract is no longer there is left out, and told."""
        today = self.radar.cases[-1]
        found = [("Aujourd’hui, toutes les offres gagnées", today.position)]
        if len(self.radar.cases) == 1:
            found = [("Aujourd’hui", today.position)]
        for scenario in self.kept:
            form = self._form(scenario.asked, scenario.asked["sorte"])
            if form.is_valid():
                title = f"{scenario.name}\u00a0: {form.told}"
                found.append((title, form.changed()))
        if self.tried is not None and self.form is not None:
            found.append((self.form.words, self.tried))
        top = max(max(line.rate or Decimal(0), line.cap) for _, line in found)
        signed_rate = self.radar.cases[0].position.rate
        own = self.radar.is_own
        return [Case(title, line, signed_rate, top, False, own) for title, line in found]

    @property
    def title(self) -> str:
        """What the case that is tried would give."""
        if self.tried is None or self.form is None:
            return "Et si\u202f? Essayez un cas"
        line = self.cases[-1].position
        rate = french.percent(line.rate)
        state = "au-dessus du plafond, " if line.is_above else ""
        return f"{self.form.words}\u00a0: {line.year.name} finirait {state}à {rate}"
