"""The tools of PostgreSQL: which of those installed, and how they reach the base."""

import os
import re
import shutil
import subprocess
from glob import glob
from pathlib import Path

from django.db import connection, transaction
from psycopg import pq
from psycopg.conninfo import make_conninfo

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
"""Where Debian and Red Hat keep one version beside another; the one on the PATH may be old."""


class ToolFailed(Exception):
    """A tool lacks, is too old, or refused; says in French what to do."""


def server_version() -> int:
    """The major version of the server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def dump(file: Path) -> None:
    """Write the base to a file, as it is at one instant. Raises `ToolFailed`."""
    # What earlier restores set aside is no part of it.
    _run("pg_dump", "--format=custom", "--exclude-schema=avant_*", f"--file={file}")


def load(file: Path) -> None:
    """Fill the base from a dump: all of it or nothing. Raises `ToolFailed`."""
    once = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _run("pg_restore", *once, str(file))


def set_aside(schema: str) -> None:
    """Keep all tables under another schema, at once, and begin with an empty one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'ALTER SCHEMA public RENAME TO "{schema}"')
        cursor.execute("CREATE SCHEMA public")


def take_back(schema: str) -> None:
    """What `set_aside` kept stands again; what came since is nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public")
        cursor.execute(f'ALTER SCHEMA "{schema}" RENAME TO public')


def tool(name: str, *, server: int) -> str:
    """The path of a tool: of the version of the server, or the first that is newer."""
    found: dict[int, str] = {}
    on_path = shutil.which(name)
    places = sorted(path for place in PLACES for path in glob(f"{place}/{name}"))
    for path in [*([on_path] if on_path else []), *places]:
        if major := _major(path):
            found.setdefault(major, path)
    usable = [major for major in found if major >= server]
    if usable:
        return found[min(usable)]
    what = f"{name} {max(found)} est plus ancien que le serveur" if found else f"{name} manque"
    raise ToolFailed(
        f"{what} (PostgreSQL {server}). Installez les outils de PostgreSQL {server} : paquet "
        f"postgresql-client-{server} sous Debian et Ubuntu, postgresql{server} sous Fedora."
    )


def _major(path: str) -> int | None:
    try:
        printed = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", printed.stdout)
    return int(version[1]) if version else None


def _run(name: str, *arguments: str) -> None:
    path = tool(name, server=server_version())
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    given = {key: str(value) for key, value in connection.get_connection_params().items()}
    given = {key: value for key, value in given.items() if key in known and value}
    # Whoever lists processes reads their arguments; their environment is their owner's.
    password = given.pop("password", None)
    # A connection kept open would wait for the tables, or be waited for.
    connection.close()
    done = subprocess.run(
        [path, f"--dbname={make_conninfo(**given)}", *arguments],
        env={**os.environ, **({"PGPASSWORD": password} if password else {})},
        umask=0o077,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ToolFailed(f"{name} n’a pas abouti : {done.stderr.strip()}")
