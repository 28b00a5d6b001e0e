"""« Réparer »: the nearest split of the table, the figures it may use, the words it finds."""

import re
from dataclasses import replace
from typing import Any

import pytest

from cordee.accounts.models import User
from cordee.agreement import Cell, PartyRole, Terms
from cordee.agreement.breaks import NoticeDemands
from cordee.agreement.checks import breaks
from cordee.agreement.edits import alone
from cordee.alliances import revisions
from cordee.alliances.invitations import actions
from cordee.alliances.models import Alliance, AllianceParty, AllianceRevision
from cordee.alliances.problem.repair_question import question_of, table_viewer
from cordee.alliances.problem.repairing import repaired
from cordee.alliances.table.repair_page import moved_cents
from cordee.base.ui import french
from cordee.economics.models import AccountingYear
from cordee.members.models import (
    Activity,
    CapacityException,
    Chantier,
    Crew,
    SharingAgreement,
    Structure,
)
from cordee.members.sharing import FigureClass, Viewer
from tests.alliances.table.test_table import address, full, terms_of, version_of
from tests.alliances.test_workspace import (
    NAMES,
    NOW,
    SignIn,
    alliance,
    day_of_the_valley,
    directing,
    leader,
    opened,
    party_of,
    text_of,
)
from tests.composing.conftest import DAY
from tests.members.makers import make_structure

__all__ = ["alliance", "day_of_the_valley", "full", "leader"]

pytestmark = pytest.mark.django_db


def repair_of(alliance: Alliance, terms: Terms | None = None) -> Any:
    parties = list(alliance.parties.select_related("structure__organisation"))
    network = Viewer.of_network(alliance.network, DAY)
    rights = table_viewer(parties, network, None)
    packages = list(alliance.breakdown.packages.all())
    question = question_of(terms or terms_of(alliance), parties, packages, rights)
    return repaired(question, seconds=20)


def write(alliance: Alliance, terms: Terms, by: User) -> None:
    revisions.write_terms(alliance=alliance, base=version_of(alliance), terms=terms, by=by, now=NOW)


def with_unlimited_means(alliance: Alliance) -> None:
    """Nobody's crews nor accounts limit anything."""
    structures = alliance.parties.values("structure")
    Crew.objects.filter(chantier__structure__in=structures).delete()
    Chantier.objects.filter(structure__in=structures).update(declared_cfte=None)
    AccountingYear.objects.filter(chantier__structure__in=structures).delete()


def limited_to(alliance: Alliance, name: str, cfte: int) -> None:
    """The free capacity of a party, the same in each month, told to the network."""
    structure = party_of(alliance, name).structure
    chantier = Chantier.objects.filter(structure=structure).order_by("pk").first()
    Crew.objects.filter(chantier=chantier).delete()
    CapacityException.objects.filter(chantier=chantier).delete()
    chantier.profiles.all().delete()
    chantier.bookings.all().delete()
    Chantier.objects.filter(pk=chantier.pk).update(declared_cfte=cfte)
    SharingAgreement.objects.filter(structure=structure).delete()
    SharingAgreement.objects.create(
        structure=structure,
        network=alliance.network,
        figure_class=FigureClass.NETWORK,
        starts_on=DAY,
        may_see=False,
        may_compose=True,
    )


@pytest.fixture
def plain(full: Alliance) -> Alliance:
    with_unlimited_means(full)
    return full


def whole_line(alliance: Alliance, *parts: tuple[str, int]) -> Terms:
    """Every line held by the named parties, by so many hundredths; sums are right."""
    terms = replace(terms_of(alliance), cells=())
    for line in terms.lines:
        left, work = line.price_cents, line.need_cfte or 0
        for place, (name, percent) in enumerate(parts, start=1):
            last = place == len(parts)
            cents = left if last else line.price_cents * percent // 100
            cfte = work if last else (line.need_cfte or 0) * percent // 100
            left, work = left - cents, work - cfte
            key = party_of(alliance, name).key
            terms = terms.with_cell(Cell(party=key, line=line.key, cents=cents, cfte=cfte))
    return terms


def test_a_table_that_holds_is_left_alone(plain: Alliance) -> None:
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    answer = repair_of(plain, terms)
    assert answer.terms == terms
    assert not answer.answer.changed


def test_every_line_adds_up_to_its_price_and_pins_stay(plain: Alliance, leader: User) -> None:
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    first = terms.lines[0]
    one, two = (party_of(plain, name).key for name in NAMES[:2])
    terms = terms.with_cell(replace(terms.cell(one, first.key), cents=1_000_001, pinned=True))
    answer = repair_of(plain, terms)
    assert answer.terms is not None
    assert answer.terms.cell(one, first.key).cents == 1_000_001
    assert answer.terms.cell(two, first.key).cents == first.price_cents - 1_000_001
    for line in terms.lines:
        cells = [answer.terms.cell(key, line.key) for key in (one, two)]
        assert sum(cell.cents or 0 for cell in cells) == line.price_cents
    assert answer.is_proven


def test_who_has_too_much_gives_up_what_it_must_and_the_hours_follow(
    plain: Alliance,
) -> None:
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    first = terms.lines[0]
    one, two = (party_of(plain, name).key for name in NAMES[:2])
    for key, hours in ((one, 600), (two, 400)):
        terms = terms.with_cell(replace(terms.cell(key, first.key), insertion_hours=hours))
    had = terms.cell(one, first.key).cfte or 0
    limited_to(plain, NAMES[0], max(50, had - had % 50 - 50))
    answer = repair_of(plain, terms)
    assert answer.terms is not None
    cells = [answer.terms.cell(key, first.key) for key in (one, two)]
    assert (cells[0].cfte or 0) < had
    assert sum(cell.cents or 0 for cell in cells) == first.price_cents
    assert sum(cell.insertion_hours or 0 for cell in cells) == 1_000
    assert (cells[0].insertion_hours or 0) < 600


def test_a_subcontractor_stays_inside_its_member_and_is_not_given_more(plain: Alliance) -> None:
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    first = terms.lines[0]
    one, third = party_of(plain, NAMES[0]), party_of(plain, NAMES[2])
    parties = tuple(
        replace(p, role=PartyRole.SUBCONTRACTOR, of=one.key) if p.key == third.key else p
        for p in terms.parties
    )
    terms = replace(terms, parties=parties)
    held = terms.cell(one.key, first.key)
    sub = Cell(
        party=third.key,
        line=first.key,
        cents=(held.cents or 0) // 2,
        cfte=(held.cfte or 0) // 2,
    )
    terms = terms.with_cell(sub)
    cheaper = tuple(
        replace(line, price_cents=line.price_cents - 500_000) if line.key == first.key else line
        for line in terms.lines
    )
    answer = repair_of(plain, replace(terms, lines=cheaper))
    assert answer.terms is not None
    now = answer.terms
    assert sum(now.cell(p.key, first.key).cents or 0 for p in now.members) == (
        first.price_cents - 500_000
    )
    assert (now.cell(third.key, first.key).cents or 0) <= (sub.cents or 0)
    assert not [
        each
        for each in breaks(now, {}, NoticeDemands(), on=DAY)
        if each.code in {"over_member", "price"}
    ]


def test_a_small_share_told_in_euros_alone_is_not_taken_away(plain: Alliance) -> None:
    """It holds: nothing there has to move, though the method would not propose so little."""
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    first = terms.lines[0]
    one, two, third = (party_of(plain, name) for name in NAMES)
    parties = tuple(
        replace(p, role=PartyRole.SUBCONTRACTOR, of=one.key) if p.key == third.key else p
        for p in terms.parties
    )
    sub = Cell(party=third.key, line=first.key, cents=300_000)
    other = terms.cell(two.key, terms.lines[1].key)
    terms = replace(terms, parties=parties).with_cell(sub)
    terms = terms.with_cell(replace(other, cents=(other.cents or 0) + 500_000))
    answer = repair_of(plain, terms)
    assert answer.terms is not None
    assert answer.terms.cell(third.key, first.key).cents == 300_000
    assert moved_cents(terms, answer.terms) == 500_000


def test_where_one_answers_alone_the_others_stay_inside_its_amount(plain: Alliance) -> None:
    """What it gives out is a part of its own: a lower price is found there, to the cent."""
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    one, two = (party_of(plain, name).key for name in NAMES[:2])
    terms = alone(replace(terms, parties=terms.parties[:2]), one)
    first = terms.lines[0]
    given = terms.cell(two, first.key).cents or 0
    cheaper = tuple(
        replace(line, price_cents=line.price_cents - 500_001) if line.key == first.key else line
        for line in terms.lines
    )
    answer = repair_of(plain, replace(terms, lines=cheaper))
    assert answer.terms is not None
    now = answer.terms
    assert now.holder is not None
    assert now.cell(one, first.key).cents == first.price_cents - 500_001
    assert (now.cell(two, first.key).cents or 0) <= given
    assert sum(now.own_cents(p.key) for p in now.parties) == now.price_cents
    assert not [each for each in breaks(now, {}, NoticeDemands(), on=DAY) if each.blocks]


def test_the_figures_of_who_opened_none_limit_nothing(plain: Alliance) -> None:
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    limited_to(plain, NAMES[0], 50)
    SharingAgreement.objects.filter(structure=party_of(plain, NAMES[0]).structure).delete()
    assert not repair_of(plain, terms).answer.changed


def test_asking_many_times_never_finds_a_limit_that_may_not_be_seen(plain: Alliance) -> None:
    """Bisection: whatever is pinned and asked, the share ends on a step, not on the figure."""
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    first = terms.lines[0]
    key = party_of(plain, NAMES[0]).key
    need = first.need_cfte or 0
    # The same step holds both limits: nothing that is asked may tell them apart.
    step = max(50, need // 3 // 50 * 50)
    told = []
    for limit in (step + 1, step + 49):
        limited_to(plain, NAMES[0], limit)
        answers = []
        for cfte in range(1, need + 1, max(1, need // 12)):
            cell = replace(terms.cell(key, first.key), cfte=cfte)
            for pinned in (False, True):
                tried = terms.with_cell(replace(cell, pinned=pinned))
                answer = repair_of(plain, tried)
                answers.append((answer.terms, answer.lift, answer.in_the_way, answer.short))
        told.append(answers)
    assert told[0] == told[1]


def test_crews_of_one_step_ask_one_question(plain: Alliance) -> None:
    """What a repair depends on is one fingerprint, whichever crew of the step a party has."""
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    party = party_of(plain, NAMES[0])
    limited_to(plain, NAMES[0], 500)
    chantier = party.structure.chantiers.order_by("pk")[0]
    CapacityException.objects.create(chantier=chantier, first_month=0, months=30_000, cfte=500)

    def asked(crews: int, minutes: int) -> str:
        Crew.objects.filter(chantier=chantier).delete()
        for _ in range(crews):
            Crew.objects.create(chantier=chantier, name="Une", places=20, weekly_minutes=minutes)
        parties = list(plain.parties.select_related("structure__organisation"))
        rights = table_viewer(parties, Viewer.of_network(plain.network, DAY), None)
        packages = list(plain.breakdown.packages.all())
        return question_of(terms, parties, packages, rights).print

    # 0,50 and 0,98 FTE, then 1,00: with twenty places.
    assert asked(1, 53) == asked(1, 103) == asked(4, 103) != asked(1, 106)
    AllianceParty.objects.filter(pk=party.pk).update(shares_figures=True)
    assert len({asked(1, 53), asked(1, 103), asked(4, 103)}) == 3


def test_a_party_keeps_as_many_lines_as_people_agreed_on(
    plain: Alliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its crews may not be seen, so those of one crew count: what it holds already stays."""
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    assert len(terms.lines) > 1
    limited_to(plain, NAMES[0], 5_000)
    monkeypatch.setattr("cordee.mobilisation.rounding.UNSEEN_PACKAGES", 1)
    assert not repair_of(plain, terms).answer.changed


def test_figures_shown_to_the_team_are_used_to_the_cent(plain: Alliance) -> None:
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    first = terms.lines[0]
    key = party_of(plain, NAMES[0]).key
    only = replace(terms, cells=tuple(c for c in terms.cells if c.line == first.key))
    only = replace(only, lines=(first,))
    had = only.cell(key, first.key).cfte or 0
    limited_to(plain, NAMES[0], had - 7)
    AllianceParty.objects.filter(pk=party_of(plain, NAMES[0]).pk).update(shares_figures=True)
    answer = repair_of(plain, only)
    assert answer.terms is not None
    assert answer.terms.cell(key, first.key).cfte == had - 7


def test_staff_lent_shrinks_with_the_amount_of_who_borrows_it(plain: Alliance) -> None:
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    first = terms.lines[0]
    one, two, third = (party_of(plain, name) for name in NAMES)
    parties = tuple(
        replace(p, role=PartyRole.STAFFING, of=one.key) if p.key == third.key else p
        for p in terms.parties
    )
    terms = replace(terms, parties=parties)
    held = terms.cell(one.key, first.key)
    lent = Cell(party=third.key, line=first.key, cents=(held.cents or 0) // 2, cfte=20)
    # The other member is pinned, and the price falls: the first one alone gives way.
    terms = terms.with_cell(lent)
    terms = terms.with_cell(replace(terms.cell(two.key, first.key), pinned=True))
    price = first.price_cents - (held.cents or 0) // 4
    lines = (replace(first, price_cents=price), *terms.lines[1:])
    answer = repair_of(plain, replace(terms, lines=lines))
    assert answer.terms is not None
    now = answer.terms.cell(third.key, first.key)
    whole = answer.terms.cell(one.key, first.key)
    assert whole.cents == (held.cents or 0) - (held.cents or 0) // 4
    assert now.cents == (lent.cents or 0) * (whole.cents or 0) // (held.cents or 1)
    assert (now.cfte or 0) < 20


def test_what_is_short_is_said_where_the_team_cannot(plain: Alliance) -> None:
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    first = terms.lines[0]
    held = tuple(cell for cell in terms.cells if cell.line == first.key)
    terms = replace(replace(terms, cells=held), lines=(first,))
    for name in NAMES:
        limited_to(plain, name, 20)
    parties = list(plain.parties.select_related("structure__organisation"))
    network = Viewer.of_network(plain.network, DAY)
    rights = table_viewer(parties, network, None)
    packages = list(plain.breakdown.packages.all())
    question = question_of(terms, parties, packages, rights)
    answer = repaired(question, seconds=20)
    assert answer.terms is None
    assert answer.short


# --- The page -----------------------------------------------------------------------------------


def test_what_a_subcontractor_loses_counts_as_what_moves(
    plain: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    """It had far more than its member: a cent that members exchange is not the whole move."""
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    first = terms.lines[0]
    one, third = party_of(plain, NAMES[0]), party_of(plain, NAMES[2])
    parties = tuple(
        replace(p, role=PartyRole.SUBCONTRACTOR, of=one.key) if p.key == third.key else p
        for p in terms.parties
    )
    own = terms.cell(one.key, first.key).cents or 0
    sub = Cell(party=third.key, line=first.key, cents=own + 5_000_000, cfte=10)
    write(plain, replace(terms, parties=parties).with_cell(sub), leader)
    kept = repair_of(plain).terms.cell(third.key, first.key).cents or 0
    lost = french.euros((sub.cents or 0) - kept, rounded=True)
    said = text_of(signed_in_client(leader).get(address(plain, "repair_table")))
    assert f"{lost} à déplacer" in said


def test_a_repair_is_read_before_it_is_kept_and_can_be_undone(
    plain: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    key = party_of(plain, NAMES[0]).key
    first = terms.lines[0]
    write(plain, terms.with_cell(replace(terms.cell(key, first.key), cents=1)), leader)
    client = signed_in_client(leader)
    said = text_of(client.get(address(plain, "repair_table")))
    # The third structure has no part, and no move of euros gives it one: no promise that it holds.
    assert re.search(r"à déplacer, puis 1\spoint à régler", said)
    assert f"{NAMES[2]} n’a encore aucune part." in said
    assert "la répartition tient" not in said
    assert "Entre ces structures, aucune répartition qui tient ne déplace moins d’euros." in said
    before = version_of(plain)
    mark = said.split('name="marque" value="')[1].split('"')[0]
    for forged in ("", "autre", f"x{mark}"):
        client.post(address(plain, "repair_table"), {"marque": forged})
    assert version_of(plain) == before
    client.post(address(plain, "repair_table"), {"marque": mark})
    row = plain.revisions.get(number=before + 1)
    assert row.origin == AllianceRevision.Origin.REPAIR
    assert not [b for b in breaks(row.read(), {}, NoticeDemands(), on=DAY) if b.code == "price"]
    client.post(address(plain, "return_to_version"), {"numero": before, "version": before + 1})
    assert terms_of(plain).cell(key, first.key).cents == 1


def test_what_blocks_is_named_without_the_figures_of_others_and_the_pin_can_be_taken_out(
    plain: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    first = terms.lines[0]
    key = party_of(plain, NAMES[0]).key
    limited_to(plain, NAMES[0], 50)
    write(plain, terms.with_cell(replace(terms.cell(key, first.key), pinned=True)), leader)
    client = signed_in_client(leader)
    said = text_of(client.get(address(plain, "repair_table")))
    assert "Aucune répartition ne tient" in said
    assert "dépasse ses moyens connus." in said
    assert "Retirez l’épingle" in said
    client.post(address(plain), {"epingler": f"{key}-{first.key}", "version": version_of(plain)})
    assert not terms_of(plain).cell(key, first.key).pinned


def test_only_who_coordinates_asks_for_a_repair(plain: Alliance, signed_in_client: SignIn) -> None:
    client = signed_in_client(directing(party_of(plain, NAMES[0]).structure))
    assert client.get(address(plain, "repair_table")).status_code == 404
    assert "Réparer" not in text_of(client.get(address(plain)))


def one_line_too_big(alliance: Alliance, leader: User) -> Terms:
    """One line that the three structures cannot hold together, with nothing pinned."""
    terms = whole_line(alliance, (NAMES[0], 60), (NAMES[1], 40))
    first = terms.lines[0]
    held = tuple(cell for cell in terms.cells if cell.line == first.key)
    terms = replace(replace(terms, cells=held), lines=(first,))
    for name in NAMES:
        limited_to(alliance, name, 20)
    write(alliance, terms, leader)
    return terms


def test_the_repair_counts_who_was_called_in_and_waits_for_her_yes(
    plain: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    terms = one_line_too_big(plain, leader)
    client = signed_in_client(leader)
    said = text_of(client.get(address(plain, "repair_table")))
    assert "Voir qui pourrait venir" in said
    package = plain.breakdown.packages.get(position=1)
    near = make_structure("Les Sentiers", latitude=package.latitude, longitude=package.longitude)
    Activity.objects.create(
        chantier=near.chantiers.get(), trade=package.trade, proficiency=3, reach_km=80
    )
    actions.call_in(alliance=plain, structure=near, by=leader, now=NOW)
    row = plain.parties.select_related("structure").get(structure=near)
    assert row.state == AllianceParty.State.INVITED
    assert terms_of(plain).share_cents(row.key) == 0, "nothing is written before it is read"
    again = text_of(client.get(address(plain, "repair_table")))
    name = row.structure.shown_name
    assert f"{name} n’a pas encore dit oui\u00a0: ses lignes attendent sa réponse." in again
    mark = again.split('name="marque" value="')[1].split('"')[0]
    client.post(address(plain, "repair_table"), {"marque": mark})
    assert terms_of(plain).share_cents(row.key) > 0
    assert terms_of(plain).cell(row.key, terms.lines[0].key).cfte
    # Nobody inside learns their name, and they read nothing of the table, before their yes.
    director = directing(party_of(plain, NAMES[0]).structure)
    actions.invite(party=party_of(plain, NAMES[0]), by=leader, now=NOW)
    actions.answer_invitation(party=party_of(plain, NAMES[0]), is_yes=True, by=director, now=NOW)
    table = text_of(signed_in_client(director).get(address(plain)))
    assert name not in table
    assert "Attend son oui" in table
    assert signed_in_client(directing(row.structure)).get(address(plain)).status_code == 404


def test_a_structure_that_leads_reads_what_lacks_and_where_to_look_for_somebody(
    valley: Any, signed_in_client: SignIn
) -> None:
    own = Structure.objects.get(name=NAMES[0])
    director = directing(own)
    made = opened(valley, director, (), network=None, structure=own)
    Crew.objects.filter(chantier__structure=own).delete()
    own.chantiers.update(declared_cfte=20)
    first = made.terms.lines[0]
    key = party_of(made, NAMES[0]).key
    cell = Cell(party=key, line=first.key, cents=first.price_cents, cfte=first.need_cfte)
    write(made, replace(made.terms, lines=(first,)).with_cell(cell), director)
    said = text_of(signed_in_client(director).get(address(made, "repair_table")))
    assert "dans les moyens connus de l’équipe" in said
    assert address(made, "open_lines") in said


def test_what_is_kept_is_what_was_read_or_nothing(
    plain: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    """Somebody writes, or a means changes, between the page and the button."""
    terms = whole_line(plain, (NAMES[0], 60), (NAMES[1], 40))
    key = party_of(plain, NAMES[0]).key
    first = terms.lines[0]
    write(plain, terms.with_cell(replace(terms.cell(key, first.key), cents=1)), leader)
    client = signed_in_client(leader)

    def offered() -> str:
        said = text_of(client.get(address(plain, "repair_table")))
        return said.split('name="marque" value="')[1].split('"')[0]

    mark = offered()
    limited_to(plain, NAMES[1], 4_000)
    before = version_of(plain)
    client.post(address(plain, "repair_table"), {"marque": mark})
    assert version_of(plain) == before, "their means changed"
    mark = offered()
    write(plain, terms.with_cell(replace(terms.cell(key, first.key), cents=2)), leader)
    before = version_of(plain)
    client.post(address(plain, "repair_table"), {"marque": mark})
    assert version_of(plain) == before, "somebody wrote"
    client.post(address(plain, "repair_table"), {"marque": offered()})
    assert version_of(plain) == before + 1


def test_a_search_that_is_cut_short_says_so_and_goes_on(
    plain: Alliance, leader: User, signed_in_client: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def slow(question: Any, *, seconds: float) -> Any:
        asked.append(seconds)
        found = repaired(question, seconds=20)
        return replace(found, is_cut_short=True)

    monkeypatch.setattr("cordee.alliances.table.repair_page.repaired", slow)
    write(plain, whole_line(plain, (NAMES[0], 60), (NAMES[1], 40)), leader)
    client = signed_in_client(leader)
    page = address(plain, "repair_table")
    short = text_of(client.get(page))
    assert 'hx-trigger="load"' in short
    assert f'href="{page}?longue=oui"' in short, "without JavaScript, a link"
    assert 'hx-trigger="load"' not in text_of(client.get(f"{page}?longue=oui"))
    assert asked == [2.0, 6.0]
