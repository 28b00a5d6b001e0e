"""Immersions (RULE-41): noted, agreed to each time, renewed once, told by both sides; no workload
of a contract, and no name for who directs."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.bridge.immersions import actions, pages
from cordee.bridge.models import Immersion
from cordee.bridge.today import lines
from cordee.members.models import Structure
from cordee.members.roles import Role
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.rules.months import add_months
from cordee.rules.siret import is_valid_siren
from cordee.skills.badges.actions import issue
from cordee.skills.models import Learner
from tests.bridge.immersions import DAY, make_immersion, typed
from tests.delivery.makers import make_delivery, partner
from tests.members.makers import make_person, make_structure
from tests.skills.makers import make_learner, open_card, see

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def structure() -> Structure:
    return make_structure("Les Jardins")


@pytest.fixture
def counsellor(structure: Structure) -> User:
    return make_person("cip@exemple.fr", role=Role.COUNSELLOR, structure=structure)


@pytest.fixture
def director(structure: Structure) -> User:
    return make_person("direction@exemple.fr", role=Role.DIRECTOR, structure=structure)


@pytest.fixture
def learner(structure: Structure) -> Learner:
    return make_learner(structure, "Nour")


def add(structure: Structure) -> str:
    return reverse("bridge:add_immersion", args=[structure.pk])


def of(row: Immersion, what: str = "immersion") -> str:
    return reverse(f"bridge:{what}", args=[row.structure_id, row.pk])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split()).replace("\u202f", " ").replace("\u00a0", " ")


def test_one_is_noted_and_its_page_says_where_it_stands(
    structure: Structure, counsellor: User, signed_in_client: Any
) -> None:
    desk = signed_in_client(counsellor)
    sent = typed(TODAY, TODAY + 9 * DAY, convention="2026-77")
    told = text(desk.post(add(structure), sent, follow=True))
    assert "<h1>Chez Les Halles du Mirel, jusqu’au" in told
    assert "jamais le travail du marché lui-même" in told
    desk.post(add(structure), sent)
    row = Immersion.objects.get()
    assert (row.is_yes, row.said_on, row.noted_by) == (True, TODAY, counsellor)
    home = reverse("bridge:immersions", args=[structure.pk])
    assert "<h1>Une immersion en cours</h1>" in text(desk.get(home))
    assert JournalEntry.objects.filter(verb="bridge.write_immersion").count() == 1


@pytest.mark.parametrize(
    ("first", "last", "values", "told"),
    [
        (date(2027, 3, 1), date(2027, 4, 12), {}, "12 avril 2027 : une immersion dure un mois au"),
        (date(2027, 3, 1), date(2027, 4, 12), {}, "Écrivez au plus tard le 31 mars 2027."),
        (date(2027, 3, 2), date(2027, 3, 1), {}, "c’est avant le premier jour, le 2 mars 2027."),
        (date(2027, 3, 1), date(2027, 3, 9), {"said_on": ""}, "Il manque son accord."),
        (date(2027, 3, 1), date(2027, 3, 9), {"said_on": "2027-02-27"}, "aujourd’hui au plus tard"),
        (date(2027, 3, 1), date(2027, 3, 9), {"siren": "123 456 789"}, "n’est pas un SIREN"),
        (date(2027, 3, 1), date(2027, 3, 9), {"purpose": "WORK"}, "n’est pas dans la liste"),
        (date(9999, 3, 1), date(9999, 3, 9), {}, "L’année 9999 est trop loin."),
    ],
)
def test_what_is_wrong_is_told_with_its_cure_and_nothing_is_kept(
    first: date,
    last: date,
    values: dict[str, str],
    told: str,
    structure: Structure,
    counsellor: User,
    signed_in_client: Any,
) -> None:
    answer = signed_in_client(counsellor).post(add(structure), typed(first, last, **values))
    assert answer.status_code == 422
    assert told in text(answer)
    assert "Les Halles du Mirel" in text(answer)
    assert not Immersion.objects.exists()


def test_it_is_renewed_once_with_another_yes(
    structure: Structure, counsellor: User, learner: Learner, signed_in_client: Any
) -> None:
    row = make_immersion(structure, learner)
    desk = signed_in_client(counsellor)
    first = row.last_on + DAY
    too_long = {"last_on": (add_months(first, 1) + DAY).isoformat()}
    assert "un mois au plus" in text(desk.post(of(row, "renew_immersion"), too_long))
    until = {"last_on": (add_months(first, 1) - DAY).isoformat()}
    desk.post(of(row, "renew_immersion"), until)
    desk.post(of(row, "renew_immersion"), until)
    renewal = Immersion.objects.get(renews=row)
    assert (renewal.first_on, renewal.learner, renewal.is_yes) == (first, learner, None)
    assert renewal.company == row.company
    told = text(desk.post(of(renewal, "renew_immersion"), {"last_on": str(renewal.last_on + DAY)}))
    assert "elle est déjà renouvelée une fois. Notez une autre immersion" in told
    other = {"last_on": first.isoformat()}
    assert "déjà renouvelée, une fois" in text(desk.post(of(row, "renew_immersion"), other))
    assert Immersion.objects.count() == 2


def test_never_on_the_work_of_the_contract(
    structure: Structure, counsellor: User, signed_in_client: Any
) -> None:
    number = next(n for n in map(str, range(900_000_100, 900_000_999)) if is_valid_siren(n))
    builder = make_structure("Bâtir Ensemble", siret=f"{number}00011")
    partner(make_delivery(structure), builder)
    siren = {"company": "Bâtir Ensemble SA", "siren": builder.organisation.siren}
    desk = signed_in_client(counsellor)
    for named in (siren, {"company": "bâtir ensemble"}):
        answer = desk.post(add(structure), typed(TODAY, TODAY + DAY, **named))
        assert "Une immersion n’y remplace jamais du travail" in text(answer)
        assert "Les haies du canal" in text(answer)
        assert 'type="checkbox" name="is_apart"' in text(answer)
    assert not Immersion.objects.exists()
    # In another year, or for another work, it may be.
    desk.post(add(structure), typed(TODAY, TODAY + DAY, is_apart="on", **siren))
    later = add_months(TODAY, 24)
    desk.post(add(structure), typed(later, later + DAY, **siren))
    assert Immersion.objects.count() == 2


def test_she_says_yes_herself_each_time_and_shows_what_she_chooses(
    client: Any, structure: Structure, counsellor: User, learner: Learner, signed_in_client: Any
) -> None:
    see(learner, counsellor)
    badge = issue(learner, "Tondre", by=counsellor, now=timezone.now())
    row = make_immersion(structure, learner, is_yes=False)
    assert row.state == ("inconnu", "Accord attendu")
    page = open_card(client, learner, counsellor)
    shown = text(client.get(page))
    assert "Je vais chez Les Halles du Mirel" in shown
    assert "Ce que je montre à l’entreprise" in shown
    stranger = make_immersion(structure, make_learner(structure, "Ali"), is_yes=False)
    said = {"geste": "oui", "montrer": [str(badge.number), "autre"]}
    assert client.post(page, said | {"question": f"bridge-{stranger.pk}"}).status_code == 404
    assert client.post(page, said | {"question": "ailleurs-1"}).status_code == 404
    client.post(page, said | {"question": f"bridge-{row.pk}"})
    row.refresh_from_db()
    assert (row.is_yes, row.said_on, row.shown) == (True, TODAY, [str(badge.number)])
    desk = signed_in_client(counsellor)
    assert "Tondre : vérifier l’attestation" in text(desk.get(of(row)))
    # Other days: she is asked again. Another number of the convention: she is not.
    day = row.first_on
    sent = typed(day, row.last_on, learner=learner.pk, purpose="CONFIRM", convention="2026-78")
    desk.post(of(row, "edit_immersion"), sent)
    row.refresh_from_db()
    assert (row.is_yes, row.convention) == (True, "2026-78")
    desk.post(of(row, "edit_immersion"), sent | {"last_on": str(row.last_on + DAY)})
    row.refresh_from_db()
    assert (row.is_yes, row.said_on, row.shown) == (None, None, [])
    client.post(page, {"geste": "non", "question": f"bridge-{row.pk}"})
    row.refresh_from_db()
    assert row.state == ("bloque", "Dit non")


def test_both_sides_say_how_it_ended(
    structure: Structure, counsellor: User, learner: Learner, signed_in_client: Any
) -> None:
    host = make_structure("Les Halles")
    boss = make_person("patronne@exemple.fr", role=Role.DIRECTOR, structure=host)
    siren = host.organisation.siren
    row = make_immersion(structure, learner, is_yes=False, siren=siren)
    desk, theirs = signed_in_client(counsellor), signed_in_client(boss)
    hosted = reverse("bridge:hosted")
    assert "Aucune immersion chez vous" in text(theirs.get(hosted))
    told = text(desk.post(of(row, "end_immersion"), {"fin": "hired"}, follow=True))
    assert "Il manque son accord pour cette immersion." in told
    actions.settle(learner, row.pk, True, [], TODAY)
    told = text(desk.post(of(row, "end_immersion"), {"fin": "hired"}, follow=True))
    assert "Revenez ce jour-là, ou choisissez « arrêtée avant la fin »." in told
    told = text(desk.post(of(row, "end_immersion"), {"fin": "autre"}, follow=True))
    assert "choisissez une des réponses" in told
    Immersion.objects.update(first_on=TODAY + DAY, last_on=TODAY + 2 * DAY)
    for page in (desk.get(of(row)), theirs.get(hosted)):
        assert "Comment finit l’immersion" not in text(page)
        assert "Renouveler</a>" not in text(page)
    Immersion.objects.update(first_on=TODAY - 12 * DAY, last_on=TODAY - DAY)
    desk.post(of(row, "end_immersion"), {"fin": "hired"})
    shown = text(theirs.get(hosted))
    assert "<h1>Une immersion chez vous</h1>" in shown
    assert "Les Jardins, du" in shown
    assert "Nour" not in shown
    theirs.post(reverse("bridge:hosted_end", args=[row.pk]), {"fin": "goes_on"})
    row.refresh_from_db()
    assert (row.ending, row.company_ending) == ("hired", "goes_on")
    shown = text(desk.get(of(row)))
    assert "<h1>Chez Les Halles du Mirel : une embauche suit</h1>" in shown
    assert "le projet avance" in shown
    assert pages.counts(structure.immersions.all()) == (1, 1)
    # Taken back it counts no more; put back it does.
    desk.post(of(row, "remove_immersion"))
    assert pages.counts(structure.immersions.all()) == (0, 0)
    assert "Aucune immersion chez vous" in text(theirs.get(hosted))
    desk.post(of(row, "restore_immersion"))
    assert pages.counts(structure.immersions.all()) == (1, 1)


def test_what_the_rule_refuses_since_is_not_put_back(
    structure: Structure, counsellor: User, learner: Learner, signed_in_client: Any
) -> None:
    row, desk = make_immersion(structure, learner), signed_in_client(counsellor)
    desk.post(of(row, "remove_immersion"))
    partner(make_delivery(structure), make_structure(row.company))
    told = text(desk.post(of(row, "restore_immersion"), follow=True))
    assert "Une immersion n’y remplace jamais du travail" in told
    row.refresh_from_db()
    assert row.taken_back_at


def test_who_directs_reads_dates_and_no_name(
    structure: Structure, director: User, learner: Learner, signed_in_client: Any
) -> None:
    row = make_immersion(structure, learner, convention="2026-77")
    desk = signed_in_client(director)
    for page in (
        reverse("bridge:immersions", args=[structure.pk]),
        of(row),
        of(row, "edit_immersion"),
    ):
        shown = text(desk.get(page))
        assert "Les Halles du Mirel" in shown
        assert "Nour" not in shown
    assert "2026-77" not in text(desk.get(of(row)))
    # Corrected by who directs, it stays hers.
    desk.post(of(row, "edit_immersion"), typed(row.first_on, row.last_on, purpose="CONFIRM"))
    row.refresh_from_db()
    assert (row.learner, row.is_yes) == (learner, True)


def test_a_renewed_immersion_counts_once_and_a_contract_tells_its_own(
    structure: Structure, counsellor: User, director: User, signed_in_client: Any
) -> None:
    facilitator = make_person("facilite@exemple.fr", role=Role.FACILITATOR)
    contract = make_delivery(structure, facilitator=facilitator)
    panel = reverse("bridge:contract", args=[contract.pk])
    told = text(signed_in_client(director).get(panel))
    assert "Chez vous, aucune immersion notée n’a suivi ce marché." in told
    row = make_immersion(structure, starts=-40, delivery=contract)
    renewal = row.renewed()
    renewal.last_on, renewal.said_on = renewal.first_on + DAY, row.said_on
    actions.write_immersion(row=renewal, by=counsellor)
    actions.say_ending(row=renewal, ending="hired", of_company=False, by=counsellor)
    shown = text(signed_in_client(director).get(panel))
    assert "Chez vous : 1 immersion, 1 embauche." in shown
    assert "Voir mes passerelles" in shown
    shown = text(signed_in_client(facilitator).get(panel))
    assert "moins de 5 immersions, moins de 5 embauches, en tout." in shown
    assert signed_in_client(make_person("loin@exemple.fr")).get(panel).status_code == 404


def test_today_tells_what_waits(
    structure: Structure, counsellor: User, director: User, learner: Learner
) -> None:
    def waiting(person: User) -> list[str]:
        return [each.what for each in lines_of([lines], Viewer.of(person, TODAY), timezone.now())]

    host = make_structure("Les Halles")
    boss = make_person("patronne@exemple.fr", role=Role.DIRECTOR, structure=host)
    row = make_immersion(structure, learner, is_yes=False, siren=host.organisation.siren)
    asked = "Un accord est attendu pour une immersion chez Les Halles du Mirel"
    assert (waiting(counsellor), waiting(director), waiting(boss)) == ([asked], [], [])
    actions.settle(learner, row.pk, True, [], TODAY)
    assert waiting(counsellor) == ["L’immersion chez Les Halles du Mirel finit"]
    assert waiting(boss) == ["L’immersion avec Les Jardins finit"]
    Immersion.objects.update(last_on=TODAY + 8 * DAY)
    assert waiting(counsellor) == []
    Immersion.objects.update(last_on=TODAY - DAY)
    assert waiting(counsellor) == ["L’immersion chez Les Halles du Mirel est finie"]
    actions.say_ending(row=row, ending="nothing", of_company=False, by=counsellor)
    assert waiting(counsellor) == []


def test_pages_make_as_many_queries_whatever_there_is(
    structure: Structure, counsellor: User, count_queries: Any
) -> None:
    host = make_structure("Les Halles")
    boss = make_person("patronne@exemple.fr", role=Role.DIRECTOR, structure=host)

    def counted() -> list[int]:
        row = make_immersion(
            structure, make_learner(structure), siren=host.organisation.siren, company="Les Halles"
        )
        Learner.objects.update(left_on=TODAY)
        home = reverse("bridge:immersions", args=[structure.pk])
        pages = ((home, counsellor), (of(row), counsellor), (reverse("bridge:hosted"), boss))
        return [count_queries(page, person) for page, person in pages]

    before = counted()
    for _ in range(3):
        after = counted()
    assert after == before
    assert max(after) <= 12
