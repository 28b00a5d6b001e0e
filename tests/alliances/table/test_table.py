"""The table of an alliance: who types what, what two people lose (nothing), what it tells."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from cordee.accounts.models import User
from cordee.agreement import PartyRole
from cordee.alliances import revisions
from cordee.alliances.invitations import actions
from cordee.alliances.models import Alliance, AllianceParty, AllianceRevision
from cordee.alliances.table.measures import EUROS
from cordee.alliances.table.page import undo_redo
from cordee.members.models import Chantier, SharingAgreement, Structure
from tests.alliances.test_workspace import (
    NAMES,
    NOW,
    SignIn,
    alliance,
    day_of_the_valley,
    directing,
    leader,
    party_of,
    says_yes,
    text_of,
)
from tests.composing.conftest import DAY
from tests.strict_client import StrictClient

__all__ = ["alliance", "day_of_the_valley", "leader"]

pytestmark = pytest.mark.django_db


def address(alliance: Alliance, route: str = "table", *more: Any) -> str:
    return reverse(f"alliances:{route}", args=[alliance.pk, *more])


def terms_of(alliance: Alliance) -> Any:
    return Alliance.objects.get(pk=alliance.pk).terms


def version_of(alliance: Alliance) -> int:
    return Alliance.objects.get(pk=alliance.pk).version


def field(alliance: Alliance, name: str, line: str = "01", measure: str = "euros") -> str:
    return f"v-{measure}-{party_of(alliance, name).key}-{line}"


def type_in(
    client: StrictClient, alliance: Alliance, name: str, text: str, base: int, **more: Any
) -> Any:
    """One cell typed with htmx, as the page sends it."""
    at = field(alliance, name, **more)
    key = at.split("-", 2)[2]
    return client.post(
        address(alliance),
        {at: text, f"b-{key}": base, "version": base, "mesure": at.split("-")[1]},
        headers={"HX-Request": "true", "HX-Trigger-Name": at},
    )


@pytest.fixture
def full(alliance: Alliance, leader: User) -> Alliance:
    """Everybody takes part, and the first two share the first line."""
    for name in NAMES:
        says_yes(alliance, name)
    terms = terms_of(alliance)
    line = terms.lines[0]
    half = line.price_cents // 2
    one, two = (party_of(alliance, name).key for name in NAMES[:2])
    for key, cents in ((one, line.price_cents - half), (two, half)):
        cfte = None if line.need_cfte is None else line.need_cfte // 2
        terms = terms.with_cell(replace(terms.cell(key, line.key), cents=cents, cfte=cfte))
    revisions.write_terms(
        alliance=alliance, base=version_of(alliance), terms=terms, by=leader, now=NOW
    )
    return Alliance.objects.get(pk=alliance.pk)


# --- Typing -------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_what_breaks_is_told_at_once(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    line = full.terms.lines[0]
    key = party_of(full, NAMES[0]).key
    said = text_of(type_in(client, full, NAMES[0], "1 234,56", full.version))
    assert terms_of(full).cell(key, line.key).cents == 123_456
    assert f'id="case-{key}-{line.key}"' in said
    assert "à répartir" in said
    assert 'id="ce-qui-casse"' in said
    row = full.revisions.get(number=full.version + 1)
    assert (row.made_by, row.origin) == (leader, AllianceRevision.Origin.EDIT)


@pytest.mark.parametrize("text", ["beaucoup", "-3", "1,234"])
def test_what_is_no_amount_is_refused_in_words_and_changes_nothing(
    full: Alliance, leader: User, signed_in_client: SignIn, text: str
) -> None:
    said = text_of(type_in(signed_in_client(leader), full, NAMES[0], text, full.version))
    assert "Rien n’a été enregistré" in said
    assert version_of(full) == full.version
    # The cell keeps what was typed and says why it is not kept: it never looks saved.
    cell = said.split(f'id="case-{field(full, NAMES[0]).split("-", 2)[2]}"')[1].split("</div>")[0]
    assert f'value="{text}"' in cell
    assert 'aria-invalid="true"' in cell
    assert "Pas enregistré." in cell
    kept = terms_of(full).cell(party_of(full, NAMES[0]).key, "01").cents
    assert f'data-cordee-was="{EUROS.shown(kept)}"' in cell


def test_one_wrong_cell_does_not_take_the_others_with_it(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    wrong, good = field(full, NAMES[0]), field(full, NAMES[2])
    sent = {"mesure": "euros", "version": full.version, wrong: "46k", good: "500"}
    said = text_of(client.post(address(full), {**sent, "prix-02": "beaucoup"}))
    assert terms_of(full).cell(party_of(full, NAMES[2]).key, "01").cents == 50_000
    assert "le reste est enregistré" in said
    assert 'value="46k"' in said
    assert 'value="beaucoup"' in said
    assert f"Euros HT, {NAMES[0]}, " in said.split('id="dit"')[1].split("</div>")[0]
    assert said.count('aria-invalid="true"') == 2


def test_without_javascript_the_whole_table_is_sent_and_only_what_changed_is_written(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    line = full.terms.lines[0]
    sent = {"mesure": "euros", "version": full.version}
    for party in full.terms.parties:
        for each in full.terms.lines:
            cents = full.terms.cell(party.key, each.key).cents
            sent[f"v-euros-{party.key}-{each.key}"] = "" if cents is None else f"{cents / 100:.2f}"
            sent[f"b-{party.key}-{each.key}"] = full.version
    sent[field(full, NAMES[2])] = "500"
    answer = client.post(address(full), sent)
    assert answer.status_code == 302
    changed = terms_of(full)
    assert changed.cell(party_of(full, NAMES[2]).key, line.key).cents == 50_000
    assert len(changed.cells) == len(full.terms.cells) + 1


def test_enter_in_a_cell_without_javascript_saves_and_pins_nothing(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    """A browser sends the form with the first button of it."""
    form = text_of(signed_in_client(leader).get(address(full))).split('id="tableau"')[1]
    assert "name=" not in form.split("<button")[1].split(">")[0]


def test_a_party_types_its_own_cells_and_no_others(
    full: Alliance, signed_in_client: SignIn
) -> None:
    client = signed_in_client(directing(party_of(full, NAMES[0]).structure))
    said = text_of(client.get(address(full)))
    assert f'name="{field(full, NAMES[0])}"' in said
    assert f'name="{field(full, NAMES[1])}"' not in said
    assert 'name="prix-01"' not in said
    told = [f"/documents/tva/{party_of(full, name).pk}/" in said for name in NAMES[:2]]
    assert told == [True, False], "its own regime is a step away"
    type_in(client, full, NAMES[1], "1", full.version)
    assert version_of(full) == full.version
    client.post(address(full), {"prix-01": "1", "version": full.version})
    assert version_of(full) == full.version
    type_in(client, full, NAMES[0], "1", full.version)
    assert version_of(full) == full.version + 1


def test_a_long_row_of_figures_is_a_mistake_and_no_breakdown(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client, long = signed_in_client(leader), "9" * 5_000
    version = version_of(full)
    said = text_of(type_in(client, full, NAMES[0], "1" + "0" * 30, version))
    assert "trop grand" in said
    assert "négatif" not in said
    assert "négatif" in text_of(type_in(client, full, NAMES[0], "-5", version))
    cell = address(full, "table_cell", party_of(full, NAMES[0]).pk, "01")
    for typed in ({"mois": long}, {"debut": f"2027-{long}"}, {"debut": "0000-01"}):
        assert client.post(cell, {"version": version, "euros": "5", **typed}).status_code == 200
    back = address(full, "return_to_version")
    assert client.post(back, {"numero": long, "version": long}).status_code == 302
    own = party_of(full, NAMES[0])
    client = signed_in_client(directing(own.structure))
    accept = address(full, "accept", own.pk)
    assert client.post(accept, {"version": long}).status_code == 302
    assert version_of(full) == version


def test_the_page_of_a_cell_says_everything_of_it(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    party, line = party_of(full, NAMES[0]), full.terms.lines[0]
    at = address(full, "table_cell", party.pk, line.key)
    asked = client.get(at)
    assert asked.status_code == 200
    assert asked.content.decode().count('inputmode="decimal"') == 5, "figures, on a phone"
    first = f"{line.first_month // 12}-{line.first_month % 12 + 1:02d}"
    sent = {"version": full.version, "euros": "9 000", "etp": "1,5", "heures": "120"}
    sent |= {"equipes": "2", "debut": first, "mois": "1", "epinglee": "oui"}
    wrong = client.post(at, sent | {"debut": "mars"})
    assert "écrivez un mois" in text_of(wrong)
    assert "9 000" in text_of(wrong)
    client.post(at, sent)
    cell = terms_of(full).cell(party.key, line.key)
    assert (cell.cents, cell.cfte, cell.insertion_hours) == (900_000, 150, 120)
    assert (cell.crews, cell.first_month, cell.months, cell.pinned) == (
        2,
        line.first_month,
        1,
        True,
    )


def test_a_pin_is_put_and_taken_out(full: Alliance, leader: User, signed_in_client: SignIn) -> None:
    client = signed_in_client(leader)
    key = f"{party_of(full, NAMES[0]).key}-01"
    for wanted in (True, False):
        version = version_of(full)
        client.post(address(full), {"epingler": key, "version": version, f"b-{key}": version})
        assert terms_of(full).cell(*key.split("-")).pinned is wanted


def test_a_filed_table_is_read_and_not_typed_in(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    Alliance.objects.filter(pk=full.pk).update(phase="filed")
    client = signed_in_client(leader)
    assert 'name="v-euros' not in text_of(client.get(address(full)))
    type_in(client, full, NAMES[0], "1", full.version)
    assert version_of(full) == full.version


# --- Several people at once ---------------------------------------------------------------------


def test_two_people_on_two_cells_both_keep_their_work(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    other = directing(party_of(full, NAMES[1]).structure)
    type_in(signed_in_client(leader), full, NAMES[0], "100", full.version)
    said = text_of(type_in(signed_in_client(other), full, NAMES[1], "200", full.version))
    terms = terms_of(full)
    cents = [terms.cell(party_of(full, name).key, "01").cents for name in NAMES[:2]]
    assert cents == [10_000, 20_000]
    # The second is shown what the first wrote meanwhile.
    assert f'id="case-{party_of(full, NAMES[0]).key}-01"' in said


def test_two_people_on_one_cell_are_told_and_neither_loses(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    other = directing(party_of(full, NAMES[0]).structure)
    User.objects.filter(pk=leader.pk).update(display_name="Nadia")
    type_in(signed_in_client(leader), full, NAMES[0], "100", full.version)
    client = signed_in_client(other)
    said = text_of(type_in(client, full, NAMES[0], "200", full.version))
    assert "Deux personnes ont écrit au même endroit" in said
    assert "Nadia a écrit 100,00" in said.replace("\u202f", " ")
    assert "Vous avez écrit 200,00" in said.replace("\u202f", " ")
    key = party_of(full, NAMES[0]).key
    assert terms_of(full).cell(key, "01").cents == 10_000
    # They may still write theirs, knowingly.
    sent = {"version": version_of(full), field(full, NAMES[0]): "200,00", "mesure": "euros"}
    client.post(address(full), sent)
    assert terms_of(full).cell(key, "01").cents == 20_000


def test_what_clashes_does_not_take_the_rest_with_it(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    party, line = party_of(full, NAMES[0]), full.terms.lines[0]
    type_in(signed_in_client(leader), full, NAMES[0], "", full.version)
    client = signed_in_client(directing(party.structure))
    sent = {"version": full.version, "euros": "9 000", "heures": "120"}
    said = text_of(client.post(address(full, "table_cell", party.pk, line.key), sent))
    assert "a vidé cette case" in said
    assert "La laisser vide" in said
    assert "Le reste de votre saisie est enregistré." in said
    cell = terms_of(full).cell(party.key, line.key)
    assert (cell.cents, cell.insertion_hours) == (None, 120)


def test_who_reads_is_told_what_others_wrote_and_nothing_where_nobody_did(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    at = address(full, "table_since")
    assert client.get(at, {"version": full.version}).status_code == 204
    type_in(client, full, NAMES[0], "100", full.version)
    said = text_of(client.get(at, {"version": full.version, "mesure": "euros"}))
    assert f'id="case-{party_of(full, NAMES[0]).key}-01"' in said
    assert f'id="case-{party_of(full, NAMES[1]).key}-01"' not in said


# --- Versions -----------------------------------------------------------------------------------


def test_undo_and_redo_walk_back_and_forth(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    key, start = party_of(full, NAMES[0]).key, full.version
    for text in ("100", "200", "300"):
        type_in(client, full, NAMES[0], text, version_of(full))

    def step(undo: bool) -> int | None:
        now = Alliance.objects.get(pk=full.pk)
        back, forth = undo_redo(now)
        number = back if undo else forth
        client.post(address(full, "return_to_version"), {"numero": number, "version": now.version})
        cents: int | None = terms_of(full).cell(key, "01").cents
        return cents

    assert [step(True), step(True)] == [20_000, 10_000]
    assert [step(False), step(False)] == [20_000, 30_000]
    assert undo_redo(Alliance.objects.get(pk=full.pk))[1] is None
    step(True)
    type_in(client, full, NAMES[0], "400", version_of(full))
    assert undo_redo(Alliance.objects.get(pk=full.pk)) == (start + 2, None)


def test_coming_back_from_an_old_page_undoes_nobody(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    type_in(client, full, NAMES[0], "100", full.version)
    client.post(address(full, "return_to_version"), {"numero": 1, "version": full.version})
    assert terms_of(full).cell(party_of(full, NAMES[0]).key, "01").cents == 10_000


def test_every_version_is_listed_told_and_read(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(leader)
    type_in(client, full, NAMES[0], "100", full.version)
    said = text_of(client.get(address(full, "table_history"))).replace("\u202f", " ")
    assert f"Version {full.version + 1}" in said
    assert "→ 100,00 €" in said
    old = text_of(client.get(address(full, "table_version", full.version))).replace("\u202f", " ")
    assert "100,00" not in old
    assert "Revenir à cette version" in old
    outsider = signed_in_client(directing(party_of(full, NAMES[0]).structure))
    assert "Revenir à cette version" not in text_of(
        outsider.get(address(full, "table_version", full.version))
    )


# --- Figures ------------------------------------------------------------------------------------


def test_means_in_figures_are_read_by_their_owner_and_by_no_other_party(
    full: Alliance, signed_in_client: SignIn
) -> None:
    own = signed_in_client(directing(party_of(full, NAMES[0]).structure))
    said = text_of(own.get(address(full)))
    assert said.count("Plafond\u00a0: reste") + said.count("de trop") >= 1
    assert said.count("Équipes\u00a0: ") == 1


def test_who_shows_its_margins_to_the_team_is_read_by_all(
    full: Alliance, signed_in_client: SignIn
) -> None:
    AllianceParty.objects.filter(pk=party_of(full, NAMES[1]).pk).update(shares_figures=True)
    own = signed_in_client(directing(party_of(full, NAMES[0]).structure))
    assert text_of(own.get(address(full))).count("Équipes\u00a0: ") == 2


def test_the_means_of_others_are_a_word_for_parties_and_never_move(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    """A member that types in its own row must not find the limit of another by trying."""
    client = signed_in_client(directing(party_of(full, NAMES[0]).structure))
    key = party_of(full, NAMES[1]).key
    told = set()
    for cents in (1, 10_000_000_000):
        terms = terms_of(full)
        revisions.write_terms(
            alliance=full,
            base=version_of(full),
            terms=terms.with_cell(replace(terms.cell(key, "01"), cents=cents, cfte=cents // 100)),
            by=leader,
            now=NOW,
        )
        said = text_of(client.get(address(full)))
        told.add(said.split(f'id="moyens-{key}"')[1].split("</div>")[0])
    assert len(told) == 1
    assert "À confirmer" in told.pop()


def test_who_coordinates_finds_no_limit_finer_than_a_step_by_trying(
    full: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    """Its network may use the crews of a party, not see them: one word, told by the step alone."""
    structure = party_of(full, NAMES[0]).structure
    key = party_of(full, NAMES[0]).key
    SharingAgreement.objects.filter(structure=structure).delete()
    SharingAgreement.objects.create(
        structure=structure,
        network=full.network,
        figure_class="network",
        starts_on=DAY,
        may_compose=True,
        may_see=False,
    )
    chantier = Chantier.objects.filter(structure=structure).order_by("pk").first()
    for rows in (chantier.crews, chantier.profiles, chantier.bookings):
        rows.all().delete()
    chantier.capacity_exceptions.all().delete()
    client, told = signed_in_client(leader), []
    for limit in (101, 149):
        Chantier.objects.filter(pk=chantier.pk).update(declared_cfte=limit)
        words = []
        for cfte in (90, 100, 101, 120, 149, 150, 200):
            terms = terms_of(full)
            cell = replace(terms.cell(key, "01"), cfte=cfte)
            revisions.write_terms(
                alliance=full,
                base=version_of(full),
                terms=terms.with_cell(cell),
                by=leader,
                now=NOW,
            )
            said = text_of(client.get(address(full)))
            words.append(said.split(f'id="moyens-{key}"')[1].split("</div>")[0])
            assert "ETP de trop en" not in said.replace("\u202f", " ")
        told.append(words)
    assert told[0] == told[1]
    assert len(set(told[0])) == 2


def test_the_number_of_queries_does_not_grow_with_the_table(
    alliance: Alliance, leader: User, count_queries: Callable[..., int]
) -> None:
    before = count_queries(address(alliance), leader)
    for each in Structure.objects.exclude(pk__in=alliance.parties.values("structure"))[:8]:
        actions.add_party(
            alliance=alliance, structure=each, role=PartyRole.MEMBER, by=leader, now=NOW
        )
    assert count_queries(address(alliance), leader) == before
    assert before <= 60
