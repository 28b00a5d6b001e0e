"""What a machine does that was given a copy: run by `test_restore.py`, in a process of its own.

python -m tests.alliances.restored ALLIANCE ADDRESS PASSWORD
"""

import json
import sys
from io import StringIO
from typing import Any

import django
from django.core.management import CommandError, call_command


def visit(alliance: str, address: str, password: str) -> dict[str, Any]:
    """Sign in, fetch the receipt, verify the approvals; what each gave."""
    from django.test import Client
    from django.urls import reverse

    client = Client(SERVER_NAME="localhost")
    client.get(reverse("account_login"))
    signed_in = client.post(reverse("account_login"), {"login": address, "password": password})
    receipt = client.get(reverse("life:receipt", args=[alliance]))
    return {
        "sign_in": [signed_in.status_code, signed_in.headers.get("Location")],
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


def main(copy: str, *asked: str) -> None:
    found = {
        "first": visit(*asked),
        "refused": command("restore", copy),
        "replaced": command("restore", "--replace", copy),
        "second": visit(*asked),
    }
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
