"""The smallest changes that make an impossible contract possible, in French sentences.

What a structure lacks is what it needs less what it has: said only where the figure may be seen.
"""

from collections.abc import Iterable

from cordee.base.ui import french, months
from cordee.composing.problem.reader import Reader, percent_at_most
from cordee.engine.cure import Cure, CureKind, CurePart
from cordee.rules import crafts

SHOWN_PARTS = 3
USELESS = {
    CureKind.RADIUS: "Chercher plus loin ne suffirait pas.",
    CureKind.REACH: "Demander à des structures d’aller plus loin ne suffirait pas.",
    CureKind.PARTNERS: "Une ou deux structures de plus ne suffiraient pas.",
    CureKind.LATER_START: "Commencer plus tard ne suffirait pas.",
    CureKind.PEOPLE: "Plus d’équipes dans les structures ne suffiraient pas.",
    CureKind.HEADROOM: "Une dérogation au plafond ne suffirait pas.",
    CureKind.MEANS: "Plus d’équipes et une dérogation ne suffiraient pas.",
    CureKind.EI: "Une entreprise d’insertion de plus ne suffirait pas.",
    CureKind.SUBCONTRACTOR: "Une entreprise en sous-traitance ne suffirait pas.",
}


def way_out(cure: Cure, reader: Reader) -> str:
    """A cure in one sentence: what changes, and that a team then exists.

    `reader.problem` is the one that had no answer.
    """
    clause = condition(cure, reader)
    if cure.partners_more:
        more = french.in_letters(cure.partners_more)
        noun = "structure" if cure.partners_more == 1 else "structures"
        clause += f" et avec {more} {noun} de plus dans l’équipe"
    return f"{clause}, {_outcome(cure, reader, clause)}."


def _outcome(cure: Cure, reader: Reader, clause: str) -> str:
    plan = cure.result.plan
    assert plan is not None
    would = clause.startswith("Si ")
    if cure.result.solo:
        who = reader.organisations(plan.organisations)
        # Named just before, it is not named again.
        who = "elle" if who in clause else who
        return f"{who} {'pourrait' if would else 'peut'} tout tenir seule"
    size = french.in_letters(len(plan.partners))
    return f"une équipe de {size} {'existerait' if would else 'existe'}"


def condition(cure: Cure, reader: Reader) -> str:
    """What changes, as the beginning of a sentence."""
    before, after = reader.problem.params, cure.problem.params
    match cure.kind:
        case CureKind.RADIUS:
            was, now = french.km(before.max_distance_km), french.km(after.max_distance_km)
            return f"Avec un rayon de {now} au lieu de {was}"
        case CureKind.REACH:
            return f"Si {french.series([_farther(each, reader) for each in _largest(cure.parts)])}"
        case CureKind.PARTNERS:
            was, now = french.in_letters(before.max_partners), french.in_letters(after.max_partners)
            return f"Avec {now} structures au lieu de {was} au plus"
        case CureKind.LATER_START:
            return f"Si {_moved(cure, reader)} {_months_later(cure.amount)}"
        case CureKind.EI:
            return f"Avec une entreprise d’insertion de plus {_newcomer(cure, reader)}"
        case CureKind.SUBCONTRACTOR:
            return f"Avec une entreprise en sous-traitance {_newcomer(cure, reader)}"
    return f"Si {_means(cure.parts, reader)}"


def _largest(parts: tuple[CurePart, ...]) -> list[CurePart]:
    """The largest parts, in their order."""
    largest = sorted(parts, key=lambda each: -(each.cents + each.cfte + each.km))[:SHOWN_PARTS]
    return [each for each in parts if each in largest]


def _farther(part: CurePart, reader: Reader) -> str:
    return f"{reader.name(part.candidate)} allait {french.km(part.km)} plus loin"


def _moved(cure: Cure, reader: Reader) -> str:
    """ "« Le parc » commençait", or "les travaux commençaient" where all move."""
    before = {package.id: package.first_month for package in reader.problem.packages}
    moved = [p.id for p in cure.problem.packages if p.first_month != before[p.id]]
    if len(moved) == len(before) and len(moved) > 1:
        return "les travaux commençaient"
    labels = french.series([reader.label(each) for each in moved])
    return f"{labels} {'commençait' if len(moved) == 1 else 'commençaient'}"


def _months_later(how_many: int) -> str:
    return "un mois plus tard" if how_many == 1 else f"{french.in_letters(how_many)} mois plus tard"


def _newcomer(cure: Cure, reader: Reader) -> str:
    """ "(espaces verts, 1,2 ETP de juin à août 2027)", the figure where nothing is hidden."""
    if hides_accounts(reader):
        trades = sorted({crafts.in_sentence(each.trade) for each in cure.parts})
        return f"({french.series(trades)})"
    sizes: dict[str, list[str]] = {}
    for each in _largest(cure.parts):
        size = f"{french.fte(each.cfte)} {months.spans(each.months)}"
        sizes.setdefault(crafts.in_sentence(each.trade), []).append(size)
    told = [f"{trade}, {french.series(of_it)}" for trade, of_it in sizes.items()]
    return f"({' ; '.join(told)})"


def _means(parts: tuple[CurePart, ...], reader: Reader) -> str:
    """What structures would have besides; who may not be told of stays without a name."""
    seen = [each for each in parts if _is_seen(each, reader)]
    more: dict[str, list[str]] = {}
    for each in _largest(tuple(seen)):
        more.setdefault(reader.name(each.candidate), []).append(_more(each))
    texts = [f"{name} avait {french.series(parts)}" for name, parts in more.items()]
    hidden = [each for each in parts if not _is_seen(each, reader)]
    if any(each.cfte for each in hidden):
        texts.append("une structure avait plus d’équipes")
    if any(each.cents for each in hidden):
        texts.append("une structure avait une dérogation à son plafond")
    return french.series(texts)


def _more(part: CurePart) -> str:
    if part.cents:
        year = months.month(part.months[0])
        # A cent less than what suffices does not: whole euros above.
        more = french.euros(100 * -(-part.cents // 100), rounded=True)
        return f"{more} de plus sous son plafond sur l’exercice ouvert en {year}"
    return f"{french.fte(part.cfte)} de plus {months.spans(part.months)}"


def _is_seen(part: CurePart, reader: Reader) -> bool:
    if part.cents:
        return reader.sees_accounts(part.candidate)
    # How many people lack follows from what the ceilings of others let them take.
    return reader.sees_capacity(part.candidate) and not hides_accounts(reader)


def hides_accounts(reader: Reader) -> bool:
    """Whether a ceiling was counted that the reader may not see, in the trades that are asked."""
    trades = {package.trade for package in reader.problem.packages}
    return any(
        candidate.is_capped
        and any(year.headroom_cents is not None for year in candidate.accounting_years)
        and any(skill.trade in trades for skill in candidate.skills)
        and not reader.sees_accounts(candidate.id)
        for candidate in reader.problem.candidates
    )


def way_out_title(cure: Cure, reader: Reader) -> str:
    """A cure as what to do: "Aller jusqu’à 55 km au lieu de 40 km"."""
    before, after = reader.problem.params, cure.problem.params
    match cure.kind:
        case CureKind.RADIUS:
            was, now = french.km(before.max_distance_km), french.km(after.max_distance_km)
            return f"Aller jusqu’à {now} au lieu de {was}"
        case CureKind.REACH:
            return f"Aller {french.km(cure.amount)} plus loin"
        case CureKind.PARTNERS:
            more = french.in_letters(cure.amount)
            noun = "structure" if cure.amount == 1 else "structures"
            return f"Réunir {more} {noun} de plus"
        case CureKind.LATER_START:
            return f"Commencer {_months_later(cure.amount)}"
        case CureKind.PEOPLE | CureKind.HEADROOM | CureKind.MEANS:
            steps = []
            if any(each.cfte for each in cure.parts):
                steps.append("trouver des équipes de plus")
            if any(each.cents for each in cure.parts):
                steps.append("demander une dérogation au plafond")
            return _capital(french.series(steps))
        case CureKind.EI:
            return "Faire entrer une entreprise d’insertion"
        case CureKind.SUBCONTRACTOR:
            return "Sous-traiter une part à une entreprise"


def who_decides(cure: Cure, reader: Reader) -> str:
    """Who must say yes before the change is one."""
    match cure.kind:
        case CureKind.RADIUS | CureKind.REACH:
            return _capital(_names(cure.parts, reader))
        case CureKind.PARTNERS:
            return "Toutes les structures de l’équipe"
        case CureKind.LATER_START:
            return "L’acheteur"
        case CureKind.PEOPLE | CureKind.HEADROOM | CureKind.MEANS:
            people = tuple(each for each in cure.parts if each.cfte)
            deciders = [_names(people, reader)] if people else []
            if any(each.cents for each in cure.parts):
                deciders.append("la DDETS")
            return _capital(french.series(deciders))
        case CureKind.EI:
            return "Une entreprise d’insertion à trouver"
        case CureKind.SUBCONTRACTOR:
            return "Une entreprise à trouver et l’acheteur"


def _names(parts: Iterable[CurePart], reader: Reader) -> str:
    """Whose change it is; who may not be told of is "une structure"."""
    names: list[str] = []
    for each in parts:
        is_named = each.km or _is_seen(each, reader)
        name = reader.name(each.candidate) if is_named else "une structure"
        if name not in names:
            names.append(name)
    return french.series(names) if names else "une structure"


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def proof_of_way_out(cure: Cure) -> str:
    """How far it is proven that less would not do."""
    if cure.is_least:
        return "C’est le plus petit changement de cette sorte."
    gap = percent_at_most(cure.gap, 0)
    return f"Un changement plus petit de {gap} au plus suffirait peut-être."


def may_show_team(cure: Cure, reader: Reader) -> bool:
    """Whether the shares of its team tell nothing that its sentence leaves out."""
    if cure.kind in {CureKind.EI, CureKind.SUBCONTRACTOR}:
        return not hides_accounts(reader)
    return all(each.km or _is_seen(each, reader) for each in cure.parts)
