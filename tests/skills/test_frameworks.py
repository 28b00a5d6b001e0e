"""A framework as a value: what `parse` reads, and every fault that it tells at once."""

import pytest
from django.core.exceptions import ValidationError

from cordee.skills.frameworks.values import parse

CONTENT = {
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
            "criteria": [{"code": "tondre-hauteur", "sentence": "Je règle la hauteur."}],
        }
    ],
    "situations": [
        {"code": "square", "title": "Tondre un square", "criteria": ["tondre-hauteur"]},
    ],
}


def test_what_is_written_is_read_again() -> None:
    framework = parse(CONTENT)
    assert parse(framework.as_content()) == framework
    assert framework.criteria["tondre-hauteur"][0].name == "Tondre"


def test_every_fault_is_told_at_once() -> None:
    one = CONTENT["competences"][0]  # type: ignore[index]
    content = CONTENT | {
        "trade": "maraichage-lunaire",
        "competences": [one, one | {"family": "autre", "after": ["tondre"]}],
        "situations": [{"code": "square", "title": "Square", "criteria": ["inconnu"]}],
    }
    with pytest.raises(ValidationError) as refused:
        parse(content)
    told = "\n".join(refused.value.messages)
    for part in (
        "Métier «\u00a0maraichage-lunaire\u00a0»",
        "Compétence «\u00a0tondre\u00a0»\u00a0: ce code est écrit deux fois",
        "la famille «\u00a0autre\u00a0» n’existe pas",
        "le critère «\u00a0inconnu\u00a0» n’existe pas",
        "tondre → tondre tourne en rond",
    ):
        assert part in told
