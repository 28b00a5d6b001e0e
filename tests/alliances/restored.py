"""What a machine does that was given a copy: run by `test_restore.py`, in a process of its own.

python -m tests.alliances.restored ALLIANCE ADDRESS PASSWORD
"""

import hashlib
import json
import shutil
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import django
from django.core.management import CommandError, call_command

from cordee.base.backup.manifest import DUMP_NAME, NAME, SQLITE_NAME


def signed_in(address: str, password: str) -> Any:
    """A visitor who signed in with a password, and where they were led."""
    from django.test import Client
    from django.urls import reverse

    client = Client(SERVER_NAME="localhost")
    client.get(reverse("account_login"))
    answer = client.post(reverse("account_login"), {"login": address, "password": password})
    return client, [answer.status_code, answer.headers.get("Location")]


def read(client: Any, alliance: str) -> dict[str, Any]:
    """The receipt in hexadecimal, or how it was refused; what the chain of approvals gives."""
    from django.urls import reverse

    receipt = client.get(reverse("alliances:receipt", args=[alliance]))
    return {
        "receipt": receipt.content.hex() if receipt.status_code == 200 else receipt.status_code,
        "approvals": command("verify_approvals"),
    }


def command(*words: str) -> str:
    """What a command says, refusals too."""
    said = StringIO()
    try:
        call_command(*words, stdout=said)
    except CommandError as refused:
        return str(refused)
    return said.getvalue()


def unreadable(copy: Path) -> str:
    """The same copy with a base that no tool reads, and a manifest that fits."""
    other = copy.with_name("unreadable")
    shutil.copytree(copy, other)
    words = json.loads((other / NAME).read_text())
    for name in {DUMP_NAME, SQLITE_NAME} & set(words["files"]):
        (other / name).write_bytes(b"nothing")
        words["files"][name] = [7, hashlib.sha256(b"nothing").hexdigest()]
    (other / NAME).write_text(json.dumps(words))
    return str(other)


def main(copy: str, alliance: str, *person: str) -> None:
    client, welcome = signed_in(*person)
    found = {
        "welcome": welcome,
        "first": read(client, alliance),
        "refused": command("restore", copy),
        "failed": command("restore", "--replace", unreadable(Path(copy))),
        "still": read(client, alliance),
        "replaced": command("restore", "--replace", copy),
        "closed": read(client, alliance)["receipt"],
        "second": read(signed_in(*person)[0], alliance),
    }
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
