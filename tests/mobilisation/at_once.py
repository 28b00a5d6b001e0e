"""A process of its own that acts on a real database, at the word "go": see `test_at_once`.

    python -m tests.mobilisation.at_once answer /repondre/…/ /repondre/…/
    python -m tests.mobilisation.at_once relay 3
    python -m tests.mobilisation.at_once send EMAIL /structures/…/ '{"a": "b"}' 3

It prints "ready", waits for a line, does everything at the same time, and prints what came of each.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import datetime


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection, connections

    todo = {"answer": answers, "relay": relays, "send": forms}[sys.argv[1]](sys.argv[2:])
    connection.ensure_connection()
    tell("ready")
    sys.stdin.readline()
    gate, output_lock = threading.Barrier(len(todo)), threading.Lock()

    def act(one: Callable[[], str]) -> None:
        gate.wait()
        try:
            what = one()
        except Exception as failure:  # noqa: BLE001 - whatever it is, the test tells it
            what = f"{type(failure).__name__}: {failure}"
        finally:
            connections.close_all()
        with output_lock:
            tell(what)

    threads = [threading.Thread(target=act, args=[one]) for one in todo]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def tell(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def answers(paths: list[str]) -> list[Callable[[], str]]:
    """One visitor of each page presses its button."""
    from django.test import Client

    def press(path: str) -> str:
        answer = Client().post(path, {"reponse": "equipe"}, headers={"Host": "localhost"})
        return str(answer.status_code)

    return [lambda path=path: press(path) for path in paths]  # type: ignore[misc]


def relays(arguments: list[str]) -> list[Callable[[], str]]:
    """The queue and the schedule let the same mails leave: at a given moment, all campaigns."""
    from cordee.mobilisation.actions import relaying

    now = datetime.fromisoformat(arguments[0])
    return [lambda: str(relaying.relay(now=now) >= 0)] * int(arguments[1])


def forms(arguments: list[str]) -> list[Callable[[], str]]:
    """One person sends the same form several times, as a double click does."""
    from django.test import Client

    from cordee.accounts.models import User

    email, path, typed, times = arguments
    data = json.loads(typed)

    def send() -> str:
        client = Client(headers={"Host": "localhost"})
        client.force_login(User.objects.get(email=email))
        return str(client.post(path, data).status_code)

    return [send] * int(times)


if __name__ == "__main__":
    main()
