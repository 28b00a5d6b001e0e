"""Every mail of every room: both parts, in French that reads well, on links that lead back here."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from cordee.accounts import mailing
from cordee.accounts.preview_views import context_of
from cordee.base.mail import outbox
from tests.strict_client import UNDEFINED, faults_of

PROJECT = Path(__file__).resolve().parents[2]
MOST_SUBJECT = 150
SAMPLES = {sample.template: sample for sample in mailing.samples()}


def written() -> set[str]:
    """Those that stand in the folders of rooms: `<room>/mail/<name>`."""
    files = (PROJECT / "cordee").glob("*/templates/*/mail/*.subject.txt")
    return {f"{f.parent.parent.name}/mail/{f.name.removesuffix('.subject.txt')}" for f in files}


def test_every_mail_has_something_to_be_tried_with() -> None:
    assert sorted(written() - set(SAMPLES)) == [], "see mailing.sample"
    assert sorted(set(SAMPLES) - written()) == []


@pytest.mark.parametrize("template", sorted(SAMPLES))
def test_a_mail_says_the_same_in_both_parts(template: str) -> None:
    sample = SAMPLES[template]
    context = context_of(sample)
    subject, text, html = outbox.draw(template, context)
    assert html, "no page: write the .html beside the .txt"
    for part in (subject, text, html):
        assert UNDEFINED not in part
        assert "None" not in part
    assert 0 < len(subject) <= MOST_SUBJECT
    assert not re.search(r"</?(span|p|a|br)\b|&#|&[a-z]+;", text), "HTML in the text part"
    told = outbox.page(template, {**context, "subject": subject})
    assert [f for f in faults_of(told) if "nofollow" not in f] == []
    links = [a for a in re.findall(r'href="([^"]*)"', html) if not a.startswith("mailto:")]
    assert [a for a in links if not a.startswith(f"{settings.SITE_ADDRESS}/")] == []
    assert "<img" not in html
    assert min(int(size) for size in re.findall(r"font-size: (\d+)px", html)) >= 16
    kind = mailing.kind_of(sample.kind)
    assert kind is not None
    assert (context["unsubscribe_url"] in text) is True
    assert bool(context["unsubscribe_url"]) is kind.is_optional
