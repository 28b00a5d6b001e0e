"""What a rule of a programme attaches, and what a hand decides for good."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cordee.accounts.models import JournalEntry
from cordee.members.models import Programme
from cordee.opportunities.actions import programmes as nightly
from cordee.opportunities.actions.programmes import (
    attach_by_rules,
    drop_rule,
    forget_hand,
    matching,
    place_by_hand,
    save_rule,
)
from cordee.opportunities.models import Opportunity, ProgrammeAttachment, ProgrammeRule
from tests.members.makers import make_network, make_person, make_valley
from tests.opportunities.makers import GREEN, import_records, record
from tests.opportunities.programmes.makers import NOW, ON, make_need, make_programme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def valley() -> None:
    make_valley()


def rule(programme: Programme, **values: Any) -> ProgrammeRule:
    return ProgrammeRule(programme=programme, **({"in_places": False, "in_period": False} | values))


def attached(programme: Programme) -> set[str]:
    rows = ProgrammeAttachment.objects.filter(programme=programme).standing()
    return {row.opportunity.title for row in rows}


def titles(found: list[int]) -> set[str]:
    return set(Opportunity.objects.filter(pk__in=found).values_list("title", flat=True))


def test_words_are_whole_words_without_accents_in_title_or_buyer() -> None:
    programme = make_programme()
    make_need("Clôtures du VILLAGE  Olympique")
    make_need("Les enjeux du climat")
    make_need("Tonte", buyer_name="Société des Jeux")
    found = matching(rule(programme, words="village olympique, jeux"))
    assert titles(found) == {"Clôtures du VILLAGE  Olympique", "Tonte"}
    assert titles(matching(rule(programme, words="clotures"))) == {"Clôtures du VILLAGE  Olympique"}


def test_places_are_the_departments_and_communes_of_the_programme() -> None:
    programme = make_programme("Val", "38")
    make_need("En Isère", department="38")
    savoie = make_need("En Savoie", department="73")
    make_need("Nulle part")
    assert titles(matching(rule(programme, in_places=True))) == {"En Isère"}
    programme.communes.add("73001")
    savoie.places.update(commune="73001")
    assert titles(matching(rule(programme, in_places=True))) == {"En Isère", "En Savoie"}


def test_the_period_reads_the_day_of_publication_else_the_deadline() -> None:
    programme = make_programme(starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30))
    make_need("Dedans", published_on=date(2026, 6, 30))
    make_need("Avant", published_on=date(2026, 5, 31))
    make_need("Sans date de parution", published_on=None, deadline=NOW.replace(month=6))
    make_need("Sans aucune date", published_on=None)
    found = matching(rule(programme, words="dedans, avant, sans", in_period=True))
    assert titles(found) == {"Dedans", "Sans date de parution"}


def test_trades_and_all_that_is_asked_hold_together() -> None:
    programme = make_programme("Val", "38")
    make_need("Tonte du parc", department="38", trade="espaces-verts")
    make_need("Tonte ailleurs", department="73", trade="espaces-verts")
    make_need("Ménage", department="38", trade="proprete")
    asked = rule(programme, trades="espaces-verts", words="tonte", in_places=True)
    assert titles(matching(asked)) == {"Tonte du parc"}


def test_cpv_codes_are_those_of_the_notices(tmp_path: Path) -> None:
    programme = make_programme()
    import_records(
        tmp_path,
        record("26-1", "Entretien des parcs", lots=[("Tonte", GREEN)]),
        record("26-2", "Logiciel de paie", lots=[("Paie", "48000000")]),
    )
    assert titles(matching(rule(programme, cpv="7731"))) == {"Entretien des parcs"}
    assert len(matching(rule(programme, cpv="77 48"))) == 2
    assert matching(rule(programme, cpv="90")) == []


def test_a_private_need_never_enters_a_programme() -> None:
    programme = make_programme()
    need = make_need("Coffrets du Val", source="private", network=make_network("Réseau"))
    assert matching(rule(programme, words="coffrets")) == []
    with pytest.raises(ValidationError, match="besoin privé"):
        place_by_hand(programme=programme, opportunity=need, reason="Voisin", by=None, now=NOW)


def test_what_is_imported_later_is_attached_by_the_schedule() -> None:
    programme = make_programme()
    save_rule(rule=rule(programme, words="berges"), by=None, now=NOW)
    assert attached(programme) == set()
    make_need("Plantation des berges")
    assert nightly.attach_all(NOW) == 1
    assert nightly.attach_all(NOW) == 0, "done twice, it changes nothing"
    assert attached(programme) == {"Plantation des berges"}


def test_what_fits_no_more_leaves_and_a_second_rule_holds_it() -> None:
    programme = make_programme()
    first, second = rule(programme, words="berges"), rule(programme, trades="espaces-verts")
    make_need("Plantation des berges", trade="espaces-verts")
    make_need("Curage des berges")
    for each in (first, second):
        save_rule(rule=each, by=None, now=NOW)
    assert drop_rule(rule=first, by=None, now=NOW) == 1
    assert attached(programme) == {"Plantation des berges"}
    Opportunity.objects.filter(title__startswith="Plantation").get().trades.all().delete()
    attach_by_rules(programme=programme, now=NOW)
    assert attached(programme) == set()


def test_a_hand_wins_over_the_rule_for_good_until_it_is_undone() -> None:
    person = make_person("equipe@exemple.fr")
    programme = make_programme()
    need = make_need("Plantation des berges")
    save_rule(rule=rule(programme, words="berges"), by=None, now=NOW)
    row = ProgrammeAttachment.objects.get()
    row = place_by_hand(
        programme=programme,
        opportunity=need,
        is_detached=True,
        reason="Hors du site",
        by=person,
        now=NOW,
    )
    attach_by_rules(programme=programme, now=NOW)
    save_rule(rule=rule(programme, words="plantation"), by=None, now=NOW)
    assert attached(programme) == set()
    forget_hand(attachment=row, by=person, now=NOW)
    assert attached(programme) == {"Plantation des berges"}
    verbs = set(JournalEntry.objects.about(need).values_list("verb", flat=True))
    assert verbs == {"opportunities.detach_from_programme", "opportunities.forget_programme_hand"}


def test_attached_by_hand_it_stays_whatever_the_rules_say() -> None:
    programme = make_programme()
    need = make_need("Cantine")
    for _ in range(2):
        place_by_hand(programme=programme, opportunity=need, reason="Sur le site", by=None, now=NOW)
    assert JournalEntry.objects.about(need).count() == 1, "a double click is one act"
    kept = rule(programme, words="berges")
    save_rule(rule=kept, by=None, now=NOW)
    drop_rule(rule=kept, by=None, now=NOW)
    assert attached(programme) == {"Cantine"}


def test_what_a_hand_decided_follows_the_opportunity_that_speaks_for_both() -> None:
    programme = make_programme()
    kept, joined = make_need("Cantine"), make_need("Cantine, bis")
    place_by_hand(programme=programme, opportunity=joined, reason="Site", by=None, now=NOW)
    Opportunity.objects.filter(pk=joined.pk).update(joined_to=kept)
    attach_by_rules(programme=programme, now=NOW)
    assert attached(programme) == {"Cantine"}


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_hand_says_why(reason: str) -> None:
    programme, need = make_programme(), make_need("Cantine")
    with pytest.raises(ValidationError):
        place_by_hand(programme=programme, opportunity=need, reason=reason, by=None, now=NOW)


def test_a_rule_asks_something_and_places_there_are() -> None:
    programme = make_programme()
    with pytest.raises(ValidationError, match="au moins un lieu"):
        save_rule(rule=rule(programme, in_period=True), by=None, now=NOW)
    with pytest.raises(ValidationError, match="pas encore de lieu"):
        save_rule(rule=rule(programme, in_places=True), by=None, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        rule(programme).save()


def test_a_rule_reads_as_a_sentence() -> None:
    programme = make_programme("Val", "38")
    asked = rule(
        programme, words="jeux", cpv="45", trades="espaces-verts", in_places=True, in_period=True
    )
    assert asked.in_words(ON) == (
        "Les avis dont le titre ou l’acheteur contient «\u00a0jeux\u00a0», du métier "
        "Espaces verts, de code CPV commençant par 45, publiés entre le 1er\u202fjanvier et le "
        "31\u202fdécembre 2028, dans ces lieux\u00a0: Isère (38)."
    )


def test_hours_asked_are_those_read_in_the_notice(tmp_path: Path) -> None:
    programme = make_programme()
    content = record("26-9", "Réhabilitation des berges")
    content["donnees"]["MAPA"]["initial"]["description"]["objet"] = (
        "Réhabilitation des berges. Clause sociale d’insertion : le titulaire réserve au moins "
        "1 200 heures de travail à des personnes en insertion."
    )
    import_records(tmp_path, content)
    save_rule(rule=rule(programme, words="berges"), by=None, now=NOW)
    assert ProgrammeAttachment.objects.get().hours == 1_200
    ProgrammeAttachment.objects.update(hours=None)
    assert nightly.read_all_hours(NOW) == 1
    assert ProgrammeAttachment.objects.get().hours == 1_200
