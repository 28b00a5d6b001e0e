"""The Monday board, by hand: filled in on a phone, kept a week later in one gesture, printed."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from cordee.members.models import Crew
from cordee.skills.week.plan import default_day
from tests.members.makers import make_structure
from tests.skills.makers import make_framework, make_learner, teacher_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_monday_is_filled_in_then_the_next_one_begins_from_it(
    visit: Callable[..., Page], axe_check: Callable[[Page], None]
) -> None:
    structure = make_structure("Les Jardins du Val")
    make_framework(structure)
    chantier = structure.chantiers.first() or structure.chantiers.create(name="Le chantier")
    Crew.objects.create(chantier=chantier, name="Équipe du bourg", places=8)
    for name in ("Nour", "Gus"):
        make_learner(structure, name)
    week = reverse("skills:week", args=[structure.pk])
    monday = default_day(timezone.localdate())
    page = visit(f"{week}?jour={monday}", phone=True, user=teacher_of(structure))
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Lundi\u00a0: deux à confirmer")

    page.get_by_role("link", name="Changer").click()
    axe_check(page)
    page.get_by_label("Nour, présence").select_option(label="là")
    page.get_by_label("Gus, présence").select_option(label="pas là")
    for label in ("Nour, équipe", "Gus, équipe", "Tâche 1, équipe"):
        page.get_by_label(label).select_option(label="Équipe du bourg")
    page.get_by_label("Équipe du bourg, véhicule").fill("fourgon 1")
    page.get_by_label("Équipe du bourg, départ").fill("07:30")
    page.get_by_label("Tâche 1, tâche").fill("Tondre un square")
    page.get_by_role("button", name="Garder").click()
    expect(title).to_have_text("Lundi\u00a0: 1\u202fpersonne")
    expect(page.get_by_text("1re fois\u00a0: Nour")).to_be_visible()
    axe_check(page)

    following = monday + timedelta(days=7)
    page.goto(f"{page.url.partition('?')[0]}?jour={following}")
    expect(title).to_have_text("Lundi\u00a0: 1\u202fpersonne, une à confirmer")
    page.get_by_role("button", name="Garder ce lundi").click()
    expect(page.get_by_text("gardé, un changement depuis lundi dernier")).to_be_visible()

    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    assert sheets[0].mediabox.width > sheets[0].mediabox.height
    assert "À noter" in sheets[0].extract_text()
