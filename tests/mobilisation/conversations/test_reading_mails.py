"""What is kept of a mail: the words of who wrote it, and nothing of the mail answered to."""

from pathlib import Path

import pytest

from cordee.mobilisation.conversations.parsing import read_mail
from cordee.mobilisation.conversations.quoting import own_words, text_of_html

MAILS = Path(__file__).parent / "mails"
SAID = {
    "gmail": "Oui, nous pouvons commencer le 2 mars.\nL’équipe compte huit personnes.\n\nZoé",
    "outlook": (
        "Bonjour,\n\nLe lieu est-il desservi par un car\u00a0?\n"
        "Nous avons un véhicule de neuf places.\n\nCordialement"
    ),
    "outlook_html_only": "Nous venons à deux équipes.\n\nLe mardi et le jeudi.",
    "gmail_html_only": "C’est noté & compris.\n\nÀ lundi.",
    "iphone": "D’accord pour jeudi.",
    "attachment": "Voici notre devis.",
    "only_a_quote": "",
}


@pytest.mark.parametrize("name", SAID)
def test_only_her_own_words_are_kept(name: str) -> None:
    assert read_mail((MAILS / f"{name}.eml").read_bytes()).text == SAID[name]


@pytest.mark.parametrize("path", sorted(MAILS.glob("*.eml")), ids=lambda path: path.stem)
def test_automatic_mails_are_known(path: Path) -> None:
    is_automatic = path.stem in {"out_of_office", "bounce", "mailing_list"}
    assert read_mail(path.read_bytes()).is_automatic is is_automatic


def test_the_pictures_of_a_signature_are_no_attachments() -> None:
    assert read_mail((MAILS / "outlook.eml").read_bytes()).attachments == 0
    assert read_mail((MAILS / "attachment.eml").read_bytes()).attachments == 1


def test_a_sentence_that_looks_like_a_head_is_kept() -> None:
    assert own_words("De : lundi à vendredi, nous sommes là.") == (
        "De : lundi à vendredi, nous sommes là."
    )
    assert own_words("Le maire nous a écrit hier.\nIl attend.") == (
        "Le maire nous a écrit hier.\nIl attend."
    )


def test_lines_longer_than_one_are_folded_back() -> None:
    folded = (
        "Oui.\n\nLe jeu. 26 nov. 2026 à 09:58, Réseau du Val\n<cordee@exemple.fr>\na écrit :\n> Non"
    )
    assert own_words(folded) == "Oui."


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"From: x\n\n", b"Content-Type: text/plain; charset=nope\n\n\xe9"]
)
def test_a_broken_mail_is_read_as_far_as_it_goes(raw: bytes) -> None:
    assert read_mail(raw).attachments == 0


def test_nothing_of_a_script_is_read() -> None:
    page = "<script>alert(1)</script><p>Bonjour</p><style>p{}</style>"
    assert text_of_html(page) == "Bonjour"


def test_our_own_line_parts_an_answer_from_what_no_program_marks() -> None:
    """Else a link of whoever answers (to stop her mails) would reach the other side."""
    page = "<p>Oui.</p><div><p>Écrivez au-dessus de cette ligne pour répondre</p>ancien</div>"
    assert own_words(text_of_html(page)) == "Oui."
