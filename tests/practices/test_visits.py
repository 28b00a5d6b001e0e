"""« Visites croisées » : asked, agreed on, told, read first by the visited, published or not."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.members.models import Activity, Chantier, RoleSeat, Structure
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.practices.models import Visit
from cordee.practices.positioning import actions, pages, pairs, today
from cordee.practices.positioning.access import answering_together
from cordee.practices.positioning.grid import NOT_A_LABEL
from tests.alliances.conftest import rope
from tests.members.makers import join, make_network, make_person, make_structure, make_valley
from tests.practices.positioning_makers import make_visit

__all__ = ["rope"]
pytestmark = pytest.mark.django_db
SEEN = "Un livret de deux pages"


def placed(name: str, commune: str = "38002", **values) -> Structure:
    return make_structure(name, commune_id=commune, department_id="38", is_claimed=True, **values)


@pytest.fixture
def host() -> Structure:
    make_valley()
    return placed("Les Jardins")


@pytest.fixture
def guest(host) -> Structure:
    return placed("Rives et Sentiers", "38001")


@pytest.fixture
def of_host(host, signed_in_client):
    return signed_in_client(make_person("hote@exemple.fr", role="director", structure=host))


@pytest.fixture
def of_guest(guest, signed_in_client):
    return signed_in_client(make_person("invite@exemple.fr", role="director", structure=guest))


@pytest.fixture
def stranger(signed_in_client):
    return signed_in_client(make_person("ailleurs@exemple.fr"))


def page(structure, name="visit", *keys) -> str:
    return reverse(f"practices:{name}", args=[structure.pk, *keys])


def waiting(client_of: str) -> list[str]:
    from cordee.accounts.models import User

    viewer = Viewer.of(User.objects.get(email=client_of), timezone.localdate())
    return [each.what for each in lines_of([today.lines], viewer, timezone.now())]


def test_a_visit_from_its_day_to_its_report(host, guest, of_host, of_guest, stranger):
    asked = {
        "visited": host.pk,
        "on": timezone.localdate() + timedelta(days=1),
        "first_visitor": "direction",
        "second_visitor": "supervisor",
    }
    url = page(guest, "ask_visit")
    assert "Les Jardins, à 11" in of_guest.get(url).text
    answer = of_guest.post(url, asked)
    visit = Visit.objects.get()
    assert answer.headers["Location"] == page(guest, "visit", visit.pk)
    (told,) = waiting("hote@exemple.fr")
    assert told.startswith("Rives et Sentiers demande à vous visiter le ")
    assert "est déjà prévue" in of_guest.post(url, asked).text

    of_host.post(page(host, "accept_visit", visit.pk))
    Visit.objects.update(on=timezone.localdate() - timedelta(days=1))
    assert waiting("invite@exemple.fr") == [
        "Écrire le compte rendu de votre visite chez Les Jardins"
    ]
    first = page(guest, "visit_report", visit.pk, "employeur")
    kept = of_guest.post(first, {"vu-accueil": SEEN, "discuter-accueil": "Qui le relit\u00a0?"})
    assert kept.headers["Location"] == page(guest, "visit_report", visit.pk, "production")
    # The visited one reads nothing of it yet.
    assert SEEN not in of_host.get(page(host, "visit", visit.pk)).text
    assert of_host.get(page(host, "visit_report", visit.pk, "employeur")).status_code == 404
    of_guest.post(page(guest, "send_visit", visit.pk))

    told = of_host.get(page(host, "visit", visit.pk)).text
    assert SEEN in told
    assert "Qui le relit" in told
    assert NOT_A_LABEL in told
    assert waiting("hote@exemple.fr") == ["Compte rendu de visite arrivé\u00a0: Rives et Sentiers"]
    # Nobody else reads it, nor that it is there.
    assert stranger.get(page(host, "visit", visit.pk)).status_code == 404
    assert "Aucune visite croisée publiée" in stranger.get(page(host, "visits")).text

    visit.refresh_from_db()
    read = {"lu": visit.sent_at.isoformat()}
    assert f'value="{read["lu"]}"' in told
    of_host.post(page(host, "publish_visit", visit.pk), read)
    assert of_guest.post(first, {"vu-accueil": "Autre chose"}).status_code == 404
    assert SEEN in stranger.get(page(host, "visit", visit.pk)).text
    panel = stranger.get(page(host, "visits"), headers={"HX-Request": "true"}).text
    assert "Rives et Sentiers, le " in panel
    assert waiting("hote@exemple.fr") == []
    of_host.post(page(host, "withdraw_visit", visit.pk))
    assert stranger.get(page(host, "visit", visit.pk)).status_code == 404
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert {"practices.publish_visit", "practices.withdraw_visit"} <= verbs
    assert not JournalEntry.objects.filter(after__icontains="livret").exists()


def test_a_report_sent_is_completed_and_read_again_before_it_is_published(
    host, guest, of_host, of_guest
):
    visit = make_visit("sent", visited=host, visiting=guest)
    assert "Compléter votre compte rendu" in of_guest.get(page(guest, "visit", visit.pk)).text
    said = {"vu-accueil": SEEN, "discuter-accueil": "Et le soir\u00a0?"}
    url = page(guest, "visit_report", visit.pk, "employeur")
    assert "renvoyé à Les Jardins" in of_guest.post(url, said, follow=True).text
    publish, read = page(host, "publish_visit", visit.pk), {"lu": visit.sent_at.isoformat()}
    told = of_host.post(publish, read, follow=True).text
    assert "a été complété. Relisez-le" in told
    assert "Et le soir" in told
    visit.refresh_from_db()
    assert visit.published_at is None
    of_host.post(publish, {"lu": visit.sent_at.isoformat()})
    visit.refresh_from_db()
    assert visit.published_at
    with pytest.raises(ValidationError, match="est publié"):
        actions.note_visit(visit=visit, said={"accueil": ("", "")}, by=visit.noted_by)


def test_who_visits_does_not_publish_and_who_is_visited_does_not_write(
    host, guest, of_host, of_guest
):
    visit = make_visit("sent", visited=host, visiting=guest)
    assert of_guest.post(page(guest, "publish_visit", visit.pk)).status_code == 404
    assert of_host.post(page(host, "send_visit", visit.pk)).status_code == 404
    assert of_host.get(page(host, "plan_visit", visit.pk)).status_code == 404


def test_no_one_is_visited_without_its_yes(host, guest, of_host, of_guest):
    visit = make_visit("asked", visited=host, visiting=guest)
    assert of_guest.get(page(guest, "visit_report", visit.pk, "formation")).status_code == 404
    told = of_guest.post(page(guest, "send_visit", visit.pk), follow=True).text
    assert "n’a pas encore dit oui" in told
    of_host.post(page(host, "refuse_visit", visit.pk))
    assert "refusée</h1>" in of_guest.get(page(guest, "visit", visit.pk)).text
    assert of_guest.get(page(guest, "plan_visit", visit.pk)).status_code == 404


def test_a_refused_visit_is_not_asked_again_at_once(host, guest, of_host, of_guest):
    visit, on = make_visit("asked", visited=host, visiting=guest), timezone.localdate()
    of_host.post(page(host, "refuse_visit", visit.pk))
    of_guest.post(page(guest, "remove_visit", visit.pk))
    asked = {"visited": host.pk, "on": on, "first_visitor": "direction", "second_visitor": "board"}
    refused = of_guest.post(page(guest, "ask_visit"), asked)
    assert refused.status_code == 422
    assert "a reçu un non le " in refused.text
    assert "Demandez-la de nouveau à partir du " in refused.text
    # The other way round is another question.
    other = {**asked, "visited": guest.pk}
    assert of_host.post(page(host, "ask_visit"), other).status_code == 302
    Visit.objects.filter(pk=visit.pk).update(answered_on=on - actions.ASKED_AGAIN_AFTER)
    assert of_guest.post(page(guest, "ask_visit"), asked).status_code == 302


def test_an_empty_report_is_not_sent_and_one_not_sent_is_not_published(
    host, guest, of_host, of_guest
):
    visit = make_visit("agreed", visited=host, visiting=guest, notes={})
    told = of_guest.post(page(guest, "send_visit", visit.pk), follow=True).text
    assert "Ce compte rendu est vide" in told
    Visit.objects.update(notes={"accueil": [SEEN, ""]})
    told = of_host.post(page(host, "publish_visit", visit.pk), follow=True).text
    assert "ne vous est pas encore envoyé" in told
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.update(published_at=timezone.now())


def test_another_day_is_agreed_on_again(host, guest, of_guest):
    visit = make_visit("agreed", visited=host, visiting=guest, notes={})
    said = {"on": timezone.localdate(), "first_visitor": "board", "second_visitor": "employee"}
    of_guest.post(page(guest, "plan_visit", visit.pk), said)
    visit.refresh_from_db()
    assert (visit.is_agreed, visit.second_visitor) == (None, "employee")
    lacking = of_guest.post(page(guest, "plan_visit", visit.pk), said | {"second_visitor": ""})
    assert lacking.status_code == 422
    late = of_guest.post(page(guest, "plan_visit", visit.pk), said | {"on": "2020-01-01"})
    assert "est passé. Choisissez un jour à venir." in late.text
    report = page(guest, "visit_report", visit.pk, "formation")
    for days, status in ((1, 404), (0, 200)):
        Visit.objects.update(is_agreed=True, on=timezone.localdate() + timedelta(days=days))
        assert of_guest.get(report).status_code == status


def test_called_off_by_either_side_and_put_back(host, guest, of_host, of_guest):
    visit = make_visit("agreed", visited=host, visiting=guest)
    of_host.post(page(host, "remove_visit", visit.pk))
    assert of_guest.get(page(guest, "visit_report", visit.pk, "formation")).status_code == 404
    assert of_guest.get(page(guest, "visit", visit.pk)).status_code == 404
    assert "La remettre" in of_guest.get(page(guest, "visits")).text
    of_guest.post(page(guest, "restore_visit", visit.pk))
    assert of_guest.get(page(guest, "visit_report", visit.pk, "formation")).status_code == 200


def test_a_visit_that_took_place_is_a_proof_for_both(host, guest):
    on = timezone.localdate()
    make_visit("agreed", visited=host, visiting=guest)
    make_visit("asked", visited=host, visiting=guest)
    for each in (host, guest):
        told = pages.COUNTERS["practices.visits"].count(each, on)
        assert str(told) == f"1\u202fvisite croisée depuis janvier {on.year - 1}"


def test_what_waits_of_visits_is_its_own_query(host, guest, of_host, django_assert_num_queries):
    from cordee.accounts.models import User

    for state in ("asked", "sent"):
        make_visit(state, visited=host, visiting=guest)
    viewer = Viewer.of(User.objects.get(email="hote@exemple.fr"), timezone.localdate())
    with django_assert_num_queries(2):  # the one of all rooms, and its own
        assert len(lines_of([today.lines], viewer, timezone.now())) == 2


# --- Not together -----------------------------------------------------------------------------


@pytest.fixture
def team(rope):
    """Two that answer together, and a third that was only asked."""
    found = rope().invite()
    found.say_yes("jardins")
    found.say_yes("toits")
    return found


def test_two_that_answer_together_do_not_visit_each_other(team, signed_in_client):
    guest, host = team.structures["jardins"], team.structures["toits"]
    sent = {
        "visited": host.pk,
        "on": timezone.localdate(),
        "first_visitor": "direction",
        "second_visitor": "office",
    }
    client = signed_in_client(team.directors["jardins"])
    assert f'value="{host.pk}"' not in client.get(page(guest, "ask_visit")).text
    refused = client.post(page(guest, "ask_visit"), sent)
    assert refused.status_code == 422
    assert "Les Jardins du Val et Les Toits du Val répondent ensemble" in refused.text
    assert (
        client.post(
            page(guest, "ask_visit"), sent | {"visited": team.structures["peintres"].pk}
        ).status_code
        == 302
    )


def test_a_yes_is_refused_too_once_they_answer_together(team, signed_in_client):
    guest, host = team.structures["jardins"], team.structures["toits"]
    visit = make_visit("asked", visited=host, visiting=guest)
    client = signed_in_client(team.directors["toits"])
    told = client.post(page(host, "accept_visit", visit.pk), follow=True).text
    assert "répondent ensemble" in told
    assert "cette visite attend" in told
    visit.refresh_from_db()
    assert visit.is_agreed is None


def test_what_a_reader_does_not_know_is_not_told_by_a_refusal(team):
    """Whoever has not said yes is nobody to the others (RULE-38)."""
    keys = {each.pk for each in team.structures.values()}
    pair = frozenset({team.structures["jardins"].pk, team.structures["toits"].pk})
    assert answering_together(make_person("x@exemple.fr"), keys) == set()
    assert answering_together(team.leader, keys) == {pair}
    assert answering_together(team.directors["toits"], keys) == {pair}
    assert answering_together(team.directors["peintres"], keys) == set()


# --- A network --------------------------------------------------------------------------------


@pytest.fixture
def network(host, guest):
    found = make_network("Réseau du Val")
    for each in (host, guest, placed("Sans direction"), placed("Trop loin", "73001")):
        join(each, found)
        Activity.objects.create(
            chantier=Chantier.objects.get(structure=each), trade="espaces-verts"
        )
    return found


@pytest.fixture
def staff(network):
    return make_person("r@exemple.fr", role="network_staff", network=network)


def test_a_network_proposes_near_members_of_one_trade(
    network, staff, host, guest, of_host, of_guest, signed_in_client, django_assert_num_queries
):
    RoleSeat.objects.create(
        person=make_person("loin@exemple.fr"),
        role="director",
        structure=Structure.objects.get(name="Trop loin"),
    )
    client, url = signed_in_client(staff), reverse("practices:visit_pairs", args=[network.slug])
    assert "Qui pourrait aller voir qui" in client.get(url).text
    assert "Aucune visite possible" in client.get(url, {"metier": "proprete"}).text
    told = client.get(url, {"metier": "espaces-verts"}).text
    assert told.count(">Proposer</button>") == 1
    assert "Sans direction" not in told
    sent = {"visiting": guest.pk, "visited": host.pk}
    assert client.get(url).text.count(">Proposer</button>") == 1, "of all trades at once"
    told = client.post(f"{url}?metier=espaces-verts", sent).text
    assert "C’est proposé à Rives et Sentiers" in told
    assert ">Proposer</button>" not in told
    visit = Visit.objects.get()
    assert (visit.proposed_by, visit.on) == (network, None)
    assert waiting("invite@exemple.fr") == ["Votre réseau vous propose d’aller voir Les Jardins"]
    assert waiting("hote@exemple.fr") == []
    assert client.post(url, {"visiting": guest.pk, "visited": "²"}).status_code == 404
    away = reverse("practices:withdraw_proposal", args=[network.slug, visit.pk])
    assert away in told
    with django_assert_num_queries(9):
        client.get(url)
    told = client.post(away, follow=True).text
    assert "La proposition est retirée" in told
    assert told.count(">Proposer</button>") == 1
    assert waiting("invite@exemple.fr") == []
    assert client.post(away).status_code == 404


def test_a_network_takes_no_visit_back_once_its_day_is_chosen(
    network, staff, host, guest, signed_in_client
):
    visit = make_visit("asked", visited=host, visiting=guest, proposed_by=network)
    client, pk = signed_in_client(staff), visit.pk
    away = reverse("practices:withdraw_proposal", args=[network.slug, pk])
    assert away not in client.get(reverse("practices:visit_pairs", args=[network.slug])).text
    assert client.post(away).status_code == 404
    Activity.objects.filter(chantier__structure=guest).update(trade="proprete-urbaine")
    Visit.objects.all().delete()
    told = client.get(reverse("practices:visit_pairs", args=[network.slug])).text
    assert ">Proposer</button>" not in told, "of no trade of theirs"


def test_a_network_reads_how_many_took_place_and_nothing_written(
    network, staff, host, guest, signed_in_client
):
    visit = make_visit("sent", visited=host, visiting=guest, on=timezone.localdate())
    client = signed_in_client(staff)
    told = client.get(reverse("practices:network_positionings", args=[network.slug])).text
    assert "1\u202fvisite croisée a eu lieu" in told
    assert SEEN not in told
    assert client.get(page(host, "visit", visit.pk)).status_code == 404


def test_who_met_lately_is_not_sent_again_and_distance_is_told(network, staff, host, guest):
    make_person("a@exemple.fr", role="director", structure=host)
    make_person("b@exemple.fr", role="director", structure=guest)
    from cordee.members.network_access import desk_for

    desk, on = desk_for(staff, network.slug), timezone.localdate()
    (pair,) = pairs.pairs(staff, desk, "espaces-verts", on)
    assert {pair.visiting, pair.visited} == {host, guest}
    assert 11 < pair.km < 12
    make_visit("agreed", visited=host, visiting=guest)
    assert pairs.pairs(staff, desk, "espaces-verts", on) == []
    # A no counts, taken back or not; a visit called off does not.
    Visit.objects.update(is_agreed=False, taken_back_at=timezone.now())
    assert pairs.pairs(staff, desk, "espaces-verts", on) == []
    Visit.objects.update(is_agreed=True)
    assert len(pairs.pairs(staff, desk, "espaces-verts", on)) == 1
    Visit.objects.update(taken_back_at=None, on=on - timedelta(days=800))
    assert len(pairs.pairs(staff, desk, "espaces-verts", on)) == 1


def test_a_structure_does_not_visit_itself(host, guest):
    visit = make_visit("asked", visited=host, visiting=guest)
    visit.visiting = host
    with pytest.raises(ValidationError, match="Une structure en visite une autre"):
        actions.ask_visit(visit=visit, by=make_person("x@exemple.fr"))
