"""The same form sent several times at the same instant, is one row."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from cordee.economics.models import Commitment, Resource, YearStatement
from tests.economics import test_commitments, test_resources
from tests.members.makers import make_person, make_structure
from tests.mobilisation.test_at_once import Elsewhere

pytestmark = pytest.mark.django_db(transaction=True)
FIGURES = {"charges": "300 000", "recettes": "80 000"}


@pytest.mark.parametrize(
    ("route", "typed", "model"),
    [
        ("economics:add_commitment", test_commitments.typed, Commitment),
        ("economics:add_resource", test_resources.typed, Resource),
        (
            "economics:state",
            lambda: FIGURES | {"annee": str(test_resources.TODAY.year)},
            YearStatement,
        ),
    ],
)
def test_the_same_form_sent_at_once_is_one_row(route, typed, model, tmp_path: Path):
    structure = make_structure("Les Jardins")
    make_person("d@exemple.fr", role="director", structure=structure)
    data = {key: str(value) for key, value in typed().items()}
    path = reverse(route, args=[structure.pk])
    elsewhere = Elsewhere(tmp_path)
    output = elsewhere.run(["send", "d@exemple.fr", path, json.dumps(data), "4"])
    assert output == ["302"] * 4
    assert elsewhere.count(model) == 1
