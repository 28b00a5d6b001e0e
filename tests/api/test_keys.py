"""Keys of programs: shown once, kept as a print, closed at once, never more than their person."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.accounts import actions, key_actions
from cordee.accounts.models import ApiKey, JournalEntry
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import RoleSeat
from tests.access.world import World
from tests.api.conftest import Program, key_of
from tests.members.makers import make_network, make_person
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
ME = "/api/v1/moi/"
PAGE = "/compte/logiciels/"
NEW = "/compte/logiciels/nouvelle-cle/"
SENT = {"name": "Tableur du réseau", "scope": "read", "days": "90"}


def with_password(person: Any) -> Any:
    person.set_password("ce que sa main sait")
    person.save()
    return person


def proven(person: Any) -> StrictClient:
    """They have proved a moment ago who they are."""
    client = StrictClient()
    client.force_login(with_password(person))
    client.post("/compte/confirmer-identite/", {"password": "ce que sa main sait"})
    return client


def test_a_key_is_made_on_its_page_and_shown_once() -> None:
    client = proven(make_person("zoe@exemple.fr"))
    assert client.post(NEW, SENT)["Location"] == PAGE
    client.head(PAGE)  # a link checker looks: nothing was shown
    shown = client.get(PAGE).content.decode()
    secret = re.search(r"cordee_[\w-]{40,}", shown)
    assert secret
    assert Program(secret[0]).get(ME).json()["key"]["scope"] == "read"
    again = client.get(PAGE).content.decode()
    assert secret[0] not in again
    assert "Tableur du réseau" in again


def test_only_a_print_of_the_secret_is_kept() -> None:
    key, secret = key_of(make_person("zoe@exemple.fr"))
    kept = " ".join(str(value) for value in ApiKey.objects.filter(pk=key.pk).values()[0].values())
    assert secret not in kept
    assert secret.removeprefix("cordee_") not in kept
    assert len(secret) > 45
    written = JournalEntry.objects.about(key).get()
    assert written.verb == "accounts.make_key"
    assert written.after == {"scope": "read", "days": 30}


def test_making_a_key_asks_for_a_proof_and_is_told_by_mail() -> None:
    person = with_password(make_person("zoe@exemple.fr"))
    client = StrictClient()
    client.force_login(person)
    assert client.get(NEW)["Location"].startswith("/compte/confirmer-identite/")
    assert client.post(NEW, SENT)["Location"].startswith("/compte/confirmer-identite/")
    assert not ApiKey.objects.exists()
    proven(person).post(NEW, SENT)
    key = ApiKey.objects.get()
    (told,) = OutgoingMail.objects.filter(key__startswith=f"api_key:{key.pk}")
    assert told.recipient == "zoe@exemple.fr"
    assert "Clés pour mes logiciels" in told.text


def test_a_name_is_used_once_and_ten_keys_are_enough() -> None:
    person, now = make_person("zoe@exemple.fr"), timezone.now()
    key_of(person, name="Tableur")
    with pytest.raises(ValidationError, match="déjà une clé de ce nom"):
        key_of(person, name="Tableur")
    for number in range(key_actions.MOST_KEYS - 1):
        key_of(person, name=f"Autre {number}")
    with pytest.raises(ValidationError, match="déjà 10 clés"):
        key_of(person, name="Une de trop")
    key_actions.revoke_key(key=ApiKey.objects.get(name="Tableur"), by=person, now=now)
    key_of(person, name="Tableur")


def test_an_expired_key_gives_its_name_back() -> None:
    person, then = make_person("zoe@exemple.fr"), timezone.now() - timedelta(days=31)
    _, old = key_of(person, name="Tableur", now=then)
    _, new = key_of(person, name="Tableur")
    assert Program(old).get(ME).status_code == 401
    assert Program(new).get(ME).status_code == 200


def test_a_key_taken_back_opens_nothing_at_once() -> None:
    person = make_person("zoe@exemple.fr")
    key, secret = key_of(person)
    program = Program(secret)
    assert program.get(ME).status_code == 200
    client = StrictClient()
    client.force_login(person)
    assert "Retirer la clé" in client.get(f"{PAGE}{key.pk}/retirer/").content.decode()
    client.post(f"{PAGE}{key.pk}/retirer/")
    client.post(f"{PAGE}{key.pk}/retirer/")
    refused = program.get(ME)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Clés pour mes logiciels" in refused.json()["errors"][0]["cure"]
    verbs = JournalEntry.objects.about(key).values_list("verb", flat=True)
    assert list(verbs).count("accounts.revoke_key") == 1


@pytest.mark.parametrize(
    "sent",
    ["", "Bearer", "Bearer ", "Bearer cordee_devinee", "Basic em9lOm1vdA==", "cordee_devinee"],
)
def test_what_is_no_key_opens_nothing(sent: str) -> None:
    assert Program(**({"Authorization": sent} if sent else {})).get(ME).status_code == 401


def test_a_wrong_key_is_not_replaced_by_the_session_beside() -> None:
    program = Program(Authorization="Bearer cordee_devinee")
    program.client.force_login(make_person("zoe@exemple.fr"))
    assert program.get(ME).status_code == 401


def test_closing_an_account_closes_its_keys_and_opening_it_again_does_not() -> None:
    person = make_person("zoe@exemple.fr")
    key, secret = key_of(person)
    actions.close_account(person=person, by=person, now=timezone.now())
    assert Program(secret).get(ME).status_code == 401
    actions.reopen_account(person=person, by=None)
    assert Program(secret).get(ME).status_code == 401
    actions.erase_account(person=person, by=None)
    assert not ApiKey.objects.filter(pk=key.pk).exists()


def test_a_key_follows_the_seats_of_the_day(world: World) -> None:
    director = world.person("director")
    _, secret = key_of(director)
    address = f"/api/v1/opportunites/{world.own_need.pk}/"
    assert Program(secret).get(address).status_code == 200
    RoleSeat.objects.filter(person=director).delete()
    assert Program(secret).get(address).status_code == 404


def test_the_use_of_a_key_is_noted_at_most_every_ten_minutes() -> None:
    key, secret = key_of(make_person("zoe@exemple.fr"))
    Program(secret).get(ME)
    key.refresh_from_db()
    first = key.last_used_at
    assert first is not None
    Program(secret).get(ME)
    key.refresh_from_db()
    assert key.last_used_at == first
    key_actions.note_use(key=key, now=first + timedelta(minutes=11))
    key.refresh_from_db()
    assert key.last_used_at == first + timedelta(minutes=11)


def test_whoever_needs_a_second_factor_needs_it_here_too(
    world: World, settings: Any, program: Callable[..., Program]
) -> None:
    settings.SECOND_FACTOR = True
    staff = world.person("network_staff")
    asks = program(staff)
    refused = asks.get(ME)
    assert refused.status_code == 403
    assert "Sécurité de mon compte" in refused.json()["errors"][0]["cure"]
    by_session = Program()
    by_session.client.force_login(staff)
    assert by_session.get(ME).status_code == 403
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={})
    assert asks.get(ME).status_code == 200


def test_one_of_her_networks_is_chosen_in_each_demand(program: Callable[..., Program]) -> None:
    one, two, other = (make_network(name) for name in ("Réseau A", "Réseau B", "Réseau C"))
    person = make_person("zoe@exemple.fr", role="network_staff", network=one)
    RoleSeat.objects.create(person=person, role="delegate", network=two, region_id=None)
    asks = program(person)
    told = asks.get(ME).json()
    assert [each["slug"] for each in told["networks"]] == [one.slug, two.slug]
    assert told["acts_for"] == one.slug
    assert asks.get(f"/api/v1/compositions/?reseau={two.slug}").status_code == 200
    for slug in (other.slug, "personne"):
        refused = asks.get(f"/api/v1/compositions/?reseau={slug}")
        assert refused.status_code == 422
        fault = refused.json()["errors"][0]
        assert (fault["field"], fault["value"]) == ("reseau", slug)
        assert fault["cure"] == f"Choisissez : {one.slug}, {two.slug}."


def test_a_key_counts_and_not_the_session_beside(
    world: World, program: Callable[..., Program]
) -> None:
    asks = program(make_person("zoe@exemple.fr"))
    asks.client.force_login(world.person("network_staff"))
    told = asks.get(ME).json()
    assert (told["networks"], told["acts_for"]) == ([], None)
    assert asks.get(f"/api/v1/opportunites/{world.own_need.pk}/").status_code == 404
