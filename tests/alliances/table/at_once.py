"""Somebody who types in the table for some seconds, in a process of its own: see `test_at_once`.

    python -m tests.alliances.table.at_once type EMAIL ALLIANCE SECONDS SEED [PARTY]
    python -m tests.alliances.table.at_once tell ALLIANCE

It reads the page, then types a value that nobody else types in a cell drawn at random, from the
version in which it last read that cell; now and then it is told what others wrote. It prints one
line of JSON for each time: what stood in the cell as it read it, what it typed, what came of it.
"""

import json
import os
import random
import re
import sys
import time
from typing import Any

CASE = re.compile(
    r'name="b-(?P<key>\d+-\w+)"\s+value="(?P<version>\d+)">\s*'
    r'<input[^>]*name="v-euros-(?P=key)"\s+value="(?P<value>[^"]*)"'
)
VERSION = re.compile(r'id="version"\s+value="(\d+)"')
CLASH = "Deux personnes ont écrit au même endroit"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    command, *rest = sys.argv[1:]
    said = tell(*rest) if command == "tell" else Typist(*rest).type()
    for line in said:
        sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def wait_for_the_word() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


class Typist:
    """One person with the page of the table open."""

    def __init__(self, email: str, alliance: str, seconds: str, seed: str, party: str = "") -> None:
        from django.test import Client

        from cordee.accounts.models import User

        self.client = Client(headers={"Host": "localhost"})
        self.client.force_login(User.objects.get(email=email))
        self.address = f"/alliances/groupes/{alliance}/tableau/"
        self.seconds, self.seed, self.party = float(seconds), int(seed), party
        self.draw = random.Random(self.seed)
        self.read: dict[str, tuple[str, str]] = {}
        self.version = "0"

    def type(self) -> list[dict[str, Any]]:
        self.see(self.client.get(self.address).content.decode())
        wait_for_the_word()
        ends, said, number = time.monotonic() + self.seconds, [], 0
        while time.monotonic() < ends:
            number += 1
            if self.draw.random() < 0.2:
                asked = {"version": self.version, "mesure": "euros"}
                self.see(self.client.get(f"{self.address}depuis/", asked).content.decode())
            said.append(self.write(number))
        return said

    def write(self, number: int) -> dict[str, Any]:
        mine = [key for key in self.read if key.startswith(f"{self.party}-") or not self.party]
        key = self.draw.choice(sorted(mine))
        was, version = self.read[key]
        value = self.seed * 1_000_000 + number
        name = f"v-euros-{key}"
        answer = self.client.post(
            self.address,
            {name: str(value), f"b-{key}": version, "version": self.version, "mesure": "euros"},
            headers={"HX-Request": "true", "HX-Trigger-Name": name},
        )
        page = answer.content.decode()
        if answer.status_code != 200 or "Rien n’a été enregistré" in page:
            return {"key": key, "result": f"{answer.status_code} {page[:200]}"}
        is_lost = CLASH in page
        if is_lost:
            # They are told, and read the table again.
            self.see(self.client.get(self.address).content.decode())
        else:
            self.see(page)
        result = "clash" if is_lost else "kept"
        return {"key": key, "was": was, "value": value, "result": result}

    def see(self, page: str) -> None:
        for found in CASE.finditer(page):
            value = re.sub(r"\s", "", found["value"]).removesuffix(",00")
            self.read[found["key"]] = value, found["version"]
        if version := VERSION.search(page):
            self.version = version[1]


def tell(alliance: str) -> list[dict[str, Any]]:
    """Every version: what its cells hold, in whole euros."""
    from cordee.alliances.models import AllianceRevision

    wait_for_the_word()
    told = []
    for row in AllianceRevision.objects.filter(alliance=alliance).order_by("number"):
        cells = {
            f"{cell.party}-{cell.line}": str((cell.cents or 0) // 100)
            for cell in row.read().cells
            if cell.cents is not None
        }
        told.append({"number": row.number, "cells": cells})
    return told


if __name__ == "__main__":
    main()
