"""The radar of one chantier: the year that needs most care, in three cases, and its chance.

Signed only, with the bids that are likely, with all: at most one bid of a lot is ever won.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import chain

from cordee.base.ui import french
from cordee.base.ui.drawings import Gauge
from cordee.economics import access, headroom
from cordee.economics.headroom import Bid, Chance, Part, Position, chance_of_above
from cordee.economics.models import AccountingYear, Commitment
from cordee.economics.models.commitments import results_of
from cordee.members.models import Chantier, Structure
from cordee.members.sharing import Viewer
from cordee.rules import ceiling, parameters
from cordee.rules.months import month_number

# From so many offers with a result on, what a structure won says something of the next.
ENOUGH_RESULTS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """One of the cases side by side. `signed_rate` ends the solid part of its gauge."""

    title: str
    position: Position
    signed_rate: Decimal | None
    top: Decimal
    is_today: bool
    is_own: bool

    @property
    def gauge(self) -> Gauge | None:
        if self.position.rate is None or self.signed_rate is None:
            return None
        return Gauge(
            today=min(self.signed_rate, self.position.rate),
            ceiling=self.position.cap,
            watch=self.position.watch,
            today_label="signé",
            hoped=None if self.is_today else self.position.rate,
            top=self.top,
            is_narrow=True,
        )

    @property
    def sentence(self) -> tuple[str, int, str] | None:
        """What remains or is too much: words, cents, words; None where there is no rate."""
        if self.position.is_above:
            words = "Il y a" if self.is_today else "Il y aurait"
            return words, self.position.excess_cents or 0, " de trop."
        if self.position.headroom_cents is None:
            return None
        if not self.is_today:
            return "Il resterait", self.position.headroom_cents, " à vendre."
        return _may_sell(self.is_own), self.position.headroom_cents, "."


@dataclass(frozen=True, slots=True)
class Risk:
    """The chance to end above; None where the bids of one lot have more than one in one.

    `of_record`: offers won and offers with a result, where no chance was stated.
    """

    chance: Chance | None
    of_record: tuple[int, int] | None

    @property
    def words(self) -> str:
        """ "62 %"; never 0 % nor 100 % of what may happen or not."""
        if self.chance is None:
            return french.UNKNOWN
        share = self.chance.of_above
        if share < Fraction(1, 100):
            return f"moins de {french.percent(Decimal('0.01'), 0)}"
        if Fraction(99, 100) < share < 1:
            return f"plus de {french.percent(Decimal('0.99'), 0)}"
        return french.percent(Decimal(round(share * 100)) / 100, 0)


class Radar:
    """What the pages of the ceiling of one chantier say; a fixed number of queries.

    `asked` is the first month of the year asked for, else that which needs most care is shown.
    """

    def __init__(
        self, viewer: Viewer, structure: Structure, chantier: Chantier, asked: str = ""
    ) -> None:
        self.on = viewer.on
        self.is_own = viewer.directs(structure)
        self.chantier = chantier
        self.asked = asked
        # All that the page says is computed from these two reads.
        self._years = list(access.accounts_shown_to(viewer, structure))
        rows = Commitment.objects.filter(chantier__structure=structure)
        self._rows = rows.read_for(chantier).promises()
        self._added = [row for row in self._rows if row.is_running and not row.is_in_budget]
        self.running = [row for row in self._added if row.chantier_id == chantier.pk]
        self.mine = headroom.positions(
            [year for year in self._years if year.chantier_id == chantier.pk], self.running, self.on
        )

    @cached_property
    def record(self) -> tuple[int, int]:
        """Offers that the structure won, and those that have a result."""
        return results_of(self._rows)

    # --- Years ---------------------------------------------------------------------------------

    @cached_property
    def shown(self) -> Position | None:
        """The year this page answers, with all that may weigh on it."""
        asked = [each for each in self.mine if str(each.year.first_month) == self.asked]
        return needs_most_care(asked) or needs_most_care(self.mine)

    @property
    def year(self) -> AccountingYear | None:
        return self.shown.year if self.shown else None

    @property
    def query(self) -> dict[str, int]:
        """What an address says to be about the same year of the same chantier."""
        year = {} if self.year is None else {"exercice": self.year.first_month}
        return {"chantier": self.chantier.pk, **year}

    @cached_property
    def others(self) -> list[tuple[AccountingYear, tuple[str, str]]]:
        """The years that are not shown, with the state that their own page answers."""
        return [
            (each.year, state_of(each))
            for each in self.mine
            if each is not self.shown and not each.year.has_ended(self.on)
        ]

    @cached_property
    def missing(self) -> list[tuple[str, int]]:
        """Years in course or to come without accounts, and the cents that contracts bring there."""
        now = month_number(self.on)
        known = [(each.year.first_month, each.year.months) for each in self.mine]
        covered = {month for first, length in known for month in range(first, first + length)}
        starts = known[-1][0] % 12 if known else 0
        cents: dict[int, int] = {}
        if now not in covered:
            cents[(now - starts) // 12] = 0
        for each in self.running:
            spanned = range(max(now, each.first_month), each.first_month + each.months)
            span = [(month, 1) for month in spanned if month not in covered]
            spread = ceiling.spread_by_accounting_year(
                each.receipts_cents,
                first_month=each.first_month,
                months=each.months,
                accounting_years=span,
            )
            for (month, _), part in zip(span, spread.by_year_cents, strict=True):
                index = (month - starts) // 12
                cents[index] = cents.get(index, 0) + part
        return [
            (str(index) if not starts else f"{index}-{index + 1}", found)
            for index, found in sorted(cents.items())
        ]

    # --- Bids ----------------------------------------------------------------------------------

    @cached_property
    def bids(self) -> list[Part]:
        """The bids without a result that weigh on the year shown, largest first."""
        if self.shown is None:
            return []
        return sorted(self.shown.bids, key=lambda part: (-part.receipts_cents, part.commitment.pk))

    def chance_of(self, part: Part) -> Fraction | None:
        """As it was stated, else as the structure's own offers went; None where neither says."""
        stated = part.commitment.chance_percent
        if stated is not None:
            return Fraction(stated, 100)
        won, results = self.record
        return Fraction(won, results) if results >= ENOUGH_RESULTS else None

    def chance_words(self, part: Part) -> str:
        """ "6 chances sur 10", "3 offres gagnées sur 7", "chance inconnue"."""
        stated = part.commitment.chance_percent
        if stated is not None:
            share, whole = (stated // 10, 10) if stated % 10 == 0 else (stated, 100)
            return f"{french.count(share, 'chance')} sur {whole}"
        if self.chance_of(part) is None:
            return "chance inconnue"
        won, results = self.record
        return f"{french.count(won, 'offre gagnée', 'offres gagnées')} sur {results}"

    def if_won(self, part: Part) -> Position:
        """The year shown with all that can be won together with this part: of its lot, it alone."""
        assert self.shown is not None
        lot = part.commitment.lot
        others = [each for each in all_won(self.shown) if not lot or each.commitment.lot != lot]
        return _with(self.shown, [*others, part])

    def likely(self, position: Position) -> list[Part]:
        """Those that are won rather than not."""
        half, none = Fraction(1, 2), Fraction(0)
        found = [part for part in position.bids if (self.chance_of(part) or none) > half]
        return _one_a_lot(found, lambda part: self.chance_of(part) or none)

    # --- Cases ---------------------------------------------------------------------------------

    @cached_property
    def cases(self) -> list[Case]:
        """The year shown with what is signed, with the likely bids, with all; none twice."""
        if self.shown is None:
            return []
        sets = [("Ce qui est signé", list[Part]())]
        everything, likely = all_won(self.shown), self.likely(self.shown)
        if likely and _ids(likely) != _ids(everything):
            title = f"Avec {_sum(likely, 'offres probables')}"
            sets.append((self._titled(likely, "") if len(likely) == 1 else title, likely))
        if everything:
            more = [part for part in everything if id(part) not in _ids(likely)]
            follows = len(sets) == 2 and len(more) == 1 == len(everything) - len(likely)
            title = f"Avec {_sum(everything, 'offres')}"
            if follows or len(everything) == 1:
                title = self._titled(more or everything, " aussi" if follows else "")
            sets.append((title, everything))
        found = [(title, _with(self.shown, won)) for title, won in sets]
        signed_rate = found[0][1].rate
        top = max(chain.from_iterable((each.rate or 0, each.cap) for _, each in found))
        return [
            Case(title, each, signed_rate, Decimal(top), each is found[0][1], self.is_own)
            for title, each in found
        ]

    def _titled(self, parts: Sequence[Part], follows: str) -> str:
        (part,) = parts
        if not self.is_own:
            # The bids of a structure are its own: others read their number and their effect.
            return f"Avec une {'autre offre' if follows else 'offre'}"
        label = f"«\u00a0{french.cut(part.commitment.label, 30)}\u00a0»"
        amount = french.euros(part.receipts_cents, rounded=True)
        return f"Avec {label}{follows}\u00a0: {amount}, {self.chance_words(part)}"

    @cached_property
    def risk(self) -> Risk | None:
        """The chance to end above, where each bid has one and none is needed to be there."""
        if self.shown is None or not self._is_at_risk:
            return None
        if not self.is_own and len(self.bids) == 1:
            # It would tell the chance of that bid.
            return None
        bids = []
        for part in self.bids:
            chance = self.chance_of(part)
            if chance is None:
                return None
            takes = self.shown.takes_cents(part)
            bids.append(Bid(takes, chance, part.commitment.lot))
        found = chance_of_above(
            self.shown.signed.room_cents,
            bids,
            is_inclusive=self.cases[0].position.counts_derogation,
        )
        stated = [part for part in self.bids if part.commitment.chance_percent is not None]
        return Risk(found, None if stated else self.record)

    @property
    def without_chance(self) -> int:
        """How many bids keep the risk unknown; told to who can state their chance."""
        if not (self.is_own and self._is_at_risk):
            return 0
        return sum(self.chance_of(part) is None for part in self.bids)

    @property
    def _is_at_risk(self) -> bool:
        """Whether bids, and they alone, may take the year shown above."""
        if not self.bids or self.cases[0].position.rate is None:
            return False
        return self.cases[-1].position.is_above and not self.cases[0].position.is_above

    @property
    def is_above(self) -> bool:
        """Whether the year shown is above in one of its cases."""
        return any(case.position.is_above for case in self.cases)

    @property
    def cap(self) -> Decimal:
        return self.cases[0].position.cap

    @property
    def highest_cap(self) -> Decimal:
        """What a derogation may give at most."""
        return parameters.rate("ceiling.derogation_max_rate", on=self.on)

    # --- Words ---------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The answer of the page."""
        if self.shown is None or self._is_blind:
            names = french.series([name for name, _ in self.missing])
            return f"Il manque {'vos comptes' if self.is_own else 'ses comptes'} de {names}"
        name, first = self.shown.year.name, self.cases[0].position
        if first.rate is None:
            return f"Sans charges, le plafond de {name} ne se calcule pas"
        if first.is_above:
            verb = "a fini" if self.shown.year.basis == AccountingYear.Basis.CLOSED else "finirait"
            return f"{name} {verb} au-dessus du plafond"
        above = next((case for case in self.cases if case.position.is_above), None)
        if above is not None:
            won = len(above.position.parts) - len(first.parts)
            likely = " probables" if above is not self.cases[-1] and won > 1 else ""
            which = (
                f"Les {french.in_letters(won)} offres{likely} gagnées"
                if won > 1
                else "L’offre gagnée"
            )
            return f"{which}, {name} finirait au-dessus"
        amount = french.euros(first.headroom_cents)
        return f"{_may_sell(self.is_own)} {amount} {first.when}"

    @property
    def bid_rows(self) -> list[tuple[str, int, str]]:
        """(contract, cents in this year, chance) of each bid, largest first."""
        return [
            (part.commitment.label, part.receipts_cents, self.chance_words(part))
            for part in self.bids
        ]

    @property
    def notes(self) -> list[str]:
        """Why another year is shown than was asked, and what is to be known of its derogation."""
        if self.shown is None:
            return []
        year, line = self.shown.year, self.cases[0].position
        found = []
        if self.asked.isdecimal() and len(self.asked) < 6 and not year.covers(int(self.asked)):
            other = AccountingYear(first_month=int(self.asked), months=12)
            is_over = other.first_month + other.months <= month_number(self.on)
            why = "est terminé" if is_over else "n’a pas de comptes"
            found.append(f"L’exercice {other.name} {why}\u00a0: cette page montre {year.name}.")
        if year.derogation_ends_early:
            ends = french.day(year.derogation_ends_on, self.on)
            found.append(
                f"La dérogation {year.derogation_reference} finit avant la fin de l’exercice, "
                f"le {ends}. Cordée compte le plafond ordinaire."
            )
        if line.derogation_problem:
            found.append(line.derogation_problem)
        return found

    @property
    def _is_blind(self) -> bool:
        """Whether no year is asked for, and a contract falls whole in years without accounts, or
        today does."""
        if self.asked or not self.missing:
            return False
        now = month_number(self.on)
        return not self._is_known(now, 1) or any(
            each.first_month + each.months > now
            and not self._is_known(each.first_month, each.months)
            for each in self.running
        )

    def _is_known(self, first_month: int, months: int) -> bool:
        """Whether one of these months falls in a year with accounts."""
        years = [each.year for each in self.mine]
        return any(
            first_month < year.first_month + year.months and year.first_month < first_month + months
            for year in years
        )

    @cached_property
    def carrier(self) -> Decimal | None:
        """The ratio of all chantiers together in the same months (RULE-12), for information."""
        if self.shown is None:
            return None
        span = self.shown.year.first_month, self.shown.year.months
        same = [year for year in self._years if (year.first_month, year.months) == span]
        signed = [row for row in self._added if row.state == Commitment.State.SIGNED]
        found = headroom.positions(same, signed, self.on) if len(same) > 1 else []
        if len(found) < 2:
            return None
        return ceiling.carrier_ratio([(each.receipts_cents, each.charges_cents) for each in found])


def all_won(position: Position) -> list[Part]:
    """All that can be won together in a year: of each lot, what weighs most."""
    return _one_a_lot(position.bids, position.takes_cents)


def _hoped(position: Position) -> Position:
    """The year with all that can be won."""
    return _with(position, all_won(position))


def state_of(position: Position) -> tuple[str, str]:
    """(sort of state, its words) of a year with its bids, as `Position.state` says it of one."""
    if not position.signed.is_above and _hoped(position).is_above:
        return "vigilance", "Au-dessus avec les offres"
    return position.signed.state


def needs_most_care(positions: Sequence[Position]) -> Position | None:
    """The first year that is above, else that bids may take there, else the first; not ended."""
    running = [each for each in positions if not each.year.has_ended(each.on)]
    above = (each for each in running if each.signed.is_above)
    hoped = (each for each in running if _hoped(each).is_above)
    return next(chain(above, hoped, running), None)


def _with(position: Position, won: Sequence[Part]) -> Position:
    """The year with what is signed and these bids."""
    kept = _ids(won)
    parts = (part for part in position.parts if part.is_signed or id(part) in kept)
    return replace(position, parts=tuple(parts))


def _ids(parts: Iterable[Part]) -> set[int]:
    return set(map(id, parts))


def _one_a_lot(parts: Iterable[Part], weight: Callable[[Part], Fraction]) -> list[Part]:
    """The heaviest of each lot; a bid without a lot has no rival."""
    best: dict[object, Part] = {}
    for part in parts:
        lot = part.commitment.lot or id(part)
        if lot not in best or weight(part) > weight(best[lot]):
            best[lot] = part
    return list(best.values())


def _sum(parts: Sequence[Part], word: str) -> str:
    total = sum(part.receipts_cents for part in parts)
    return f"les {french.in_letters(len(parts))} {word}\u00a0: {french.euros(total, rounded=True)}"


def _may_sell(is_own: bool) -> str:
    return f"{'Vous pouvez' if is_own else 'Elle peut'} encore vendre"
