"""What is found beside an answer, as lines: reasons, limits, other teams, ways out."""

import textwrap
from collections.abc import Iterable, Sequence

from cordee.alliances.problem import choices, further, reasons, ways_out
from cordee.alliances.problem.further_json import wished
from cordee.alliances.problem.reader import Reader, listed
from cordee.alliances.problem.telling import Sight, Team
from cordee.base.ui import french

WIDTH = 100
HIDDEN_TEAM = "Équipe non montrée : ses parts diraient un chiffre non partagé avec vous."
CUT_SHORT_WORDS = {
    further.Sought.WISHES: "ce que coûte votre demande",
    further.Sought.EXPECTED: "les structures attendues",
    further.Sought.TEAMS: "d’autres équipes",
    further.Sought.LIMITS: "ce que rapporterait chaque limite un peu plus large",
    further.Sought.CURES: "d’autres changements possibles",
}


def further_lines(
    plan: further.Plan | None,
    greedy: further.Plan,
    found: further.Further,
    sight: Sight,
    *,
    in_team: Sequence[str],
    far: Sequence[str],
) -> list[str]:
    """Every part that has something to say, each under its title."""
    lines = [*_wished(found, sight)]
    if plan is not None:
        told = [plan, greedy, *found.plans]
        reader = further.reader_of(found.question, told, sight)
        lines += _why(found, reader)
        lines += _limits(found, reader)
        lines += _expected(found, reader, in_team, far)
        lines += _simple_method(found, reader)
        among = further.reader_of(found.question, [plan, *found.other_plans], sight)
        lines += _teams(found, among, is_solo=len(plan.organisations) == 1)
    lines += _ways_out(found, sight)
    if found.cut_short:
        what = listed([CUT_SHORT_WORDS[each] for each in found.cut_short])
        lines += ["", *_wrapped([f"Pas cherché jusqu’au bout : {what}."], 0, "")]
    return lines


def _block(title: str, lines: Iterable[str]) -> list[str]:
    told = list(lines)
    return ["", title, *told] if told else []


def _wrapped(texts: Sequence[str], indent: int, bullet: str) -> list[str]:
    """Sentences as one paragraph; a line of a terminal is not endless."""
    return textwrap.wrap(
        " ".join(texts),
        WIDTH,
        initial_indent=" " * indent + bullet,
        subsequent_indent=" " * (indent + len(bullet)),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _wished(found: further.Further, sight: Sight) -> list[str]:
    told = found.wished
    if told is None:
        return []
    plans = [each.plan for each in (told.before, told.after) if each.plan is not None]
    reader = further.reader_of(found.question, plans, sight)
    sentences = wished(found, reader)
    return _block("Ce que change votre demande", _wrapped(sentences, 2, "")) if sentences else []


def _why(found: further.Further, reader: Reader) -> list[str]:
    """One paragraph for each partner, in the order of the team."""
    lines: list[str] = []
    for why in further.partners_by_size(found):
        told = reasons.why_partner(why, reader) or _rank(why, reader)
        lines += _wrapped([f"{reader.organisation(why.organisation)} :", *told], 2, "- ")
    return _block("Pourquoi ces structures", lines)


def _rank(why: further.WhyPartner, reader: Reader) -> list[str]:
    """How it ranks for its largest share, where nothing shows that it is needed."""
    share, ranked = max(why.shares, key=lambda held: held[0].cents)
    points = f"{ranked.points} / {ranked.out_of} pour {reader.label(share.package)}"
    return [f"{points}. Aucun remplacement simple n’a été trouvé."]


def _limits(found: further.Further, reader: Reader) -> list[str]:
    """Nothing where no limit may be seen: that one binds would tell a hidden figure."""
    worths = {worth.limit: worth for worth in found.worths}
    lines: list[str] = []
    for limit in found.explanation.binding if found.explanation else ():
        told = reasons.limit_sentences(limit, worths.get(limit), reader)
        if told:
            lines += _wrapped(told, 2, "- ")
    return _block("Ce qui limite l’équipe", lines)


def _expected(
    found: further.Further, reader: Reader, in_team: Sequence[str], far: Sequence[str]
) -> list[str]:
    lines: list[str] = []
    for each in found.expected:
        told = [
            reasons.why_not_line(each.why, reader, each.exact),
            *reasons.why_not_details(each.why, reader, each.exact),
        ]
        lines += _wrapped(told, 2, "- ")
    for name in in_team:
        lines += _wrapped([f"{reader.organisation(name)} : elle est dans l’équipe."], 2, "- ")
    limit_km = reader.problem.params.max_distance_km
    for name in far:
        near = f"aucune structure de ce nom à moins de {french.km(limit_km)} des travaux."
        lines += _wrapped([f"{name} : {near}"], 2, "- ")
    return _block("Les structures attendues", lines)


def _simple_method(found: further.Further, reader: Reader) -> list[str]:
    told = found.explanation
    if told is None or told.greedy_loss is None:
        return []  # what it leaves undone is told beside the team
    return _block("Où la méthode simple perd", _wrapped(reasons.greedy_loss(told, reader), 2, ""))


def _teams(found: further.Further, reader: Reader, *, is_solo: bool) -> list[str]:
    if found.alternatives is None:
        return []
    lines: list[str] = []
    for number, each in enumerate(found.alternatives, start=1):
        told = [
            choices.who_changes(each.comparison, reader),
            choices.alternative(each.comparison, reader),
            choices.proof_of_alternative(each),
        ]
        lines += _wrapped(told, 2, f"{number}. ")
    # That time lacked is told at the end; who alone suffices is no team.
    if found.alternatives.end is further.End.NO_OTHER and not is_solo:
        lines.append(f"  {choices.end_of(found.alternatives)}")
    return _block("D’autres équipes", lines)


def _ways_out(found: further.Further, sight: Sight) -> list[str]:
    if found.cures is None:
        return []
    reader = further.reader_of(found.question, [], sight)
    lines: list[str] = []
    for number, cure in enumerate(found.cures, start=1):
        told = [ways_out.way_out(cure, reader), ways_out.proof_of_way_out(cure)]
        lines += _wrapped(told, 2, f"{number}. ")
        lines.append(f"     Qui décide · {ways_out.who_decides(cure, reader)}")
        if not ways_out.may_show_team(cure, reader):
            lines.append(f"     {HIDDEN_TEAM}")
            continue
        lines += _cured_team(further.cured_team(found.question, cure, sight))
        doubted = list(dict.fromkeys(each.candidate for each in cure.result.assumptions))
        if doubted:
            names = " ; ".join(reader.name(each) for each in doubted)
            lines += _wrapped([f"Sous réserve de chiffres inconnus de : {names}."], 5, "")
    useless = [ways_out.USELESS[kind] for kind in found.cures.useless]
    if len(found.cures) < further.MOST_CURES and useless:
        lines += _wrapped(useless, 2, "")
    title = "Ce qui rendrait ce marché possible" if found.cures else "Ce qui ne suffirait pas"
    return _block(title, lines)


def _cured_team(team: Team) -> list[str]:
    lines = []
    for row in team.rows:
        lead = ", mandataire" if row.is_lead else ""
        held = [cell.title.split(".")[0] for cell in row.cells if cell.cents is not None]
        lots = f"{'lots' if len(held) > 1 else 'lot'} {listed(held)}"
        lines.append(
            f"     - {row.name} ({row.kind}{lead}) · {french.trip(row.distance_km)} · "
            f"{french.euros(row.cents, rounded=True)} · {french.fte(row.cfte)} · {lots}"
        )
    return lines
