"""Settings of the test suite: the same, quick and in memory."""

import os
import tempfile

if "CORDEE_STATE" not in os.environ:
    # Gone with the process that made it; workers of the same run are given its name.
    _state = tempfile.TemporaryDirectory(prefix="cordee-test-", ignore_cleanup_errors=True)
    os.environ["CORDEE_STATE"] = _state.name
os.environ.setdefault("CORDEE_DEMO", "True")
os.environ.setdefault("CORDEE_CONTACT", "mailto:securite@exemple.fr")

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STATE_DIR, TASK_QUEUES, TEMPLATES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {
    "default": {
        "BACKEND": "django.tasks.backends.immediate.ImmediateBackend",
        "QUEUES": TASK_QUEUES,
    }
}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # A pool outlives the test database it was opened on.
    DATABASES["default"]["OPTIONS"].pop("pool", None)
else:
    # A file, as in use: a base in memory is one connection that the threads of the live server
    # share, and a page whose panels load together ends in "API misuse". Nothing need outlive us.
    DATABASES["default"]["TEST"] = {"NAME": STATE_DIR / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
# Each client of a test is a new server, which would list every static file before its first answer.
WHITENOISE_AUTOREFRESH = True
# An undefined template variable prints this mark; the strict client fails when it meets it.
UNDEFINED_MARK = "⟦indéfini:%s⟧"
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UNDEFINED_MARK  # type: ignore[index]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
