"""One document in memory, whatever its format, to notices: its content tells what it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cordee.notices.formats.boamp import read_announcement, read_record
from cordee.notices.formats.decp import is_contract, read_contract
from cordee.notices.formats.eforms import ROOTS, read_eforms
from cordee.notices.formats.json_text import load_json
from cordee.notices.formats.private_need import FORMAT, read_private_need
from cordee.notices.formats.ted_export import read_ted_export
from cordee.notices.formats.tree import from_xml
from cordee.notices.notice import Notice, NoticeError

Read = Iterator[Notice | NoticeError]

BLANK = b" \t\r\n\xef\xbb\xbf"
TOO_DEEP = "Le document a trop de niveaux imbriqués."

_FOREIGN = "Ce JSON n’est pas un avis connu."


def broken(place: str, reason: str) -> NoticeError:
    """The error of a document that is damaged."""
    return NoticeError(place, reason, "Téléchargez de nouveau le fichier à la source.")


def without_notice(place: str) -> NoticeError:
    """The error of a file, folder or list that holds nothing."""
    return NoticeError(place, "Il n’y a aucun avis ici.", "Vérifiez le chemin ou le fichier.")


def read_content(content: bytes, place: str) -> Read:
    """Read every notice of one document; one that cannot be read is an error, never raised."""
    try:
        yield from _dispatched(content, place)
    except NoticeError as error:
        yield error
    except RecursionError:
        yield broken(place, TOO_DEEP)


def _dispatched(content: bytes, place: str) -> Read:
    stripped = content.lstrip(BLANK)
    if not stripped:
        raise broken(place, "Le fichier est vide.")
    if stripped[:1] in (b"{", b"["):
        yield from _read_json(load_json(content, place), place)
    elif stripped[:1] == b"<" or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield _read_xml(content, place)
    else:
        raise NoticeError(
            place,
            "Le fichier n’est ni du XML ni du JSON.",
            "Cordée lit les avis eForms, TED_EXPORT et BOAMP, les données essentielles (DECP) "
            "et nos besoins privés en JSON.",
        )


def _read_xml(content: bytes, place: str) -> Notice:
    root = from_xml(content, place)
    if root.name in ROOTS:
        return read_eforms(root, place)
    if root.name == "TED_EXPORT":
        return read_ted_export(root, place)
    if root.name == "ANNONCE":
        return read_announcement(root, place)
    raise NoticeError(
        place,
        f"Le document XML commence par « {root.name[:60]} » : ce n’est pas un avis connu.",
        "Cordée lit eForms (ContractNotice…), TED_EXPORT et ANNONCE (BOAMP).",
    )


def _read_json(value: Any, place: str) -> Read:
    """One record, a list of them, or the answer of an API that holds a list."""
    for key in ("results", "records"):
        if isinstance(value, dict) and isinstance(value.get(key), list):
            value = value[key]
    if not isinstance(value, list):
        yield read_object(value, place)
        return
    if not value:
        yield without_notice(place)
    for number, item in enumerate(value, 1):
        inner = f"{place}, avis {number}"
        try:
            yield read_object(item, inner)
        except NoticeError as error:
            yield error
            if number == 1 and is_foreign(error):
                return


def is_foreign(item: Notice | NoticeError) -> bool:
    """The first record tells what a file is: one that is no notice speaks for all the others."""
    return isinstance(item, NoticeError) and item.reason == _FOREIGN


def read_object(value: Any, place: str) -> Notice:
    """Read one record of JSON. Raises NoticeError if it is none that we know."""
    for key in ("record", "fields"):
        # The two older versions of the API wrapped each record.
        if isinstance(value, dict) and isinstance(value.get(key), dict):
            value = value[key]
    if isinstance(value, dict):
        if "donnees" in value or ("idweb" in value and "nomacheteur" in value):
            return read_record(value, place)
        if value.get("format") == FORMAT:
            return read_private_need(value, place)
        if is_contract(value):
            return read_contract(value, place)
    raise NoticeError(
        place,
        _FOREIGN,
        "Il faut un enregistrement du BOAMP (idweb, donnees), un marché des données essentielles "
        f'(id, acheteur, titulaires) ou « format »: "{FORMAT}".',
    )
