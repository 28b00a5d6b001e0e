"""Migrating: an empty base gets its tables three times as fast as Django alone makes them.

A base that stands in the middle of migrations that are no longer here is refused before anything
is done to it (decision 36).
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState


class OlderBase(CommandError):
    """A base that this code cannot bring up to date; the version `tag` can.

    `found`: the app and the last migration applied of those that were squashed.
    """

    def __init__(self, found: tuple[str, str], tag: str) -> None:
        self.found, self.tag = "{} y est à {}".format(*found), tag
        super().__init__(
            f"Cette base est trop ancienne pour ce code ({self.found}) : installez d’abord la "
            f"version {tag} (git checkout {tag}), lancez ./go run -- upgrade, puis revenez à ce "
            "code ; rien n’a changé."
        )


def refuse_older_base(applied: Collection[tuple[str, str]] | None = None) -> None:
    """Raise `OlderBase` where some but not all of what a squashed migration replaces was applied.

    `applied`: app and name of each, or of the newest of each app; those of the present base where
    nothing is given.
    """
    if applied is None:
        applied = MigrationRecorder(connection).applied_migrations()
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    for _, squashed in sorted(loader.disk_migrations.items()):
        done = [key for key in squashed.replaces if key in applied]
        if done and done[-1] != squashed.replaces[-1] and done[-1] not in loader.disk_migrations:
            # Ours, written on each squashed migration: the release that still reads such a base.
            raise OlderBase(done[-1], squashed.replaced_until)  # type: ignore[attr-defined]


def migrate() -> None:
    """Bring the tables in step with the code, by the migrations that are not applied yet."""
    if connection.introspection.table_names():
        call_command("migrate", verbosity=0, interactive=False)
        return
    with _new_models_rendered_alone():
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _new_models_rendered_alone() -> Iterator[None]:
    """Render what a migration creates, and not again all that it points to.

    Nothing points to a new model yet, so no other class changes; Django renders half of them all
    the same, for each model. What is sent to the database is not touched.
    """
    as_django_does = ProjectState.add_model

    def add_model(self: ProjectState, model_state: ModelState) -> None:
        apps = self.__dict__.pop("apps", None)
        as_django_does(self, model_state)
        if apps is not None:
            self.__dict__["apps"] = apps
            apps.render_multiple([model_state])

    ProjectState.add_model = add_model  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = as_django_does  # type: ignore[method-assign]
