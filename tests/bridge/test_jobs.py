"""Posts that employers publish: what a structure was asked and what it answered."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.members.roles import Role
from cordee.mobilisation.actions.answers import record_answer
from cordee.mobilisation.models import Answer
from cordee.notices.notice import NeedKind
from tests.bridge.test_immersions import text
from tests.members.makers import make_network, make_person
from tests.mobilisation.campaign_makers import (
    ask_of,
    director_of,
    last_office_moment,
    make_call,
    make_delegate,
    make_member,
    relayed,
)

pytestmark = pytest.mark.django_db


def test_a_post_is_answered_as_any_question_of_a_network(signed_in_client: Any) -> None:
    network, now = make_network("Réseau du Val"), last_office_moment(timezone.now())
    structure = make_member("Les Jardins", network)
    values = {"source": "private", "network": network, "need_kind": NeedKind.LABOUR, "now": now}
    post, other = (make_call(title, **values) for title in ("Deux jardiniers", "Une cuisinière"))
    make_call("Des haies", now=now)
    counsellor = make_person("cip@exemple.fr", role=Role.COUNSELLOR, structure=structure)
    desk = signed_in_client(director_of(structure))
    page = reverse("bridge:jobs", args=[structure.pk])
    shown = text(desk.get(page))
    assert "<h1>Deux postes à pourvoir</h1>" in shown
    assert shown.count("votre réseau n’a pas encore posé la question") == 2
    assert "Des haies" not in shown
    relayed(make_delegate("relais@exemple.fr", network), post, to=[structure], now=now)
    shown = text(desk.get(page))
    assert "<h1>Deux postes à pourvoir, 1 attend votre réponse</h1>" in shown
    assert f'href="{reverse("campaigns:ask", args=[ask_of(structure).pk])}"' in shown
    add = reverse("bridge:add_immersion", args=[structure.pk])
    assert f'href="{add}?poste={other.pk}"' in shown
    # Who directs answers; others read the posts.
    assert "Répondre à ce poste" not in text(signed_in_client(counsellor).get(page))
    record_answer(
        ask=ask_of(structure),
        choice=Answer.Choice.NOT_NOW,
        channel=Answer.Channel.APPLICATION,
        by=director_of(structure),
        now=now,
    )
    shown = text(desk.get(page))
    assert "<h1>Deux postes à pourvoir</h1>" in shown
    assert "Pas maintenant" in shown
    assert "Changer ma réponse" in shown
    chosen = text(desk.get(f"{add}?poste={post.pk}"))
    assert f'<option value="{post.pk}" selected>Deux jardiniers</option>' in chosen
