"""Restored on another machine, serving: sign-in, a file, a chain of approvals, an attestation."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connection

from cordee.skills.badges import tokens
from tests.alliances.makers import PDF, Rope
from tests.skills.makers import SAID

PROJECT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "les-berges-de-la-valsonne"

# What copies a base sees what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


class Machine:
    """Another machine: a state folder, and a base where PostgreSQL is tried."""

    def __init__(self, state: Path, url: str | None) -> None:
        self.state = state
        state.mkdir()
        kept = {key: value for key, value in os.environ.items() if not key.startswith("CORDEE_")}
        self.env = kept | {
            "CORDEE_STATE": str(state),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **({"CORDEE_DATABASE_URL": url} if url else {}),
        }

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=PROJECT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


@contextmanager
def empty_base() -> Iterator[str | None]:
    """The address of an empty base of PostgreSQL, where that is tried."""
    if connection.vendor != "postgresql":
        yield None
        return
    at = connection.settings_dict
    given = {"host": at["HOST"], "port": at["PORT"], "user": at["USER"], "password": at["PASSWORD"]}
    given = {key: value for key, value in given.items() if value}
    name = f"{at['NAME']}_restored"
    with psycopg.connect(dbname="postgres", autocommit=True, **given) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            query = "&".join(f"{key}={quote(value)}" for key, value in given.items())
            yield f"postgresql:///{name}?{query}"
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def backed_up(folder: Path) -> Path:
    call_command("backup", str(folder), stdout=StringIO())
    (copy,) = folder.iterdir()
    return copy


def test_a_copy_serves_on_another_machine(tmp_path: Path, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    settings.STATE_DIR = tmp_path / "here"
    settings.STATE_DIR.mkdir()
    (settings.STATE_DIR / "secret_key").write_text("la clé d’ici")
    team = Rope(tmp_path).to_filed()
    director = team.directors["jardins"]
    director.set_password(PASSWORD)
    director.save()
    EmailAddress.objects.create(user=director, email=director.email, verified=True, primary=True)
    token = str(tokens.sign(SAID, tokens.instance_key(), tokens.published()["kid"]))
    copy = backed_up(tmp_path / "copies")

    with empty_base() as url:
        there = Machine(tmp_path / "there", url)
        said = there.run("manage.py", "restore", str(copy))
        assert "entière, et remise en place" in said
        assert (there.state / "secret_key").read_text() == "la clé d’ici"
        assert "Attestation vraie" in there.run("manage.py", "verify_badge", token)
        asked = (str(copy), str(team.alliance.pk), director.email, PASSWORD)
        found = json.loads(there.run("-m", "tests.alliances.restored", *asked).splitlines()[-1])
        assert found["welcome"] == [302, "/aujourdhui/"]
        assert bytes.fromhex(found["first"]["receipt"]) == PDF
        assert "chaîne entière, 3 lignes" in found["first"]["approvals"]

        assert "--replace" in found["refused"], "what is there is not replaced unasked"
        assert "Rien n’a changé" in found["failed"]
        assert found["still"] == found["first"], "what was there stands again"
        assert found["closed"] == 302, "a session opened since the copy is gone with its base"
        assert found["second"] == found["first"]
        assert "Ce qui était là est gardé" in found["replaced"]
        (aside,) = [path for path in there.state.glob("avant-*") if (path / "fichiers").exists()]
        if url:
            assert "gardée dans son schéma avant_" in found["replaced"]
            with psycopg.connect(url) as base:
                tables = "SELECT count(*) FROM pg_tables WHERE schemaname LIKE 'avant_%'"
                (how_many,) = base.execute(tables).fetchone() or (0,)
                assert how_many > 50
        else:
            assert (aside / "cordee.sqlite3").stat().st_size > 100_000
