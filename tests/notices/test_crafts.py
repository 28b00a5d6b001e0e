"""Which crafts a title asks of finishing works; what a purchase of insertion has for support.

Titles and keywords are those of public notices, of 2017 to 2026.
"""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from cordee.notices.notice import Cpv, Descripteur, Lot, Notice
from cordee.notices.packages import estimate_packages
from cordee.notices.trades.crafts import crafts_of
from cordee.notices.trades.lots import trade_of
from cordee.rules import crafts
from tests.notices.test_packages import ON, SIMPLE, notice

WHOLE = ""


def asked(title: str, *keywords: str, codes: tuple[str, ...] = ()) -> str:
    one = notice(
        title=title,
        descripteurs=tuple(Descripteur(None, label) for label in keywords),
        cpv=Cpv(*codes[:1], codes[1:]) if codes else Cpv(),
    )
    return " ".join(each.slug for each in crafts_of(one, None))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            "Travaux de plâtrerie et faux-plafonds dans les bâtiments de la collectivité",
            "platrerie",
        ),
        ("2ème relance du lot 7 : cloisons doublages faux-plafonds", "platrerie"),
        (
            "marché à bons de commande pour des travaux d'électricité dans les logements",
            "electricite",
        ),
        (
            "Accord-cadre pour les travaux de courant fort/courant faible sur le patrimoine",
            "electricite",
        ),
        (
            "Électricité — courants forts/courants faibles/système de sécurité incendie",
            "electricite",
        ),
        ("MISE EN CONFORMITE DES INSTALLATIONS ELECTRIQUES DE LA STATION", "electricite"),
        ("Remplacement des menuiseries extérieures 2021", "menuiserie"),
        ("Remplacement de menuiseries métalliques sur le patrimoine bâti", "menuiserie"),
        ("Stores", "menuiserie"),
        ("remplacement de la verrière coursive - lot unique", "menuiserie"),
        ("Lot 4 - Serrurerie-Métallerie", "metallerie"),
        (
            "menuiseries, serrureries, ferronneries et vitrerie du patrimoine",
            "menuiserie metallerie",
        ),
        ("Métallerie — serrurerie — menuiseries métalliques", "metallerie menuiserie"),
        ("Plomberie, sanitaire et ventilation", "plomberie"),
        ("Relance du lot 7 - Chauffage/Ventilation/Climatisation/Plomberie", "plomberie"),
        ("INSTALLATION CLIMATISEURS ECOLE", "plomberie"),
        ("Travaux de remplacement des chaudières", "plomberie"),
        ("climatisation – plomberie et électricité", "plomberie electricite"),
        ("Lot 14: sols souples", "sols"),
        ("Revêtements de sols et faïences", "sols"),
        ("Carrelage, faïence", "sols"),
        ("Peinture, sols souples", "peinture sols"),
        ("Peinture des halls", "peinture"),
        ("Travaux de peintures et de sols", "peinture sols"),
        ("Peinture et menuiseries intérieures", "peinture menuiserie"),
        ("Peinture intérieure", "peinture"),
        ("Travaux de ravalement des façades avec isolation thermique par l'extérieur", "facades"),
        ("Isolation thermique par l'extérieur (lot unique)", "facades"),
        ("Réalisation d'un bardage bois sur les façades de 4 bâtiments", "facades"),
        ("Travaux de remplacement de l'isolation des combles", "platrerie"),
        (
            "cloisons sèches – isolation – menuiseries intérieures – peinture",
            "platrerie menuiserie peinture",
        ),
        ("Travaux d'entretien et de réparation de plomberie, hors peinture", "plomberie"),
        ("Travaux de peinture de l'atelier pour la plomberie", "peinture"),
        # The whole trade: several crafts are needed, or none is named.
        ("Travaux de : cloison, plafond, sol, peinture et plomberie", WHOLE),
        ("Accord-cadre de travaux neufs et d'entretien tous corps d'état, peinture", WHOLE),
        ("Travaux de second-œuvre", WHOLE),
        ("Travaux de rénovation des sanitaires de l'école", WHOLE),
        ("Construction d'un gymnase", WHOLE),
        ("Travaux de rénovation de l'école de musique", WHOLE),
        ("Ecole primaire de la porte d'eau - Travaux", WHOLE),
        ("Entretien du bâtiment, rue des Peintres", WHOLE),
    ],
)
def test_a_title_names_its_crafts(title: str, expected: str) -> None:
    assert asked(title) == expected


@pytest.mark.parametrize(
    ("title", "keywords", "codes", "expected"),
    [
        ("ACCORD CADRE", ["Electricité (travaux)"], (), "electricite"),
        (
            "travaux intérieurs au siège",
            ["Cloison, faux plafond", "Revêtements de sols"],
            (),
            "platrerie sols",
        ),
        # The title wins; keywords and codes of a building are a few of many.
        ("Travaux de peinture", ["Electricité (travaux)"], ("45331000",), "peinture"),
        (
            "TRANSFORMATION ET RÉHABILITATION DE L'ÉCOLE",
            ["Peinture (travaux)"],
            ("45442100",),
            WHOLE,
        ),
        ("travaux", ["Peinture (travaux)", "Bâtiment"], (), WHOLE),
        ("travaux", ["Tous corps d'état"], ("45442100",), WHOLE),
        ("travaux", ["Nettoyage de locaux"], ("45442100",), "peinture"),
        ("Équipements techniques", [], ("45315000",), "electricite"),
        ("Travaux", [], ("45432210",), "peinture"),
        ("Travaux", [], ("45440000",), WHOLE),
        ("Travaux", [], ("45313100",), WHOLE),
        ("Travaux", [], ("45000000", "45311200", "45331000"), "electricite plomberie"),
    ],
)
def test_keywords_and_codes_name_them_where_the_title_does_not(
    title: str, keywords: list[str], codes: tuple[str, ...], expected: str
) -> None:
    assert asked(title, *keywords, codes=codes) == expected


def packages(one: Notice) -> list[tuple[str | None, str, str, int]]:
    found = estimate_packages(one, on=ON, assumptions=SIMPLE)
    return [(each.lot_id, each.trade.value, each.craft, each.need_cfte.value) for each in found]


def test_each_lot_of_finishing_works_has_its_crafts_in_equal_parts() -> None:
    one = notice(
        title="Réhabilitation de la mairie",
        lots=(
            Lot(id="1", title="Maçonnerie"),
            Lot(id="2", title="Peinture, sols souples"),
            Lot(id="3", title="Plomberie, chauffage"),
            Lot(id="4", title="Second œuvre"),
        ),
    )
    assert packages(one) == [
        ("1", "gros-oeuvre-patrimoine", "", 200),
        ("2", "second-oeuvre-batiment", "peinture", 100),
        ("2", "second-oeuvre-batiment", "sols", 100),
        ("3", "second-oeuvre-batiment", "plomberie", 200),
        ("4", "second-oeuvre-batiment", "", 200),
    ]
    parts = estimate_packages(one, on=ON, assumptions=SIMPLE)
    assert "« peinture »".replace(" ", "\u00a0") in parts[1].trade.rule.lower()
    assert parts[1].trade.rule.endswith("\u00a0: Peinture.")
    assert "Une part égale pour chacun des 2 corps d’état" in parts[1].need_cfte.rule


def test_what_is_too_small_to_be_cut_asks_the_whole_trade() -> None:
    small = replace(SIMPLE, need_cfte=1)
    one = notice(title="Peinture et plomberie d’une loge")
    found = estimate_packages(one, on=ON, assumptions=small)
    assert [(each.craft, each.need_cfte.value) for each in found] == [("", 1)]


def test_the_whole_of_the_trades_does_not_change() -> None:
    one = notice(title="Travaux de peinture et de plomberie des logements")
    assert trade_of(one, None).trade == crafts.TRADE
    assert {each.trade.value for each in estimate_packages(one, on=ON)} == {crafts.TRADE}


@pytest.mark.parametrize(
    ("title", "text", "supports"),
    [
        (
            "Prestations d’insertion par l’activité économique, support : espaces verts",
            "",
            "espaces-verts",
        ),
        (
            "Insertion sociale et professionnelle ayant pour support l’entretien des espaces verts",
            "",
            "espaces-verts",
        ),
        (
            "Prestations d'insertion avec pour support des travaux de peinture et de maçonnerie",
            "",
            "second-oeuvre-batiment gros-oeuvre-patrimoine",
        ),
        (
            "Services d'insertion sociale et professionnelle",
            "Elle a pour support le nettoyage des locaux et les espaces verts.",
            "proprete espaces-verts",
        ),
        (
            "Prestations d'insertion",
            "Activités supports : peinture, espaces verts.",
            "second-oeuvre-batiment espaces-verts",
        ),
        (
            "Prestations d'insertion professionnelle",
            "Supports pédagogiques fournis : peinture.",
            "",
        ),
        ("Prestations d'insertion professionnelle", "Le titulaire nettoie les locaux.", ""),
    ],
)
def test_the_support_of_a_purchase_of_insertion_is_work(
    title: str, text: str, supports: str
) -> None:
    whole = notice(title=title, text=text)
    lots = notice(
        title="Services de la ville",
        lots=(Lot(id="1", title=title, text=text), Lot(id="2", title="Nettoyage des locaux")),
    )
    expected = ["prestation-insertion", *supports.split()]
    assert [trade for _, trade, _, _ in packages(whole)] == expected
    assert [trade for lot, trade, _, _ in packages(lots) if lot == "1"] == expected


def test_every_prefix_exists_in_the_cpv_list(shared_data: Path) -> None:
    with (shared_data / "referentials/cpv_fr.csv").open(encoding="utf-8", newline="") as stream:
        codes = [row["code"] for row in csv.DictReader(stream)]
    for craft in crafts.CRAFTS.values():
        for prefix in craft.cpv_prefixes:
            assert any(code.startswith(prefix) for code in codes), (craft.slug, prefix)


def test_no_code_is_of_two_crafts() -> None:
    prefixes = [prefix for craft in crafts.CRAFTS.values() for prefix in craft.cpv_prefixes]
    assert len(set(prefixes)) == len(prefixes)
