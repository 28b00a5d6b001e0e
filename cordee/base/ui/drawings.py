"""Geometry of our drawings: numbers in, positions as text out. Colour is for the style sheet.

Templates must not print floats themselves: Django would write them with a decimal comma.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from typing import Literal

from cordee.base.ui import french

Certainty = Literal["known", "guessed", "unknown"]


def pos(value: float | Decimal) -> str:
    """A coordinate as SVG reads it."""
    return f"{float(value):.1f}".removesuffix(".0")


# --- Terms of a score -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScoreTerm:
    """One named term. What is unknown counts zero and leaves the maximum."""

    label: str
    points: int | Decimal | None
    maximum: int | Decimal
    certainty: Certainty = "known"

    def __post_init__(self) -> None:
        if (self.points is None) != (self.certainty == "unknown"):
            raise ValueError(f"{self.label}: points are None exactly when the term is unknown.")
        if self.points is not None and not 0 <= self.points <= self.maximum:
            raise ValueError(f"{self.label}: {self.points} points do not fit in {self.maximum}.")

    @property
    def width(self) -> str:
        if self.points is None or not self.maximum:
            return "0"
        return pos(200 * Decimal(self.points) / Decimal(self.maximum))

    @property
    def is_guessed(self) -> bool:
        return self.certainty == "guessed"

    @property
    def is_unknown(self) -> bool:
        return self.certainty == "unknown"


def total_of(terms: Sequence[ScoreTerm]) -> tuple[Decimal, Decimal]:
    """Points and maximum, over the terms that are not unknown."""
    known = [term for term in terms if term.points is not None]
    points = sum((Decimal(term.points or 0) for term in known), Decimal(0))
    return points, sum((Decimal(term.maximum) for term in known), Decimal(0))


# --- Rope of distances ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Knot:
    """One package on the rope: its short name and how far its holder travels."""

    text: str
    distance_km: float


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    text: str


@dataclass(frozen=True, slots=True)
class Rope:
    knots: list[Mark]
    ticks: list[Mark]
    end_x: str
    label: str


ROPE_LEFT, ROPE_RIGHT, KNOT_WIDTH = 10.0, 324.0, 18.0


def rope(knots: Sequence[Knot], scale_km: int = 35) -> Rope:
    """Knots on a 0 to `scale_km` line, pushed apart where they would hide one another.

    Give both teams the same scale: a rope is read beside another.
    """
    if not knots:
        raise ValueError("knots: a rope has at least one knot.")
    farthest = max(knot.distance_km for knot in knots)
    if farthest > scale_km:
        # The next ten: a scale that ends on a round figure can be read.
        scale_km = int(-(-farthest // 10) * 10)
    per_km = (ROPE_RIGHT - ROPE_LEFT) / scale_km
    ordered = sorted(knots, key=lambda knot: (knot.distance_km, knot.text))
    xs: list[float] = []
    for knot in ordered:
        x = ROPE_LEFT + knot.distance_km * per_km
        # From left to right each knot is pushed clear of the one before…
        xs.append(max(x, xs[-1] + KNOT_WIDTH) if xs else x)
    overflow = xs[-1] - (ROPE_RIGHT + 8)
    for i in range(len(xs) - 1, -1, -1):
        # … then, where the last one fell off, all are pushed back from the right.
        limit = xs[i] - overflow if i == len(xs) - 1 else xs[i + 1] - KNOT_WIDTH
        if overflow > 0:
            xs[i] = min(xs[i], limit)
    step = 10 if scale_km <= 50 else 50 if scale_km <= 250 else 200
    ticks = [
        Mark(pos(ROPE_LEFT + d * per_km), french.km(d) if d else "0")
        for d in range(0, scale_km + 1, step)
        if ROPE_LEFT + d * per_km <= ROPE_RIGHT - 14  # the words of the last one would be cut
    ]
    listed = " ; ".join(f"{knot.text} {french.km(knot.distance_km)}" for knot in ordered)
    marks = [Mark(pos(x), knot.text) for x, knot in zip(xs, ordered, strict=True)]
    return Rope(marks, ticks, pos(xs[-1]), f"Trajets : {listed}.")


# --- Gauge ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gauge:
    """Rates between 0 and 1. The bar is today, the diamond the forecast with its whiskers.

    `today_label` names the bar where it is no fact of today: a budget, closed accounts. `hoped`
    ends a hatched part after the bar. `top` is the highest rate drawn beside, so that gauges in a
    row have one scale; `is_narrow` is for such a row.
    """

    today: Decimal | None
    ceiling: Decimal
    watch: Decimal
    forecast: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    today_label: str = "aujourd’hui"
    ceiling_label: str = "plafond"
    forecast_label: str = "clôture prévue"
    hoped: Decimal | None = None
    top: Decimal | None = None
    is_narrow: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.watch <= self.ceiling:
            raise ValueError("watch: vigilance starts above zero and not above the ceiling.")
        if self.forecast is None and (self.low is not None or self.high is not None):
            raise ValueError("forecast: whiskers need the forecast they surround.")
        if (self.low is None) != (self.high is None):
            raise ValueError("low, high: give both whiskers or none.")

    @property
    def maximum(self) -> Decimal:
        """The end of the scale: a third above the ceiling, or above the highest value."""
        values = (self.today, self.forecast, self.high, self.hoped, self.top)
        top = max([self.ceiling, *(v for v in values if v is not None)])
        # Up to the next twentieth: 5 % is a figure that stands well at the end of a scale.
        return Decimal(int(top * Decimal("1.30") * 20) + 1) / 20

    @property
    def _left(self) -> float:
        return 6.0 if self.is_narrow else 10.0

    @property
    def _width(self) -> float:
        return 288.0 if self.is_narrow else 620.0

    def _x(self, rate: Decimal) -> float:
        return self._left + self._width * float(rate / self.maximum)

    @property
    def today_fits_inside(self) -> bool:
        return self.today is not None and self._x(self.today) > 240

    @property
    def at(self) -> dict[str, str]:
        """Where each thing stands, and how wide it is."""
        watch, ceiling = self._x(self.watch), self._x(self.ceiling)
        today = self._x(self.today or Decimal(0))
        forecast = self._x(self.forecast or Decimal(0))
        hoped = today if self.hoped is None else self._x(self.hoped)
        return {
            "watch": pos(watch),
            "watch_width": pos(ceiling - watch),
            "ceiling": pos(ceiling),
            "over_width": pos(self._left + self._width - ceiling),
            "today_width": pos(today - self._left),
            "today_text": pos(today - 8 if self.today_fits_inside else today + 8),
            "hoped": pos(today),
            "hoped_width": pos(max(0.0, hoped - today)),
            "forecast": pos(forecast),
            # Its words are centred: nearer to an edge they would be cut.
            "forecast_text": pos(min(max(forecast, 150), 490)),
            "diamond": f"M{pos(forecast - 7)} 53l7-7 7 7-7 7z",
        }

    @property
    def whiskers(self) -> str:
        if self.low is None or self.high is None:
            return ""
        low, high = pos(self._x(self.low)), pos(self._x(self.high))
        return f"M{low} 53H{high}M{low} 47v12M{high} 47v12"

    @property
    def label(self) -> str:
        top = french.percent(self.maximum, 0)
        parts = [f"Jauge de 0 à {top}."]
        parts.append(f"{self.today_label.capitalize()} {french.percent(self.today)}.")
        if self.hoped is not None:
            parts.append(f"Avec les offres {french.percent(self.hoped)}.")
        if self.forecast is not None:
            text = f"{self.forecast_label.capitalize()} {french.percent(self.forecast)}"
            if self.low is not None and self.high is not None:
                text += f", entre {french.percent(self.low)} et {french.percent(self.high)}"
            parts.append(text + ".")
        parts.append(f"Vigilance dès {_short(self.watch)}.")
        parts.append(f"{self.ceiling_label.capitalize()} à {_short(self.ceiling)}.")
        return " ".join(parts)

    @property
    def ceiling_words(self) -> str:
        return _short(self.ceiling)

    @property
    def ceiling_text(self) -> str:
        return f"{self.ceiling_label} {_short(self.ceiling)}"

    @property
    def today_text(self) -> str:
        return f"{self.today_label} {french.percent(self.today)}"


# --- Month by month ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tick:
    """A word of an axis; `is_minor` ones are left out on a phone."""

    at: str
    text: str
    is_minor: bool = False


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A rate month by month, 0 to 1: solid what is signed, dashed with what is only bid.

    `months` are their short names; `hoped` is empty where nothing is bid.
    """

    months: Sequence[str]
    signed: Sequence[Decimal]
    hoped: Sequence[Decimal]
    ceiling: Decimal
    watch: Decimal

    LEFT, RIGHT, TOP, BOTTOM = 64.0, 528.0, 28.0, 220.0

    def __post_init__(self) -> None:
        if not self.months or len(self.signed) != len(self.months):
            raise ValueError("signed: one rate a month, and at least one month.")
        if self.hoped and len(self.hoped) != len(self.months):
            raise ValueError("hoped: one rate a month, or none.")

    @property
    def _scale(self) -> tuple[Decimal, Decimal]:
        """Both ends: twentieths that hold every rate and the ceiling."""
        rates = [*self.signed, *self.hoped, self.ceiling]
        low, high = min(*rates, self.watch), max(rates)
        bottom = max(0, int(low * 20) - 1)
        return Decimal(bottom) / 20, Decimal(int(high * 20) + 1) / 20

    def _x(self, index: int) -> float:
        steps = max(1, len(self.months) - 1)
        return self.LEFT + (self.RIGHT - self.LEFT) * index / steps

    def _y(self, rate: Decimal) -> float:
        bottom, top = self._scale
        share = float((rate - bottom) / (top - bottom))
        return self.BOTTOM - (self.BOTTOM - self.TOP) * share

    def _path(self, rates: Sequence[Decimal]) -> str:
        points = [f"{pos(self._x(i))} {pos(self._y(rate))}" for i, rate in enumerate(rates)]
        return "M" + "L".join(points)

    @property
    def at(self) -> dict[str, str]:
        """Where the lines go, where they end, and where the ceiling stands."""
        ceiling = self._y(self.ceiling)
        return {
            "signed": self._path(self.signed),
            "signed_y": pos(self._y(self.signed[-1])),
            "hoped": self._path(self.hoped),
            "hoped_y": pos(self._y(self.hoped[-1])) if self.hoped else "",
            "end": pos(self._x(len(self.months) - 1)),
            "ceiling": pos(ceiling),
            "ceiling_text": pos(ceiling - 7),
            "watch_height": pos(self._y(self.watch) - ceiling),
        }

    @property
    def signed_end(self) -> Mark:
        """Where the solid line ends and its rate; below the other where both would meet."""
        y = self._y(self.signed[-1])
        if self.hoped:
            y = max(y, self._y(self.hoped[-1]) + 24)
        return Mark(pos(y + 5), self._words(self.signed[-1]))

    @property
    def hoped_end(self) -> Mark | None:
        if not self.hoped:
            return None
        return Mark(pos(self._y(self.hoped[-1]) + 5), self._words(self.hoped[-1]))

    def _words(self, rate: Decimal) -> str:
        return french.percent(rate)

    @property
    def ceiling_text(self) -> str:
        return f"plafond {_short(self.ceiling)}"

    @property
    def watch_height(self) -> str:
        return pos(self._y(self.watch) - self._y(self.ceiling))

    @property
    def rates(self) -> list[Tick]:
        bottom, top = self._scale
        step = next(
            each for each in (1, 2, 4, 8, 20) if (top - bottom) * 20 <= 6 * each or each == 20
        )
        return [
            Tick(pos(self._y(Decimal(twentieth) / 20)), _short(Decimal(twentieth) / 20))
            for twentieth in range(int(bottom * 20), int(top * 20) + 1, step)
        ]

    @property
    def names(self) -> list[Tick]:
        # Words are larger on a phone: one in three stays.
        every = 1 if len(self.months) <= 13 else 3
        return [
            Tick(pos(self._x(i)), name, is_minor=bool(i % (3 * every)))
            for i, name in enumerate(self.months)
            if i % every == 0
        ]

    @property
    def label(self) -> str:
        first, last = french.percent(self.signed[0]), french.percent(self.signed[-1])
        text = f"Mois par mois. Signé\u00a0: {first} au début, {last} à la fin."
        if self.hoped:
            text += f" Avec les offres\u00a0: {french.percent(self.hoped[-1])} à la fin."
        return f"{text} Plafond à {_short(self.ceiling)}."


class CashLine(MonthLine):
    """The same line in thousands of euros: what a bank holds each month. The red line is zero."""

    @property
    def _step(self) -> int:
        """The least of 1, 2 and 5 × 10ⁿ thousands that cuts the scale in six at most."""
        amounts = [*self.signed, *self.hoped, self.ceiling]
        span = max(amounts) - min(amounts)
        steps = (factor * int(10**power) for power in range(3, 15) for factor in (1, 2, 5))
        return next(step for step in steps if span <= 5 * step)

    @property
    def _scale(self) -> tuple[Decimal, Decimal]:
        amounts = [*self.signed, *self.hoped, self.ceiling]
        bottom, top = floor(min(amounts) / self._step), ceil(max(amounts) / self._step)
        return Decimal(bottom * self._step), Decimal(max(top, bottom + 1) * self._step)

    @property
    def rates(self) -> list[Tick]:
        bottom, top = (int(end) for end in self._scale)
        amounts = [Decimal(each) for each in range(bottom, top + 1, self._step)]
        return [Tick(pos(self._y(each)), french.number(each / 1000)) for each in amounts]

    @property
    def ceiling_text(self) -> str:
        return ""

    @property
    def label(self) -> str:
        first, last = self._words(self.signed[0]), self._words(self.signed[-1])
        text = f"En milliers d’euros (k€). Sûr\u00a0: {first} au début, {last} à la fin."
        if self.hoped:
            text += f" Avec ce qui est promis\u00a0: {self._words(self.hoped[-1])} à la fin."
        return text

    def _words(self, rate: Decimal) -> str:
        return french.with_unit(french.number(rate / 1000, 0), "k€")


class HoursLine(CashLine):
    """Hours cumulated from 0, before the first month: `signed` are those done, and `hoped` goes on
    from the last of them to the end. The red line is what is due; 0 draws none."""

    def __post_init__(self) -> None:
        if not self.signed or len(self.signed) + len(self.hoped) - 1 != len(self.months):
            raise ValueError("signed, hoped: one count a month, and one that they share.")

    def _points(self, rates: Sequence[Decimal], first: int) -> list[tuple[str, str]]:
        return [(pos(self._x(first + i)), pos(self._y(rate))) for i, rate in enumerate(rates)]

    @property
    def done_points(self) -> list[tuple[str, str]]:
        return self._points(self.signed, 0)

    @property
    def expected_points(self) -> list[tuple[str, str]]:
        return self._points(self.hoped, len(self.signed) - 1)

    @property
    def _step(self) -> int:
        most = max([*self.hoped, self.ceiling])
        steps = (factor * int(10**power) for power in range(15) for factor in (1, 2, 5))
        return next(step for step in steps if most <= 4 * step)

    @property
    def rates(self) -> list[Tick]:
        amounts = [Decimal(each) for each in range(0, int(self._scale[1]) + 1, self._step)]
        return [Tick(pos(self._y(each)), french.number(each)) for each in amounts]

    @property
    def ceiling_text(self) -> str:
        return f"dues\u00a0: {self._words(self.ceiling)}" if self.ceiling else ""

    @property
    def label(self) -> str:
        done, end = self._words(self.signed[-1]), self._words(self.hoped[-1])
        return f"Heures cumulées. Faites\u00a0: {done}. Prévues à la fin\u00a0: {end}."

    def _words(self, rate: Decimal) -> str:
        return french.with_unit(french.number(rate, 0), "h")


def _short(rate: Decimal) -> str:
    """ "30 %", and "27,5 %" where the decimal counts."""
    hundredfold = rate * 100
    return french.percent(rate, 0 if hundredfold == int(hundredfold) else 1)
