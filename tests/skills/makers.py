"""Small rows for the tests of learning at work."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.files import sound_of, store
from cordee.members.models import Structure
from cordee.members.roles import Role
from cordee.skills.badges.tokens import Attestation
from cordee.skills.field.actions import observe
from cordee.skills.frameworks.values import parse
from cordee.skills.learners import actions
from cordee.skills.learners.pages import Task
from cordee.skills.models import Learner, Observation, OwnFramework, Recording
from tests.members.makers import make_person

CONTENT: dict[str, Any] = {
    "code": "espaces-verts",
    "name": "Espaces verts",
    "version": 2,
    "trade": "espaces-verts",
    "rome": ["A1203"],
    "families": {"pro": "Savoirs professionnels"},
    "competences": [
        {
            "code": "tondre",
            "name": "Tondre",
            "family": "pro",
            "icon": "tondre",
            "criteria": [
                {"code": "tondre-hauteur", "sentence": "Je règle la hauteur."},
                {"code": "tondre-droit", "sentence": "Je tonds droit."},
            ],
        },
        {
            "code": "tailler",
            "name": "Tailler",
            "family": "pro",
            "criteria": [{"code": "tailler-net", "sentence": "Je coupe net."}],
        },
    ],
    "situations": [
        {
            "code": "square",
            "title": "Tondre un square",
            "criteria": ["tondre-hauteur", "tondre-droit"],
        },
    ],
}
# What was seen, as it is signed.
SAID = Attestation(
    number=UUID("0f3c9a5e-6a35-4d0e-9a5b-2f6b3d1c7e90"),
    who="Noémie",
    competence="Débroussailler un talus",
    sentences=(
        "Je garde quinze mètres entre moi et les autres, et je le leur dis.",
        "Je coupe le moteur dès que quelqu’un approche de la machine.",
        "Je laisse le talus propre, et je range les outils à leur place.",
    ),
    told="Vu jusqu’au 17 novembre 2026.",
    structure="Les Jardins de la Verdoire",
    issuer="https://cordee.example/annuaire/1234/",
    issued_at=datetime(2026, 11, 30, 8, tzinfo=UTC),
)


def make_framework(structure: Structure, content: dict[str, Any] = CONTENT) -> OwnFramework:
    return OwnFramework.objects.create(
        structure=structure, code=content["code"], name=content["name"], content=content
    )


def make_learner(structure: Structure, pseudonym: str = "Nour", **values: Any) -> Learner:
    return Learner.objects.create(structure=structure, pseudonym=pseudonym, **values)


def teacher_of(structure: Structure, email: str = "basile@exemple.fr") -> User:
    person = make_person(email, role=Role.SUPERVISOR, structure=structure)
    person.display_name = "Basile"
    person.save()
    return person


def see(
    learner: Learner,
    by: User,
    *,
    criterion: str = "tondre-droit",
    level: str = "acquired",
    seen_on: date | None = None,
    number: UUID | None = None,
) -> Observation:
    today = timezone.localdate()
    observe(
        structure=learner.structure,
        task=Task("", "", parse(CONTENT), ()),
        levels={(learner.pk, criterion): level},
        newest=None,
        number=number or uuid4(),
        seen_on=seen_on or today,
        by=by,
        today=today,
    )
    return Observation.objects.filter(learner=learner).latest("pk")


def open_card(client: Client, learner: Learner, by: User) -> str:
    """Print her card, show its pictures with this client; the address of her page."""
    token, pictures = actions.print_card(learner=learner, by=by, now=timezone.now())
    address = reverse("card:page", args=[token])
    show(client, address, pictures)
    return address


def show(client: Client, address: str, pictures: list[str]) -> object:
    """Touch three pictures, one after the other, as the page does; the last answer."""
    answer = None
    for count, name in enumerate(pictures):
        touched = {"avant": " ".join(pictures[:count]), "image": name}
        answer = client.post(address, touched)
    return answer


# The start of a sound, in four of the sorts that are read.
SOUND = b"OggS" + bytes(60)


def make_recording(structure: Structure, **values: Any) -> Recording:
    """A sentence read aloud; the one that stands there, if it does."""
    place = {"language": "fr", "code": "espaces-verts/tondre-droit", "french": "Je tonds droit."}
    if found := Recording.objects.filter(structure=structure, **(place | values)).first():
        return found
    stored = store(name="s.ogg", content=SOUND, now=timezone.now(), told_by=sound_of)
    return Recording.objects.create(structure=structure, stored=stored, **(place | values))
