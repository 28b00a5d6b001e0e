"""A notice to JSON and back, without loss: for the database and for exports."""

from collections.abc import Mapping
from typing import Any

from cordee.notices.notice import READER_VERSION, Notice
from cordee.rules.plain import from_plain, to_plain


def notice_to_json(notice: Notice) -> dict[str, Any]:
    """A dictionary that `json.dumps` accepts; empty fields are left out."""
    return {"reader_version": READER_VERSION, **to_plain(notice, sparse=True)}


def notice_from_json(content: Mapping[str, Any]) -> Notice:
    """The notice that `notice_to_json` wrote. Raises ValueError naming a bad field."""
    known = {key: value for key, value in content.items() if key != "reader_version"}
    decoded: Notice = from_plain(Notice, known)
    return decoded
