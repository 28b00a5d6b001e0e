"""`check --deploy` refuses what would let anybody in, and names the setting and the cure."""

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from cordee.base.hosting_checks import hosting

GOOD = {
    "DEMO": False,
    "HTTPS": True,
    "DEBUG": False,
    "SECRET_KEY": "9f3c1e0d7a8b46528e1f0c9d3b7a5e6f2d4c8b1a9e7f6d5c3b",
    "ALLOWED_HOSTS": ["cordee.exemple.fr"],
    "MAILERS": {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}},
}
FILES = {"default": {"BACKEND": "django.core.mail.backends.filebased.EmailBackend"}}


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({}, []),
        ({"DEMO": True}, ["E001"]),
        ({"DEMO": True, "HTTPS": False}, []),
        ({"SECRET_KEY": "court"}, ["E002"]),
        ({"SECRET_KEY": GOOD["SECRET_KEY"][:49]}, ["E002"]),
        ({"SECRET_KEY": "changeme" * 8}, ["E002"]),
        ({"SECRET_KEY": "0123456789" * 6}, ["E002"]),
        ({"ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"]}, []),
        ({"ALLOWED_HOSTS": ["*"]}, ["E003"]),
        ({"MAILERS": FILES}, ["E004"]),
        ({"DEBUG": True}, ["E005"]),
    ],
)
def test_what_would_let_anybody_in_is_refused(
    given: dict[str, Any], refused: list[str], settings: Any
) -> None:
    for name, value in {**GOOD, **given}.items():
        setattr(settings, name, value)
    found = hosting(None)
    assert [each.id for each in found] == [f"cordee.{id_}" for id_ in refused]
    assert all("CORDEE_" in each.msg and each.hint for each in found)


def test_the_command_itself_asks_them(settings: Any) -> None:
    for name, value in {**GOOD, "DEMO": True}.items():
        setattr(settings, name, value)
    with pytest.raises(SystemCheckError, match=r"cordee\.E001"):
        call_command("check", "--deploy", "--tag", "security")
