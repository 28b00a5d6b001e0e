"""Strict readers of environment variables: anything doubtful is refused by name, value and cure."""

import ipaddress
import os
import re
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def env_text(name: str, default: str) -> str:
    return os.environ.get(name, default)


def env_bool(name: str, *, default: bool) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw not in {"True", "False"}:
        raise ImproperlyConfigured(f"{name}={raw!r}: write True or False.")
    return raw == "True"


def env_int(name: str, default: int) -> int:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if not raw.isdigit():
        raise ImproperlyConfigured(f"{name}={raw!r}: write a whole number.")
    return int(raw)


def env_choice(name: str, default: str, choices: Collection[str]) -> str:
    raw = os.environ.get(name, default)
    if raw not in choices:
        raise ImproperlyConfigured(f"{name}={raw!r}: write {' or '.join(sorted(choices))}.")
    return raw


def env_list(name: str, default: str) -> list[str]:
    """Words separated by spaces."""
    return os.environ.get(name, default).split()


def env_contact(name: str) -> str:
    """Where to write, as RFC 9116 wants it: `mailto:` or `https:`; "" where it is unset."""
    raw = os.environ.get(name, "").strip()
    if raw and not re.fullmatch(r"(mailto:[^\s@]+@[^\s@]+|https://[^\s/]\S*)", raw):
        raise ImproperlyConfigured(
            f"{name}={raw!r}: write mailto:securite@example.org or https://example.org/contact."
        )
    return raw


LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


def env_address(name: str, default: str) -> str:
    """An IP address on which to listen."""
    raw = os.environ.get(name) or default
    try:
        ipaddress.ip_address(raw)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name}={raw!r}: write an address of this machine, for example {default}."
        ) from error
    return raw


def site_address(name: str, *, hosts: Collection[str], bind: str, https: bool) -> str:
    """What links begin with, without a slash at the end; local where this machine alone is served.

    Refused: other hosts or HTTPS without an address, a scheme that contradicts CORDEE_HTTPS, and a
    `bind` open to other machines where `hosts` are all of this one.
    """
    others = sorted(set(hosts) - LOCAL_HOSTS)
    if not others and not ipaddress.ip_address(bind).is_loopback:
        raise ImproperlyConfigured(
            f"CORDEE_BIND={bind!r} lets other machines in, and CORDEE_HOSTS names no host they "
            "would ask for: write it there, for example CORDEE_HOSTS='cordee.example.fr'."
        )
    raw = os.environ.get(name, "").rstrip("/")
    scheme = "https" if https else "http"
    if not raw:
        if others or https:
            host = others[0].lstrip(".*") if others else ""
            raise ImproperlyConfigured(
                f"{name} is not set: links in mails would lead nowhere. Write the address that "
                f"people open, for example {name}={scheme}://{host or 'cordee.example.fr'}."
            )
        return "http://localhost:8000"
    url = urlsplit(raw)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ImproperlyConfigured(
            f"{name}={raw!r}: write an address, for example {scheme}://cordee.example.fr."
        )
    if url.scheme != scheme:
        raise ImproperlyConfigured(
            f"{name}={raw!r} contradicts CORDEE_HTTPS={str(https)!r}: write an address in "
            f"{scheme}://, or CORDEE_HTTPS={not https}."
        )
    return raw


def env_told(name: str, example: str, *, required: bool) -> str:
    """What the instance says of itself on its pages; "" where it is unset and may be."""
    raw = os.environ.get(name, "").strip()
    if required and not raw:
        raise ImproperlyConfigured(
            f"{name} is not set: with CORDEE_HTTPS, the legal notice and « Vos données » need it. "
            f"Write for example {name}='{example}'."
        )
    return raw


def env_folder(name: str, default: Path) -> Path:
    """A folder in which we may write, made where it lacks."""
    raw = os.environ.get(name)
    folder = Path(raw).expanduser().resolve() if raw else default
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}={str(folder)!r}: {error.strerror}. Name a folder in which you may write."
        ) from error
    if not os.access(folder, os.W_OK):
        raise ImproperlyConfigured(f"{name}={str(folder)!r}: you may not write in this folder.")
    return folder


def env_secret(name: str, file: Path) -> str:
    """The variable, or a key made once and kept in `file` (readable by its owner only)."""
    if raw := os.environ.get(name):
        return raw
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text().strip()


def mailer(folder: Path) -> dict[str, Any]:
    """By the server of CORDEE_MAIL_SERVER; where none is named, mails are files in `folder`."""
    server = env_text("CORDEE_MAIL_SERVER", "")
    security = env_choice("CORDEE_MAIL_SECURITY", "starttls", {"starttls", "tls", "none"})
    user, password = env_text("CORDEE_MAIL_USER", ""), env_text("CORDEE_MAIL_PASSWORD", "")
    port = env_int("CORDEE_MAIL_PORT", 465 if security == "tls" else 587)
    if not server:
        return {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": folder},
        }
    if any(sign in server for sign in ":/@ "):
        raise ImproperlyConfigured(
            f"CORDEE_MAIL_SERVER={server!r}: write the name of the server alone; its port goes in "
            "CORDEE_MAIL_PORT."
        )
    if bool(user) != bool(password):
        raise ImproperlyConfigured(
            "CORDEE_MAIL_USER and CORDEE_MAIL_PASSWORD go together: give both, or none."
        )
    if password and security == "none":
        raise ImproperlyConfigured(
            "CORDEE_MAIL_SECURITY='none': a password would travel open. Write starttls or tls."
        )
    return {
        "BACKEND": "cordee.base.mail.server.EmailBackend",
        "OPTIONS": {
            "host": server,
            "port": port,
            "username": user,
            "password": password,
            "use_tls": security == "starttls",
            "use_ssl": security == "tls",
            # Seconds to be let in; an answer has longer (cordee/base/mail/server.py).
            "timeout": 10,
        },
    }


# Seconds: a page that cannot have a connection says so soon, and one tries anew at once: left to
# itself, the pool would wait for minutes after a base that is back.
POOL = {"min_size": 1, "max_size": 4, "timeout": 5.0, "reconnect_timeout": 4.0}


def postgres_settings(name: str) -> dict[str, Any] | None:
    """Settings of `postgresql://user:password@host:port/base`, or None where the variable is unset.

    The host may be empty, or a folder given as `?host=/run/postgresql` (a Unix socket). What else
    follows the question mark goes to PostgreSQL's library as it is, for example `sslmode=require`.
    """
    raw = os.environ.get(name)
    if not raw:
        return None
    url = urlsplit(raw)
    base = url.path.lstrip("/")
    if url.scheme != "postgresql" or not base:
        raise ImproperlyConfigured(
            f"{name}={raw!r}: write postgresql://user:password@host:port/base, "
            "or unset it for SQLite."
        )
    query = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(base),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", unquote(url.hostname or "")),
        "PORT": str(url.port or ""),
        # Persistent connections with many server threads exhaust PostgreSQL: pool instead.
        "OPTIONS": {**query, "pool": POOL},
        # Those of before a restart of PostgreSQL are found out, and no page fails for them.
        "CONN_HEALTH_CHECKS": True,
    }
