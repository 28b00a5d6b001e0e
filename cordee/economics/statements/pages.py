"""« Mes comptes »: what stands of each year, and who said what, when, in place of what."""

from collections.abc import Sequence
from datetime import date

from cordee.base.ui import french, months
from cordee.economics import headroom
from cordee.economics.models import AccountingYear, YearStatement
from cordee.economics.models.statements import ENGINE_BASES, before_last
from cordee.members.models import Chantier
from cordee.rules import accounts, ceiling
from cordee.rules.ceiling import CeilingStatus
from cordee.rules.months import last_day


class StatedYear:
    """One year, of all that was said of it: what stands on each basis, the strongest first; its
    history, the last first.

    `standing`: (statement, its basis in words). `history`: the same, with each line that it changed
    in words. `strongest`: what the engine reads; None where nothing but what was booked so far is
    known.
    """

    def __init__(self, statements: Sequence[YearStatement]) -> None:
        last = {each.basis: each for each in statements}
        order = [*ENGINE_BASES, YearStatement.Basis.TO_DATE]
        stands = [last[basis] for basis in order if basis in last and not last[basis].is_withdrawn]
        self.strongest = next((each for each in stands if each.basis in ENGINE_BASES), None)
        named = self.strongest or statements[-1]
        self.name, self.first_month = named.name, named.first_month
        self.standing = [(each, basis_of(each)) for each in stands]
        # Those that something else stood before: what there is to go back to.
        self.undoable = []
        for each in stands:
            again = before_last(other for other in statements if other.basis == each.basis)
            if again is not None and not again.is_withdrawn:
                self.undoable.append(each)
        before: dict[str, YearStatement] = {}
        self.history: list[tuple[YearStatement, str, list[str]]] = []
        for each in statements:
            self.history.insert(0, (each, basis_of(each), changes(before.get(each.basis), each)))
            before[each.basis] = each


def stated_years(chantier: Chantier) -> list[StatedYear]:
    """Every year that something was said of, the last first. One query."""
    by_year: dict[int, list[YearStatement]] = {}
    for each in chantier.statements.select_related("stated_by").order_by("pk"):
        by_year.setdefault(each.first_month, []).append(each)
    return [StatedYear(by_year[month]) for month in sorted(by_year, reverse=True)]


def came_back(chantier: Chantier, on: date) -> list[AccountingYear]:
    """Ended years, of closed accounts, under the ceiling right after one above it, the last first.
    One query."""
    closed = chantier.accounting_years.filter(basis=AccountingYear.Basis.CLOSED)
    ended = {each.first_month + each.months: each for each in closed if each.has_ended(on)}
    found = []
    for year in ended.values():
        before = ended.get(year.first_month)
        back = (CeilingStatus.DEPASSEMENT, CeilingStatus.CONFORME)
        if before is not None and (_status_of(before), _status_of(year)) == back:
            found.append(year)
    return sorted(found, key=lambda year: -year.first_month)


def _status_of(year: AccountingYear) -> CeilingStatus:
    """As its accounts alone have it, under the rule of its last day."""
    return ceiling.status(
        year.receipts_cents,
        year.charges_cents,
        derogation=year.derogation_in_force(),
        on=last_day(year.first_month + year.months - 1),
    )


def basis_of(statement: YearStatement) -> str:
    """ "budget", "à ce jour, fin mars 2026"."""
    label = str(YearStatement.Basis(statement.basis).label)
    until = statement.until_month
    return label if until is None else f"{label}, fin {months.month(until)}"


def totals_of(statement: YearStatement) -> str:
    charges, receipts = (french.euros(cents) for cents in statement.figures)
    return f"{charges} de charges, {receipts} de recettes"


def changes(before: YearStatement | None, after: YearStatement) -> list[str]:
    """What a statement changed in the one before, line by line; all of it where there is none."""
    if after.is_withdrawn:
        return ["chiffres retirés"]
    old = {} if before is None or before.is_withdrawn else before.amounts
    found = []
    for key, post in accounts.posts().items():
        was, now = old.get(key), after.amounts.get(key)
        if was == now:
            continue
        if was is None:
            found.append(f"{post.label}\u00a0: {french.euros(now)}")
        elif now is None:
            found.append(f"{post.label}\u00a0: {french.euros(was)} retirés")
        else:
            found.append(f"{post.label}\u00a0: {french.euros(was)} → {french.euros(now)}")
    known = {} if before is None else before.choices
    for key, choice in after.choices.items():
        if known.get(key) != choice:
            counts = "compte" if choice["counts"] else "ne compte pas"
            found.append(f"{accounts.posts()[key].label}\u00a0: {counts} ({choice['why']})")
    if not found and (before is None or before.is_withdrawn):
        found = [totals_of(after)]
    return found or ["rien que la durée ou le mois"]


def answer_of(chantier: Chantier, first_month: int, on: date, basis: str) -> str:
    """What the figures of a year, just stated on a basis, amount to: one sentence or two."""
    years = AccountingYear.objects.filter(chantier=chantier, first_month=first_month)
    found = headroom.positions_by_chantier(years, on).get(chantier.pk)
    if not found:
        return "Ces chiffres n’entrent pas dans votre plafond\u00a0: il faut un budget de l’année."
    if basis == YearStatement.Basis.TO_DATE:
        return "Des chiffres à ce jour ne changent pas votre plafond."
    (position,) = found
    year = position.year
    said = {
        CeilingStatus.CONFORME: (
            f"Vous pouvez encore vendre {french.euros(position.headroom_cents)} en {year.name}."
        ),
        CeilingStatus.DEPASSEMENT: (
            f"{year.name} finirait au-dessus du plafond\u00a0: à traiter avec la DDETS."
        ),
        CeilingStatus.NON_CALCULABLE: "Sans charges, le plafond ne se calcule pas.",
    }[position.status]
    return " ".join(filter(None, (said, position.derogation_problem)))
