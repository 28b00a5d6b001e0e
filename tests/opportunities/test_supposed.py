"""What a notice does not say of the size of its work, in one sentence."""

from types import SimpleNamespace
from typing import Any

import pytest

from cordee.opportunities.supposed import Unit, supposition_of

FEBRUARY = 12 * 2027 + 1


def row(position: int = 1, *, contracts: int = 0, place: str = "", **states: str) -> Any:
    """A package of 240 000 € over 24 months; `states`: how each figure came, "stated" if not
    given."""
    fields = ("amount_cents", "need_cfte", "months", "first_month")
    provenance: Any = {name: {"state": states.get(name, "stated")} for name in fields}
    if contracts:
        provenance["amount_cents"]["contracts"] = contracts
    return SimpleNamespace(
        position=position,
        provenance=provenance,
        is_place_supposed=bool(place),
        place_label=place,
        commune_id=None,
        department_id="38",
        amount_cents=24_000_000,
        need_cfte=200,
        months=24,
        first_month=FEBRUARY,
    )


def test_what_the_notice_says_needs_no_sentence() -> None:
    known = [row(), row(2, need_cfte="computed")]
    assert supposition_of(known, with_place=True) is None
    assert supposition_of([row(place="Isère (38)")], with_place=False) is None


@pytest.mark.parametrize(
    ("given", "fact", "unit", "sentence"),
    [
        (
            row(amount_cents="compared", need_cfte="compared", contracts=14),
            "amount",
            Unit.EUROS,
            "L’avis ne dit pas le montant\u00a0: nous supposons 120\u202f000\u202f€ par an, "
            "d’après 14 marchés semblables.",
        ),
        (
            row(amount_cents="compared", need_cfte="compared", months="supposed"),
            "amount",
            Unit.EUROS,
            "L’avis ne dit ni le montant ni la durée\u00a0: nous supposons "
            "120\u202f000\u202f€ par an, d’après des marchés semblables, pendant 24 mois.",
        ),
        (
            row(amount_cents="supposed", need_cfte="supposed", first_month="supposed"),
            "amount",
            Unit.PEOPLE,
            "L’avis ne dit ni le montant ni l’effectif ni le début\u00a0: nous supposons "
            "2,0\u202fETP, dès février 2027.",
        ),
        (
            row(amount_cents="supposed"),
            "amount",
            Unit.EUROS,
            "L’avis ne dit pas le montant\u00a0: nous supposons 120\u202f000\u202f€ par an, "
            "d’après l’équipe demandée.",
        ),
        (
            row(months="supposed", need_cfte="computed"),
            "months",
            Unit.MONTHS,
            "L’avis ne dit pas la durée\u00a0: nous supposons 24 mois.",
        ),
        (
            row(months="supposed"),
            "months",
            None,
            "L’avis ne dit pas la durée\u00a0: nous supposons 24 mois.",
        ),
        (
            row(place="Isère (38)"),
            "places",
            None,
            "L’avis ne dit pas le lieu exact\u00a0: nous mesurons les trajets depuis le milieu du "
            "département, Isère (38).",
        ),
    ],
)
def test_one_sentence_says_what_is_supposed_and_from_what(
    given: Any, fact: str, unit: Unit | None, sentence: str
) -> None:
    found = supposition_of([given], with_place=True)
    assert found is not None
    assert (found.sentence, found.fact, found.unit) == (sentence, fact, unit)


def test_of_a_private_need_no_notice_is_named() -> None:
    found = supposition_of([row(months="supposed")], with_place=True, is_private=True)
    assert found is not None
    assert found.sentence == "Le besoin ne dit pas la durée\u00a0: nous supposons 24 mois."


def test_a_supposed_amount_is_not_told_to_the_euro() -> None:
    compared = row(amount_cents="compared", need_cfte="compared", contracts=14)
    compared.amount_cents = 86_531_00 * compared.months // 12
    found = supposition_of([compared], with_place=True)
    assert found is not None
    assert "87\u202f000\u202f€" in found.sentence


def test_of_several_packages_only_those_that_lack_are_added_up_and_scaled() -> None:
    silent = [row(n, amount_cents="compared", need_cfte="compared") for n in (2, 3)]
    found = supposition_of([row(), *silent], with_place=True)
    assert found is not None
    assert found.sentence.startswith("L’avis ne dit pas, pour une partie des travaux, le montant")
    assert "240\u202f000\u202f€ par an" in found.sentence
    assert found.scaled == {2: True, 3: True}
