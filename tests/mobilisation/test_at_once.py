"""Twenty people answer at once, in two processes of ten threads: no error, no lost answer.

On SQLite, on a file with the settings that are run (immediate transactions, WAL): the tables of the
test, which lie in memory, are copied to it. On PostgreSQL, on the database of the test itself.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Network
from cordee.mobilisation.campaigns import answer_page
from cordee.mobilisation.models import Answer, Ask, Campaign, Recipient
from tests.members.makers import make_network
from tests.mobilisation.campaign_makers import (
    director_of,
    drafted,
    last_office_moment,
    make_call,
    make_delegate,
    make_member,
    relayed,
)

pytestmark = pytest.mark.django_db(transaction=True)
PROJECT = Path(__file__).resolve().parents[2]
PROCESSES, PEOPLE = 2, 20


class Elsewhere:
    """A database that other processes open too, and what is in it afterwards."""

    module = "tests.mobilisation.at_once"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "CORDEE_STATE": str(folder),
            "CORDEE_SECRET_KEY": settings.SECRET_KEY,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        self.environment.pop("CORDEE_DATABASE_URL", None)
        if connection.vendor == "postgresql":
            self.environment["CORDEE_DATABASE_URL"] = _url(connection.settings_dict)
        else:
            connection.ensure_connection()
            with closing(sqlite3.connect(self.file)) as file:
                connection.connection.backup(file)

    @property
    def file(self) -> Path:
        return self.folder / "cordee.sqlite3"

    def run(self, *commands: Sequence[str]) -> list[str]:
        """Start a process for each command, say "go" to all at once; the lines they print."""
        started = [
            subprocess.Popen(
                [sys.executable, "-m", self.module, *command],
                cwd=PROJECT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for command in commands
        ]
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        lines = []
        for process in started:
            output, _ = process.communicate(timeout=120)
            assert process.returncode == 0
            lines += output.split("\n")
        return [line for line in lines if line]

    def count(self, model: Any, **where: Any) -> int:
        rows = model.objects.filter(**where)
        if connection.vendor == "postgresql":
            return int(rows.count())
        sql, values = rows.values("pk").query.sql_with_params()
        with closing(sqlite3.connect(self.file)) as file:
            return len(file.execute(sql.replace("%s", "?"), values).fetchall())


def _url(database: dict[str, Any]) -> str:
    user, password = quote(database["USER"] or ""), quote(database["PASSWORD"] or "")
    who = f"{user}:{password}@" if password else f"{user}@" if user else ""
    host, port = database["HOST"] or "", database["PORT"]
    name = quote(database["NAME"], safe="")
    if host.startswith("/"):
        return f"postgresql://{who}/{name}?host={quote(host, safe='/')}"
    return f"postgresql://{who}{host}{f':{port}' if port else ''}/{name}"


@pytest.fixture
def asked(transactional_db: None) -> list[Ask]:
    """Twenty members of a network, each asked about the same call."""
    network = make_network("Réseau du Val")
    now = last_office_moment(timezone.now())
    members = [make_member(f"Structure {number}", network) for number in range(PEOPLE)]
    delegate = make_delegate("deleguee@exemple.fr", network)
    relayed(delegate, make_call(now=now), to=members, now=now)
    return list(Ask.objects.select_related("structure"))


def test_twenty_structures_answer_at_once(asked: list[Ask], tmp_path: Path) -> None:
    elsewhere = Elsewhere(tmp_path)
    paths = [answer_page.path_for(ask, director_of(ask.structure)) for ask in asked]
    output = elsewhere.run(*(["answer", *paths[n::PROCESSES]] for n in range(PROCESSES)))
    assert output == ["302"] * PEOPLE
    assert elsewhere.count(Answer) == PEOPLE
    assert all(elsewhere.count(Answer, ask=ask) == 1 for ask in asked)
    assert elsewhere.count(Answer.readers.through) == PEOPLE


def test_the_same_link_pressed_twenty_times_at_once_is_one_answer(
    asked: list[Ask], tmp_path: Path
) -> None:
    elsewhere = Elsewhere(tmp_path)
    path = answer_page.path_for(asked[0], director_of(asked[0].structure))
    commands = [["answer", *[path] * (PEOPLE // PROCESSES)]] * PROCESSES
    assert elsewhere.run(*commands) == ["302"] * PEOPLE
    assert elsewhere.count(Answer) == 1


def test_two_networks_that_relay_at_once_ask_once(transactional_db: None, tmp_path: Path) -> None:
    """The queue and the schedule, over and over, in two processes: one question, one mail each."""
    now = last_office_moment(timezone.now())
    call = make_call(now=now)
    networks = [make_network("Réseau du Val"), make_network("Réseau du Large")]
    members = [make_member(f"Structure {number}", *networks) for number in range(6)]
    for network in networks:
        _send(network, call, now)
    elsewhere = Elsewhere(tmp_path)
    output = elsewhere.run(*[["relay", now.isoformat(), "2"]] * PROCESSES)
    assert set(output) == {"True"}
    assert elsewhere.count(Ask) == len(members)
    assert elsewhere.count(OutgoingMail, kind="asks") == len(members)
    assert elsewhere.count(Recipient, state=Recipient.State.SENT) == len(members)
    assert elsewhere.count(Recipient, state=Recipient.State.ALREADY) == len(members)


def _send(network: Network, call: Any, now: Any) -> Campaign:
    """Sent, and nothing has left yet."""
    by: User = make_delegate(f"d{network.pk}@exemple.fr", network)
    campaign = drafted(by, [call], now=now)
    rows = campaign.recipients.filter(state=Recipient.State.CHOSEN)
    assert rows.count() == 6
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.SENT, sent_at=now)
    rows.update(state=Recipient.State.TO_SEND)
    return campaign
