"""How often the amount of a contract falls in the range that like contracts give (leave-one-out).

./go bench sizes               600 contracts of our trades, drawn with a seed
./go bench sizes --count 0     every contract of our trades

Real contracts of `../shared/data/decp`; skipped, saying so, where they are absent. Each contract is
guessed from the others without its twins (other sources), nor those that the same buyer signed the
same day or under the same title: a new need has none of these.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from math import exp, log
from pathlib import Path
from statistics import median

from benchmarks.report import quantile
from cordee.notices.notice import Notice
from cordee.notices.reading import read
from cordee.notices.sizes.comparables import Comparable, compare, is_sound
from cordee.notices.sizes.estimated import default_rules
from cordee.rules.trades import match_cpv

CONTRACTS = (
    Path(__file__).parents[1].parent / "shared" / "data" / "decp" / "contracts_2017_2019.jsonl.gz"
)
COUNT, SEED, DRAWS = 600, 20261125, 1_000
# Below three digits a code is too wide to name a trade.
SURE = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Known:
    """A contract whose amount is known, its trade, and what tells its twins."""

    contract: Comparable
    trade: str | None
    buyer: str

    def is_twin(self, other: "Known") -> bool:
        """Whether the other is this contract again, or another part of the same signature."""
        a, b = self.contract, other.contract
        if self.buyer and self.buyer == other.buyer:
            return a.date == b.date or a.title == b.title
        return (a.cpv, a.months, a.amount_cents) == (b.cpv, b.months, b.amount_cents)


@dataclass(frozen=True, slots=True)
class Guess:
    """Amounts in cents at 10, 20, 50, 80 and 90 %, and how they were found."""

    at: tuple[int, int, int, int, int]
    step: str


Method = Callable[[Known, list[Comparable]], Guess | None]


def run(arguments: Sequence[str] = ()) -> int:
    """Print coverage and error of each method; 0 also where the data are absent."""
    parser = argparse.ArgumentParser(prog="./go bench sizes")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(list(arguments))
    if not CONTRACTS.exists():
        print(f"skipped: no {CONTRACTS.name} in ../shared/data/decp")
        return 0
    known = _known()
    ours = [each for each in known if each.trade]
    rng = random.Random(asked.seed)
    drawn = rng.sample(ours, asked.count) if 0 < asked.count < len(ours) else ours
    print(f"{len(known)} sound contracts, {len(ours)} of our trades, {len(drawn)} guessed")
    print(
        f"{'method':<34}{'guessed':>8}{'in 20-80':>9}{'in 10-90':>9}"
        f"{'error':>7}{'95 % interval':>16}{'width':>7}"
    )
    methods: dict[str, Method] = {
        "like contracts (ours)": partial(_like, has_code=True),
        "like contracts, code not told": partial(_like, has_code=False),
        "baseline: CPV division, total": _division,
    }
    measured = {name: _measured(drawn, known, method) for name, method in methods.items()}
    for name, guesses in measured.items():
        _print(name, list(guesses.values()), rng)
    ours_alone, *_, baseline = measured.values()
    _print_nearer(ours_alone, baseline, rng)
    return 0


def _known() -> list[Known]:
    found, rules = [], default_rules()
    for notice in read(CONTRACTS):
        if not isinstance(notice, Notice) or not (notice.duration and notice.cpv.main):
            continue
        amount = (notice.awards[0].amount if notice.awards else None) or notice.amount
        if amount is None or not notice.duration.months:
            continue
        contract = Comparable(
            id=notice.id,
            cpv=notice.cpv.main,
            department=notice.places[0].department if notice.places else None,
            months=notice.duration.months,
            amount_cents=amount.cents,
            date=notice.awards[0].decided_on if notice.awards else notice.published_on,
            title=notice.title or "",
        )
        if is_sound(contract, rules):
            sure = [match for match in match_cpv(contract.cpv) if match.score >= SURE]
            buyer = (notice.buyer.siret or notice.buyer.name) if notice.buyer else ""
            found.append(Known(contract, sure[0].trade.slug if sure else None, buyer))
    return found


def _like(known: Known, others: list[Comparable], *, has_code: bool) -> Guess | None:
    found = compare(
        others,
        trade=known.trade or "",
        cpv=known.contract.cpv if has_code else None,
        department=known.contract.department,
        months=known.contract.months,
    )
    if found is None:
        return None
    shares = (Decimal("0.1"), Decimal("0.2"), Decimal("0.5"), Decimal("0.8"), Decimal("0.9"))
    months = known.contract.months
    ten, twenty, half, eighty, ninety = (found.monthly_cents(s) * months for s in shares)
    return Guess((ten, twenty, half, eighty, ninety), f"{found.digits} digits, {found.area}")


def _division(known: Known, others: list[Comparable]) -> Guess | None:
    alike = [o.amount_cents for o in others if o.cpv[:2] == known.contract.cpv[:2]]
    if len(alike) < default_rules().few_contracts:
        return None
    ten, twenty, half, eighty, ninety = (
        int(quantile(alike, share)) for share in (0.1, 0.2, 0.5, 0.8, 0.9)
    )
    return Guess((ten, twenty, half, eighty, ninety), "division")


def _measured(
    drawn: Sequence[Known], known: Sequence[Known], method: Method
) -> dict[str, tuple[int, Guess]]:
    """(true amount, guess) of each contract that the method guesses, by its id."""
    found = {}
    for each in drawn:
        others = [o.contract for o in known if o is not each and not each.is_twin(o)]
        guess = method(each, others)
        if guess is not None:
            found[each.contract.id] = (each.contract.amount_cents, guess)
    return found


def _error(true: int, guess: Guess) -> float:
    return abs(log(max(1, guess.at[2]) / true))


def _print_nearer(
    ours: Mapping[str, tuple[int, Guess]],
    baseline: Mapping[str, tuple[int, Guess]],
    rng: random.Random,
) -> None:
    """On how many contracts ours is nearer than the baseline, the same contracts drawn for both."""
    nearer = [_error(*ours[key]) < _error(*baseline[key]) for key in ours if key in baseline]
    draws = sorted(sum(rng.choices(nearer, k=len(nearer))) / len(nearer) for _ in range(DRAWS))
    low, high = draws[DRAWS // 40], draws[-DRAWS // 40]
    print(
        f"nearer than the baseline on {sum(nearer) / len(nearer):.0%} of {len(nearer)} contracts "
        f"(95 % interval: {low:.0%} to {high:.0%})"
    )


def _print(name: str, measured: Sequence[tuple[int, Guess]], rng: random.Random) -> None:
    errors = [_error(true, guess) for true, guess in measured]
    in_60 = sum(guess.at[1] <= true <= guess.at[3] for true, guess in measured)
    in_80 = sum(guess.at[0] <= true <= guess.at[4] for true, guess in measured)
    widths = [guess.at[3] / max(1, guess.at[1]) for _, guess in measured]
    draws = sorted(median(rng.choices(errors, k=len(errors))) for _ in range(DRAWS))
    low, high = exp(draws[DRAWS // 40]), exp(draws[-DRAWS // 40])
    print(
        f"{name:<34}{len(measured):>8}{in_60 / len(measured):>9.0%}{in_80 / len(measured):>9.0%}"
        f"{f'x{exp(median(errors)):.2f}':>7}{f'x{low:.2f} to x{high:.2f}':>16}"
        f"{f'x{median(widths):.1f}':>7}"
    )
    steps = Counter(guess.step for _, guess in measured).most_common(6)
    print("    " + "; ".join(f"{step}: {count}" for step, count in steps))
