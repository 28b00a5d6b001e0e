"""A code that carries its label stays the code: read back, compared, kept and sent as it."""

import json
import pickle

from cordee.rules.kinds import Kind


def test_a_code_with_its_label_is_still_its_code() -> None:
    assert Kind("ACI") is Kind.ACI
    assert Kind.ACI == "ACI" == str(Kind.ACI) == Kind.ACI.value
    assert json.dumps([Kind.ACI]) == '["ACI"]'
    assert pickle.loads(pickle.dumps(Kind.ACI)) is Kind.ACI
    assert Kind.ACI.label == "Atelier ou chantier d’insertion"


def test_every_label_is_written() -> None:
    assert all(kind.label for kind in Kind)
