"""In the demo somebody waits for an answer, and an invitation for its reader."""

import pytest

from cordee.accounts.models import User
from cordee.members import people_access
from cordee.members.models import Invitation
from tests.composing.conftest import loaded_valley, valley

__all__ = ["loaded_valley", "valley"]
pytestmark = pytest.mark.django_db


def test_the_director_has_a_request_to_answer(valley) -> None:
    director = User.objects.get(email="direction@cordee.example")
    waiting = people_access.requests_to_decide(director, valley.day)
    assert [str(request.person) for request in waiting] == ["Félix Inconnu"]
    invited = Invitation.objects.pending().get(by=director)
    assert invited.structure == waiting[0].structure
