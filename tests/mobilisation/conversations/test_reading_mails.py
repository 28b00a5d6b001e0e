"""What is kept of a mail: the words of who wrote it, and nothing of the mail answered to."""

from pathlib import Path

import pytest

from cordee.mobilisation.conversations import parsing
from cordee.mobilisation.conversations.parsing import own_words, read_mail, text_of_html

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
    """Else a link of whoever answers (to stop their mails) would reach the other side."""
    page = "<p>Oui.</p><div><p>Écrivez au-dessus de cette ligne pour répondre</p>ancien</div>"
    assert own_words(text_of_html(page)) == "Oui."


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ("From: Zoé <Zoe@Exemple.fr>", "zoe@exemple.fr"),
        ("From: zoe@exemple.fr", "zoe@exemple.fr"),
        ('From: "zoe@exemple.fr" <autre@ailleurs.fr>', "autre@ailleurs.fr"),
        ("From: zoe@exemple.fr <zoe@exemple.fr>", "zoe@exemple.fr"),
        ("From:\n =?utf-8?q?zoe=40exemple.fr?=\n <autre@ailleurs.fr>", "autre@ailleurs.fr"),
        ("From: zoe@exemple.fr, autre@ailleurs.fr", ""),
        ("From: zoe@exemple.fr <autre@ailleurs.fr>", ""),
        ("From: autre@ailleurs.fr (zoe@exemple.fr)", ""),
        ("From: zoe@exemple.fr\nFrom: autre@ailleurs.fr", ""),
        ("From: zoe@exemple.fr\nFrom : autre@ailleurs.fr", ""),
        ("From: autre@ailleurs.fr\rFrom: zoe@exemple.fr", ""),
        ('From: "<zoe@exemple.fr> <autre@ailleurs.fr>', ""),
        ('From: "\\" <zoe@exemple.fr>" <autre@ailleurs.fr>', ""),
        ("From: autre@ailleurs.fr@exemple.fr", ""),
        ("Sender: zoe@exemple.fr", ""),
        ("From: personne", ""),
        ("Pas un en-tête\nFrom: zoe@exemple.fr", ""),
    ],
)
def test_who_writes_is_one_mailbox_or_nobody(written: str, sender: str) -> None:
    assert read_mail(f"{written}\nSubject: x\n\nOui.".encode()).sender == sender


def hostile_mails() -> dict[str, bytes]:
    head = b"From: zoe@exemple.fr\nTo: fil-1-1-x@reponses.exemple.fr\n"
    mixed = b"Content-Type: multipart/mixed; boundary=b\n\n"
    return {
        "a header of quotes": b'From: "' + b'"' * 1_900_000 + b"\n\nOui.",
        "a folded header of quotes": head + b'Subject: "' + b'"\n ' * 30_000 + b"\n\nOui.",
        "many headers": head + b"Subject: x\n" * 9_000 + b"\nOui.",
        "many bytes of headers": head + (b"X-Rien: " + b"x" * 900 + b"\n") * 2_000 + b"\nOui.",
        "many parts": head + mixed + b"--b\n\nOui.\n" * 100_000,
        "parts within parts": head + (mixed + b"--b\n") * 40_000,
        "many headers in a part": head + mixed + b"--b\n" + b"Subject: x\n" * 9_000 + b"\nOui.",
    }


@pytest.mark.parametrize("name", hostile_mails())
def test_no_reader_sees_more_of_a_hostile_mail_than_its_limits(name: str) -> None:
    """Two megabytes of it: what is read of them is counted, not timed."""
    mail = parsing.read_envelope(hostile_mails()[name])
    assert len(mail.parts) <= parsing.MOST_PARTS
    for part in (mail, *mail.parts):
        assert sum(map(len, part.headers.values())) <= parsing.MOST_HEADERS
        for known, values in part.headers.items():
            assert known in parsing.RECIPIENTS or max(map(len, values)) <= parsing.MOST_IN_A_HEADER
    is_dropped = name.endswith("header of quotes") and "folded" in name
    assert mail.is_whole is is_dropped, "a header that nobody can read leaves the rest readable"


def test_no_pattern_meets_more_letters_than_a_message_may_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    met: list[int] = []
    monkeypatch.setattr(parsing, "own_words", lambda text: met.append(len(text)) or "")
    monkeypatch.setattr(parsing, "text_of_html", lambda page: met.append(len(page)) or "")
    read_mail(b"Subject: x\n\n" + b"\n" * 2_000_000)
    read_mail(b"Content-Type: text/html\n\n" + b"<" * 2_000_000)
    assert met == [parsing.MOST_LETTERS, parsing.MOST_LETTERS_OF_HTML, 0]


def test_no_more_lines_are_tried_than_a_message_may_need() -> None:
    """Each is tried by seven patterns, with the two after it."""
    assert own_words("a\n" * 3_000).count("a") == parsing.MOST_LINES


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "zlib", "x" * 300])
def test_a_writing_that_is_slow_or_none_is_read_as_utf8(charset: str) -> None:
    raw = f"Content-Type: text/plain; charset={charset}\n\nDéjà là.".encode()
    assert read_mail(raw).text == "Déjà là."


def test_parts_within_parts_are_found() -> None:
    raw = (
        b'Content-Type: multipart/mixed; boundary="a b"\n\navant\n--a b\n'
        b"Content-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/html\n\n"
        b"<p>Non.</p>\n--c\nContent-Transfer-Encoding: base64\n\nT3VpLg==\n--c--\napr\xe8s\n"
        b"--a b\nContent-Disposition: attachment; filename=x.txt\n\nfichier\n--a b--\nfin"
    )
    mail = read_mail(raw.replace(b"\n", b"\r\n"))
    assert (mail.text, mail.attachments, mail.is_whole) == ("Oui.", 1, True)
