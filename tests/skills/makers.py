"""Small rows for the tests of learning at work."""

from typing import Any

from cordee.members.models import Structure
from cordee.skills.models import Learner, OwnFramework

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
        }
    ],
    "situations": [
        {
            "code": "square",
            "title": "Tondre un square",
            "criteria": ["tondre-hauteur", "tondre-droit"],
        },
    ],
}


def make_framework(structure: Structure, content: dict[str, Any] = CONTENT) -> OwnFramework:
    return OwnFramework.objects.create(
        structure=structure, code=content["code"], name=content["name"], content=content
    )


def make_learner(structure: Structure, pseudonym: str = "Nour", **values: Any) -> Learner:
    return Learner.objects.create(structure=structure, pseudonym=pseudonym, **values)
