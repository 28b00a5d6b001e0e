"""The smallest changes that make an impossible contract possible, in exact French sentences."""

from dataclasses import replace

import pytest

from cordee.base.ui.french import THIN
from cordee.composing.problem import ways_out
from cordee.engine.cure import Cure, CureKind, CurePart, cures
from cordee.engine.problem import Candidate, Params, Problem
from tests.composing.known_valley import MONEY, composed, reader
from tests.engine.conftest import APRIL, accounts, package, practises, steady, structure

GREEN = (practises("espaces-verts"),)
SHORT = steady(200) | {APRIL + 2: 120, APRIL + 3: 120}


def park(*candidates: Candidate, max_distance_km: int = 40) -> Problem:
    """A park that two gardeners at its gate cannot carry in June and July: 0.6 FTE lack."""
    gate = tuple(
        structure(name, skills=GREEN, capacity_cfte_by_month=SHORT)
        for name in ("jardins", "berges")
    )
    return Problem(
        packages=(package("parc", label="Le parc"),),
        candidates=(*gate, *candidates),
        params=Params(max_partners=2, max_distance_km=max_distance_km),
    )


def at_ceiling() -> Problem:
    """The same park for two gardeners with people enough, and 20 000 € each under the ceiling."""
    capped = (
        structure(
            name, kind="ACI", skills=GREEN, is_capped=True, accounting_years=accounts(2_000_000)
        )
        for name in ("jardins", "berges")
    )
    return park().replace(candidates=tuple(capped))


def cured(problem: Problem, kind: CureKind) -> Cure:
    """Return the least change of a kind."""
    (cure,) = cures(problem, composed(problem), time_limit_s=60, seed=0, kinds=[kind])
    return cure


def told(problem: Problem, kind: CureKind, *, blind: bool = False) -> tuple[str, str, str]:
    """A cure as its sentence, as what to do, and who decides."""
    cure, who = cured(problem, kind), reader(problem, blind=blind)
    return (
        ways_out.way_out(cure, who),
        ways_out.way_out_title(cure, who),
        ways_out.who_decides(cure, who),
    )


def test_a_wider_radius() -> None:
    """One that goes 90 km lives 46.7 km away, beyond the 40 km that are looked at."""
    far = structure("tilleul", skills=(practises("espaces-verts", reach_km=90),))
    problem = park(replace(far, latitude_deg=45.42))
    assert told(problem, CureKind.RADIUS) == (
        f"Avec un rayon de 47{THIN}km au lieu de 40{THIN}km, une équipe de deux existe.",
        f"Aller jusqu’à 47{THIN}km au lieu de 40{THIN}km",
        "Le Tilleul",
    )
    assert ways_out.proof_of_way_out(cured(problem, CureKind.RADIUS)) == (
        "C’est le plus petit changement de cette sorte."
    )


def test_one_that_would_come_farther_than_it_says() -> None:
    far = structure("tilleul", skills=GREEN, latitude_deg=45.42)
    assert told(park(far, max_distance_km=100), CureKind.REACH) == (
        f"Si Le Tilleul allait 7{THIN}km plus loin, une équipe de deux existerait.",
        f"Aller 7{THIN}km plus loin",
        "Le Tilleul",
    )


def test_one_more_partner() -> None:
    third = structure("tilleul", skills=GREEN, capacity_cfte_by_month=SHORT)
    assert told(park(third), CureKind.PARTNERS) == (
        "Avec trois structures au lieu de deux au plus, une équipe de trois existe.",
        "Réunir une structure de plus",
        "Toutes les structures de l’équipe",
    )


def test_a_later_start() -> None:
    """In July the park ends in December; from August on everybody is free."""
    problem = park()
    later = problem.packages[0].first_month + 4
    free = tuple(
        replace(c, capacity_cfte_by_month=SHORT | steady(200, 24, later))
        for c in problem.candidates
    )
    assert told(problem.replace(candidates=free), CureKind.LATER_START) == (
        "Si «\u00a0Le parc\u00a0» commençait quatre mois plus tard, une équipe de deux existerait.",
        "Commencer quatre mois plus tard",
        "L’acheteur",
    )


def test_more_people_where_they_lack() -> None:
    sentence, title, who = told(park(), CureKind.PEOPLE)
    assert sentence == (
        f"Si Rives et Sentiers avait 0,6{THIN}ETP de plus en juin et juillet 2027, "
        "une équipe de deux existerait."
    )
    assert (title, who) == ("Trouver des équipes de plus", "Rives et Sentiers")


def test_what_lacks_to_one_that_may_not_be_seen_has_neither_name_nor_figure() -> None:
    """What it needs less what it has: the reader knows the first, and would know the second."""
    assert told(park(), CureKind.PEOPLE, blind=True) == (
        "Si une structure avait plus d’équipes, une équipe de deux existerait.",
        "Trouver des équipes de plus",
        "Une structure",
    )


def test_a_derogation() -> None:
    sentence, title, who = told(at_ceiling(), CureKind.HEADROOM)
    assert sentence.endswith(
        " de plus sous son plafond sur l’exercice ouvert en janvier 2027, "
        "une équipe de deux existerait."
    )
    assert MONEY in sentence
    assert (title, who) == ("Demander une dérogation au plafond", "La DDETS")
    assert told(at_ceiling(), CureKind.HEADROOM, blind=True) == (
        "Si une structure avait une dérogation à son plafond, une équipe de deux existerait.",
        title,
        who,
    )


def test_people_and_a_derogation_together() -> None:
    cure = cured(park(), CureKind.PEOPLE)
    both = replace(
        cure,
        kind=CureKind.MEANS,
        parts=(
            *cure.parts,
            CurePart(
                organisation="jardins-asso", candidate="jardins", months=(APRIL,), cents=123_401
            ),
        ),
    )
    assert ways_out.way_out(both, reader(park())) == (
        f"Si Rives et Sentiers avait 0,6{THIN}ETP de plus en juin et juillet 2027 et "
        f"Les Jardins de la Verdoire avait 1{THIN}235{MONEY} de plus sous son plafond "
        "sur l’exercice ouvert en avril 2027, une équipe de deux existerait."
    )
    assert ways_out.way_out_title(both, reader(park())) == (
        "Trouver des équipes de plus et demander une dérogation au plafond"
    )
    assert ways_out.who_decides(both, reader(park())) == "Rives et Sentiers et la DDETS"


@pytest.mark.parametrize(
    ("kind", "what", "title", "who"),
    [
        (
            CureKind.EI,
            "une entreprise d’insertion de plus",
            "Faire entrer une entreprise d’insertion",
            "Une entreprise d’insertion à trouver",
        ),
        (
            CureKind.SUBCONTRACTOR,
            "une entreprise en sous-traitance",
            "Sous-traiter une part à une entreprise",
            "Une entreprise à trouver et l’acheteur",
        ),
    ],
)
def test_one_more_structure_of_the_trade(kind: CureKind, what: str, title: str, who: str) -> None:
    """1.8 FTE: what the largest at the gate leaves in June and July, in every month."""
    assert told(park(), kind) == (
        f"Avec {what} (espaces verts, 1,8{THIN}ETP d’avril à septembre 2027), "
        "une équipe de deux existe.",
        title,
        who,
    )
    # What it would take is what a ceiling leaves: no figure to those who may not see ceilings.
    hidden = f"Avec {what} (espaces verts), une équipe de deux existe."
    assert told(at_ceiling(), kind, blind=True)[0] == hidden


def test_more_partners_besides_and_one_that_then_suffices() -> None:
    cure = cured(park(), CureKind.PEOPLE)
    with_more_partners = replace(cure, partners_more=1)
    assert ways_out.way_out(with_more_partners, reader(park())) == (
        f"Si Rives et Sentiers avait 0,6{THIN}ETP de plus en juin et juillet 2027 "
        "et avec une structure de plus dans l’équipe, une équipe de deux existerait."
    )
    assert cure.result.plan is not None
    one = replace(cure.result.plan, partners=cure.result.plan.partners[:1])
    alone = replace(cure, result=replace(cure.result, plan=one, solo=True))
    assert ways_out.way_out(alone, reader(park())).endswith(", elle pourrait tout tenir seule.")


def test_how_far_less_would_do() -> None:
    near = replace(cured(park(), CureKind.PEOPLE), amount=1_000, at_least=985)
    assert ways_out.proof_of_way_out(near) == (
        f"Un changement plus petit de 2{THIN}% au plus suffirait peut-être."
    )


def test_all_kinds_that_do_not_suffice_have_their_sentence() -> None:
    assert ways_out.USELESS.keys() == set(CureKind)


def test_all_works_that_move_are_told_together() -> None:
    problem = park()
    two = problem.replace(packages=(problem.packages[0], package("quai", label="Le quai")))
    later = tuple(replace(p, first_month=p.first_month + 1) for p in two.packages)
    cure = replace(
        cured(park(), CureKind.PEOPLE),
        kind=CureKind.LATER_START,
        amount=1,
        problem=two.replace(packages=later),
    )
    assert ways_out.way_out(cure, reader(two)) == (
        "Si les travaux commençaient un mois plus tard, une équipe de deux existerait."
    )


@pytest.mark.parametrize("kind", [CureKind.HEADROOM, CureKind.EI, CureKind.SUBCONTRACTOR])
def test_a_hidden_ceiling_changes_no_way_out(kind: CureKind) -> None:
    """Whatever jardins and berges have left, the blind reader reads the same words."""
    problem = at_ceiling()
    less = tuple(replace(c, accounting_years=accounts(1_723_456)) for c in problem.candidates)
    assert told(problem.replace(candidates=less), kind, blind=True) == told(
        problem, kind, blind=True
    )
    assert told(problem.replace(candidates=less), kind)[0] != told(problem, kind)[0]
