"""A framework as a value: what `parse` reads, and every fault that it tells at once."""

import re

import pytest
from django.core.exceptions import ValidationError

from cordee.rules.trades import TRADES
from cordee.skills.frameworks.values import FAMILIES, ours, parse
from tests.skills.makers import CONTENT


def test_what_is_written_is_read_again() -> None:
    framework = parse(CONTENT)
    assert parse(framework.as_content()) == framework
    assert framework.criteria["tondre-hauteur"][0].name == "Tondre"


def test_every_fault_is_told_at_once() -> None:
    one = CONTENT["competences"][0]
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


def test_ours_are_read_and_keep_their_promises() -> None:
    assert set(ours()) == {
        *("espaces-verts", "second-oeuvre", "proprete", "restauration", "recyclage"),
        "transversal",
    }
    seen: set[str] = set()
    for framework in ours().values():
        assert dict(framework.families) == FAMILIES
        if framework.code == "transversal":
            assert (framework.trade, framework.rome) == ("", ())
        else:
            assert set(framework.rome) <= set(TRADES[framework.trade].rome)
        assert 5 <= len(framework.competences) <= 8
        assert 5 <= len(framework.situations) <= 8
        for competence in framework.competences:
            assert competence.icon, competence.code
            assert 3 <= len(competence.criteria) <= 5, competence.code
        for situation in framework.situations:
            for told in (situation.criteria, situation.risks, situation.preparation):
                assert told, situation.code
            assert situation.task
            assert situation.equipment
        # An observation is read by its code: no two frameworks of ours share one.
        assert not seen & set(framework.criteria)
        seen |= set(framework.criteria)


def test_ours_are_short_and_in_the_first_person() -> None:
    """Read by who reads little: fifteen words or so, « je » or what is mine, French spaces."""
    for framework in ours().values():
        for _, one in framework.criteria.values():
            words = one.sentence.split(" ")
            assert len(words) <= 18, one.sentence
            assert re.search(r"(?i)\b(je|j’|mes?|mon|on me)\b|j’|Le bord", one.sentence), (
                one.sentence
            )
            assert not re.search(r" [:;?!»]|« ", one.sentence), one.sentence


def test_what_is_too_long_or_not_drawn_is_told() -> None:
    one = CONTENT["competences"][0]
    content = CONTENT | {"competences": [one | {"icon": "licorne", "name": "x" * 200}]}
    with pytest.raises(ValidationError) as refused:
        parse(content)
    told = "\n".join(refused.value.messages)
    assert "160 pour les mots" in told
    assert "le pictogramme «\u00a0licorne\u00a0» n’existe pas. Laissez vide ou choisissez" in told
