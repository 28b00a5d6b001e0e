"""Invented chantiers: trades, crews, season, promises and accounts, spread as in the field."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from cordee.rules.crafts import TRADE as FINISHING
from cordee.rules.months import month_number
from demo.shapes import (
    AccountsSpec,
    ActivitySpec,
    BookingSpec,
    ChantierSpec,
    CrewSpec,
)
from demo.trades_mix import ACI_WEIGHTS, COMPANY_WEIGHTS, CRAFT_WEIGHTS, NEIGHBOURS_OF, SEASONS

# Out of 100 structures with one, two, three, four chantiers; then chantiers with 1 to 4 crews.
_CHANTIERS = {1: 58, 2: 28, 3: 11, 4: 3}
_CREWS = {1: 22, 2: 38, 3: 27, 4: 13}
_SUPPLY_KINDS = frozenset({"AI", "ETTI", "GEIQ"})

UNKNOWN_CAPACITY = 0.10
DECLARED_CAPACITY = 0.15
UNKNOWN_ACCOUNTS = 0.15
NO_LAST_BUDGET = 0.10
SCHOOL_YEAR = 0.12
GUESSED_TRADES = 0.08
UNKNOWN_TRADES = 0.03
UNKNOWN_CRAFTS = 0.25
MOST_CRAFTS = 3

# Reach stays below the distance kept free around the valley.
_REACHES_KM = (20, 25, 30, 30, 40, 40, 50, 50)
_EUROS = 100


@dataclass(frozen=True, slots=True)
class Size:
    """What a structure really is, whatever it told: places, FTE in insertion, crews."""

    places: int
    posts_cfte: int
    crews: int


def main_trade(chantiers: tuple[ChantierSpec, ...]) -> str:
    """The first trade that is told; green spaces for a name where none is."""
    trades = [activity.trade for chantier in chantiers for activity in chantier.activities]
    return trades[0] if trades else "espaces-verts"


class ChantierMaker:
    """Makes the chantiers of one structure after the other; `last_size` is that of the last."""

    def __init__(self, random: Random, today: date) -> None:
        self._random = random
        # Apart, so that what else is drawn of the world does not depend on it.
        self._of_crafts = Random("crafts")
        self._today = today
        self.last_size = Size(0, 0, 0)

    def of_structure(self, kind: str) -> tuple[ChantierSpec, ...]:
        """One to four chantiers; only an ACI has accounts, because only an ACI is capped."""
        count = self._draw(_CHANTIERS) if kind == "ACI" else 1
        is_trade_unknown = self._random.random() < UNKNOWN_TRADES
        is_guessed = self._random.random() < GUESSED_TRADES
        trades = self._main_trades(kind, count)
        made = []
        sizes = []
        for number, trade in enumerate(trades, start=1):
            crews = self._crews(kind, trade)
            sizes.append(crews)
            activities = () if is_trade_unknown else self._activities(kind, trade, is_guessed)
            label = f"Chantier {number}" if count > 1 else "Chantier"
            made.append(self._chantier(kind, label, trade, activities, crews))
        every = [crew for crews in sizes for crew in crews]
        self.last_size = Size(
            places=sum(crew.places for crew in every),
            posts_cfte=sum(crew.cfte for crew in every),
            crews=len(every),
        )
        return tuple(made)

    def _main_trades(self, kind: str, count: int) -> list[str]:
        weights = COMPANY_WEIGHTS if kind == "ENTREPRISE" else ACI_WEIGHTS
        found: list[str] = []
        while len(found) < count:
            trade = self._draw(weights)
            if trade not in found:
                found.append(trade)
        return found

    def _activities(self, kind: str, trade: str, is_guessed: bool) -> tuple[ActivitySpec, ...]:
        neighbours = [t for t in NEIGHBOURS_OF.get(trade, ()) if self._random.random() < 0.5]
        if kind in _SUPPLY_KINDS:
            neighbours = [t for t in ("proprete", "second-oeuvre-batiment") if t != trade]
        reach = self._random.choice(_REACHES_KM)
        main = ActivitySpec(
            trade=trade,
            proficiency=self._random.choice((1, 2, 2, 2, 3, 3)),
            reach_km=reach,
            is_guessed=is_guessed,
            crafts=self._crafts(trade, is_guessed),
        )
        others = (
            ActivitySpec(
                trade=other,
                proficiency=self._random.choice((0, 1, 1, 2)),
                reach_km=reach,
                is_guessed=is_guessed,
                crafts=self._crafts(other, is_guessed),
            )
            for other in neighbours
        )
        return (main, *others)

    def _crafts(self, trade: str, is_guessed: bool) -> tuple[str, ...]:
        if trade != FINISHING or is_guessed or self._of_crafts.random() < UNKNOWN_CRAFTS:
            return ()
        drawn = self._of_crafts.choices(
            list(CRAFT_WEIGHTS),
            list(CRAFT_WEIGHTS.values()),
            k=self._of_crafts.randint(1, MOST_CRAFTS),
        )
        return tuple(dict.fromkeys(drawn))

    def _crews(self, kind: str, trade: str) -> tuple[CrewSpec, ...]:
        count = self._draw(_CREWS)
        minutes = self._random.choice((24, 26, 26, 26, 28, 30)) * 60
        if kind not in ("ACI", "AI"):
            minutes = 35 * 60
        return tuple(
            CrewSpec(
                name=f"Équipe {number}",
                places=self._random.randint(7, 12),
                weekly_minutes=minutes,
                trades=(trade,) if count > 1 and number == 1 else (),
                has_vehicle=self._random.choice((True, True, True, False, None)),
            )
            for number in range(1, count + 1)
        )

    def _chantier(
        self,
        kind: str,
        label: str,
        trade: str,
        activities: tuple[ActivitySpec, ...],
        crews: tuple[CrewSpec, ...],
    ) -> ChantierSpec:
        total_cfte = sum(crew.cfte for crew in crews)
        drawn = self._random.random()
        is_unknown = drawn < UNKNOWN_CAPACITY or kind == "ENTREPRISE"
        is_declared = not is_unknown and drawn < UNKNOWN_CAPACITY + DECLARED_CAPACITY
        has_season = self._random.random() < 0.4
        bookings = self._bookings(total_cfte)
        accounts = self._accounts(total_cfte) if kind == "ACI" else ()
        return ChantierSpec(
            name=label,
            activities=activities,
            crews=() if is_unknown or is_declared else crews,
            declared_cfte=total_cfte if is_declared else None,
            percent_by_month=SEASONS.get(trade, ()) if has_season and not is_unknown else (),
            bookings=() if is_unknown else bookings,
            accounts=accounts,
            can_lead=self._random.choice((True, False, False, None)),
        )

    def _bookings(self, total_cfte: int) -> tuple[BookingSpec, ...]:
        now = month_number(self._today)
        # The steady part leaves room for the slack months of a season.
        steady = total_cfte * self._random.randint(25, 60) // 100
        extra = total_cfte * self._random.randint(5, 30) // 100
        starts, lasts = self._random.randint(0, 9), self._random.randint(3, 9)
        return (
            BookingSpec(first_month=now, months=48, cfte=steady, reason="Chantiers en cours"),
            BookingSpec(
                first_month=now + starts, months=lasts, cfte=extra, reason="Contrat déjà promis"
            ),
        )

    def _accounts(self, total_cfte: int) -> tuple[AccountsSpec, ...]:
        is_unknown = self._random.random() < UNKNOWN_ACCOUNTS
        is_short = self._random.random() < NO_LAST_BUDGET
        opens_in_september = self._random.random() < SCHOOL_YEAR
        charges = total_cfte * self._random.randint(290, 380)
        rate_permille, derogation = self._rate()
        if is_unknown:
            return ()
        first = self._today.year * 12
        if opens_in_september:
            first += 8 if self._today.month >= 9 else -4
        return tuple(
            AccountsSpec(
                first_month=first + 12 * year,
                charges_cents=_hundreds(charges * (100 + 2 * year) // 100),
                receipts_cents=_hundreds(charges * (100 + 2 * year) // 100 * rate_permille // 1000),
                basis="budget" if year else "forecast",
                derogation=derogation,
                derogation_reference="Arrêté préfectoral (fictif)" if derogation else "",
                derogation_ends_on=date(self._today.year + 2, 12, 31) if derogation else None,
            )
            for year in range(2 if is_short else 3)
        )

    def _rate(self) -> tuple[int, Decimal | None]:
        """Receipts per thousand of charges, and a derogation for the few above the ceiling."""
        drawn = self._random.random()
        if drawn < 0.58:
            return self._random.randint(30, 149), None
        if drawn < 0.78:
            return self._random.randint(150, 199), None
        if drawn < 0.94:
            return self._random.randint(200, 297), None
        rate = self._random.randint(300, 460)
        return rate, Decimal(self._random.choice(("0.40", "0.45", "0.50")))

    def _draw[T](self, weights: dict[T, int]) -> T:
        return self._random.choices(list(weights), weights=list(weights.values()))[0]


def _hundreds(euros: int) -> int:
    """Whole hundreds of euros, in cents: a budget is never nearer."""
    return euros // 100 * 100 * _EUROS
