"""Every mail of every room: both parts, in French that reads well, on links that lead back here."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings

from cordee.accounts import mailing
from cordee.base.mail import outbox
from demo.mails.previews import context_of, samples
from tests.strict_client import UNDEFINED, faults_of

PROJECT = Path(__file__).resolve().parents[2]
# What a tired director reads on a phone.
MOST_SUBJECT, MOST_WORDS, MOST_LINKS = 78, 130, 8
# A week, or a proof, in one mail: each with its reason.
LONGER = {
    "mobilisation/mail/digest": "the week of one structure, one block an opportunity",
    "opportunities/mail/saved_search": "the news of a search, one block an opportunity",
    "alliances/mail/approved": "a receipt, whose prints are kept whole",
}
MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
DAY = re.compile(rf"\b\d{{1,2}}(er)?[ \u00a0\u202f]({MONTHS})")
ASKED_BY = re.compile(rf"(avant le|jusqu’au|d’ici le) ({DAY.pattern})", re.IGNORECASE)
SAMPLES = {sample.template: sample for sample in samples()}


def written() -> set[str]:
    """Those that stand in the folders of rooms: `<room>/mail/<name>`."""
    files = (PROJECT / "cordee").glob("*/templates/*/mail/*.subject.txt")
    return {f"{f.parent.parent.name}/mail/{f.name.removesuffix('.subject.txt')}" for f in files}


def test_every_mail_has_something_to_be_tried_with() -> None:
    assert sorted(written() - set(SAMPLES)) == [], "see demo/mails"
    assert sorted(set(SAMPLES) - written()) == []


@pytest.mark.parametrize("template", sorted(SAMPLES))
def test_a_mail_says_the_same_in_both_parts(template: str) -> None:
    sample = SAMPLES[template]
    context = context_of(sample)
    subject, text, html = outbox.draw(template, context)
    for part in (subject, text, html):
        assert UNDEFINED not in part
        assert "None" not in part
    assert 0 < len(subject) <= MOST_SUBJECT
    assert not re.search(r"</?(span|p|a|br)\b|&#|&[a-z]+;", text), "HTML in the text part"
    told = outbox.page(template, {**context, "subject": subject})
    assert [f for f in faults_of(told) if "nofollow" not in f] == []
    every = re.findall(r'href="([^"]*)"', html)
    links = [a for a in every if not a.startswith(("mailto:", "tel:"))]
    assert [a for a in links if not a.startswith(f"{settings.SITE_ADDRESS}/")] == []
    assert "<img" not in html
    assert min(int(size) for size in re.findall(r"font-size: (\d+)px", html)) >= 16
    kind = mailing.kind_of(sample.kind)
    assert kind is not None
    assert (context["unsubscribe_url"] in text) is True
    assert bool(context["unsubscribe_url"]) is kind.is_optional


@pytest.mark.parametrize("template", sorted(SAMPLES))
def test_a_mail_asks_one_thing_in_few_words(template: str) -> None:
    _, _, html = outbox.draw(template, context_of(SAMPLES[template]))
    said = re.search(r"(?s)<main.*?>(.*)</main>", html)
    assert said is not None
    if template not in LONGER:
        assert len(re.sub(r"<[^>]+>", " ", said[1]).split()) <= MOST_WORDS
        assert html.count("<a ") <= MOST_LINKS
    # One gesture, where there is something to open: other answers are links.
    page = outbox.page(template, {**context_of(SAMPLES[template]), "subject": "x"})
    main = page.partition("</main>")[0].replace('href="tel:', "")
    buttons = len(re.findall(r'class="courrier-(large|bouton|second)"', main))
    asked = len(context_of(SAMPLES[template]).get("questions", [""]))
    assert buttons == (asked if re.search(r"<a\s", main) else 0)


# Internal words, English, and what machines say of names: "de Les Jardins", "Les Jardins accepte".
UNSAID = re.compile(
    r"\b(bonjour|ocds|decp|flux|workflow|dashboard|digest|sha|token|mobilisation)\b"
    r"|\b(de|à) les [A-Z]|\bles \w+ du \w+ (est|accepte|répond|prend|se retire|demande|propose)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("template", sorted(SAMPLES))
def test_a_mail_speaks_plain_french(template: str) -> None:
    subject, text, _ = outbox.draw(template, context_of(SAMPLES[template]))
    said = f"{subject}\n{text}".partition("\n-- \n")[0]
    assert not (found := UNSAID.search(re.sub(r"https?://\S+", "", said))), found
    # Both parts are one page: no address of it is lost in the text.
    page = outbox.page(template, {**context_of(SAMPLES[template]), "subject": subject})
    links = re.findall(r'href="(http[^"]*)"', page.partition("</main>")[0])
    assert all(unescape(link) in text for link in links)


@pytest.mark.parametrize("template", sorted(SAMPLES))
def test_a_subject_says_by_when_where_the_mail_asks_by_a_day(template: str) -> None:
    subject, text, _ = outbox.draw(template, context_of(SAMPLES[template]))
    if ASKED_BY.search(text.partition("\n-- \n")[0]) and template not in LONGER:
        assert DAY.search(subject), subject


def test_a_long_name_leaves_what_is_asked_in_the_subject() -> None:
    sample = SAMPLES["mobilisation/mail/ask"]
    context = context_of(sample)
    context["campaign"].subject = "Entretien des espaces verts, des berges et des chemins " * 3
    subject = outbox.draw(sample.template, context)[0]
    assert len(subject) <= MOST_SUBJECT
    assert subject.startswith("Oui ou non avant le 11 décembre ? Entretien")
