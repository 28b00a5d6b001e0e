"""The mails of the demo: what Django's file backend writes, we read; and only as text."""

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend

from cordee.base.mail import outbox
from demo.mails import mailbox
from tests.strict_client import StrictClient


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(mailbox, "FOLDER", tmp_path)
    return tmp_path


def send(folder: Path, *subjects: str, html: str = "") -> None:
    messages = []
    for subject in subjects:
        text = f"Bonjour,\n\n{subject} : <script>alert(1)</script>\nhttp://testserver/aide/\n"
        message = EmailMultiAlternatives(subject, text, "cordee@localhost", ["nadia@r.example"])
        if html:
            message.attach_alternative(html, "text/html")
        messages.append(message)
    EmailBackend(file_path=str(folder)).send_messages(messages)


def test_no_folder_is_no_mail(tmp_path: Path) -> None:
    assert mailbox.mails(tmp_path / "absent") == []


def test_mails_are_read_back_newest_first(folder: Path) -> None:
    send(folder, "Épreuve n° 1 – été", "Deuxième")
    second, first = mailbox.mails(folder)
    assert first.subject == "Épreuve n° 1 – été"
    assert second.subject == "Deuxième"
    assert first.recipients == "nadia@r.example"
    assert first.sent_at is not None
    assert "Épreuve n° 1 – été : <script>" in first.text
    assert mailbox.find_message(folder, first.key) == first
    assert mailbox.find_message(folder, "../../etc/passwd") is None


def test_links_lead_to_the_demo_that_is_served(folder: Path, settings: Any) -> None:
    """It was prepared, and wrote its mails, on another port."""
    settings.SITE_ADDRESS = "http://127.0.0.1:8765"
    page = '<html><body><a href="http://127.0.0.1:8000/aide/">Lire</a></body></html>'
    send(folder, "http://localhost:8000/compte/ et http://exemple.fr:80/", html=page)
    (mail,) = mailbox.mails(folder)
    assert "http://127.0.0.1:8765/compte/ et http://exemple.fr:80/" in mail.text
    assert 'href="http://127.0.0.1:8765/aide/"' in mail.html


@pytest.mark.django_db
def test_the_page_of_a_mail_is_shown_in_a_frame_where_nothing_runs(
    client: StrictClient, folder: Path
) -> None:
    html = outbox.draw("accounts/mail/new_password", {"password_reset_url": "/x/"})[2]
    send(folder, "Deux parties", html=html)
    send(folder, "Texte seul")
    of_subject = {mail.subject: mail for mail in mailbox.mails(folder)}
    mail, alone = of_subject["Deux parties"], of_subject["Texte seul"]
    assert "<h1" not in mail.text
    page = client.get(f"/courrier/{mail.key}/")
    assert f'src="/courrier/{mail.key}/page/"' in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    framed = client.get(f"/courrier/{mail.key}/page/")
    assert "style=" in framed.content.decode()
    assert framed["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
        "sandbox allow-top-navigation-by-user-activation"
    )
    assert client.get(f"/courrier/{alone.key}/page/").status_code == 404


def test_a_broken_file_is_still_a_mail(folder: Path) -> None:
    (folder / "20261125-120000-1.log").write_bytes(b"\xff\xfe nothing\n\x00")
    [mail] = mailbox.mails(folder)
    assert mail.subject == "Sans objet"


@pytest.mark.django_db
def test_the_pages_show_text_and_links(client: StrictClient, folder: Path) -> None:
    assert "Aucun courrier" in client.get("/courrier/").content.decode()
    send(folder, "Essai")
    listed = client.get("/courrier/").content.decode()
    [mail] = mailbox.mails(folder)
    assert f'href="/courrier/{mail.key}/"' in listed
    page = client.get(f"/courrier/{mail.key}/").content.decode()
    assert "&lt;script&gt;" in page
    assert 'href="http://testserver/aide/"' in page
    assert client.get("/courrier/absent/").status_code == 404
