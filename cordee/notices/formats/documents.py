"""One document in memory, whatever its format, to a notice: its content tells what it is."""

from typing import Any

from cordee.notices.formats.boamp import read_announcement, read_record
from cordee.notices.formats.decp import is_contract, read_contract
from cordee.notices.formats.eforms import ROOTS, read_eforms
from cordee.notices.formats.json_text import load_json
from cordee.notices.formats.private_need import FORMAT, read_private_need
from cordee.notices.formats.ted_export import read_ted_export
from cordee.notices.formats.tree import from_xml
from cordee.notices.notice import Notice, NoticeError

BLANK = b" \t\r\n\xef\xbb\xbf"
TOO_DEEP = "Le document a trop de niveaux imbriqués."


class Foreign(NoticeError):
    """JSON that is no notice: the first record tells what a whole file is."""


def broken(place: str, reason: str) -> NoticeError:
    """The error of a document that is damaged."""
    return NoticeError(place, reason, "Téléchargez de nouveau le fichier à la source.")


def without_notice(place: str) -> NoticeError:
    """The error of a file, folder or list that holds nothing."""
    return NoticeError(place, "Il n’y a aucun avis ici.", "Vérifiez le chemin ou le fichier.")


def read_content(content: bytes, place: str) -> Notice | NoticeError:
    """Read one document; why it cannot be read is given back, never raised."""
    try:
        return _dispatched(content, place)
    except NoticeError as error:
        return error
    except RecursionError:
        return broken(place, TOO_DEEP)


def _dispatched(content: bytes, place: str) -> Notice:
    stripped = content.lstrip(BLANK)
    if not stripped:
        raise broken(place, "Le fichier est vide.")
    if stripped[:1] in (b"{", b"["):
        return _read_object(load_json(content, place), place)
    if stripped[:1] == b"<" or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _read_xml(content, place)
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


def _read_object(value: Any, place: str) -> Notice:
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
    raise Foreign(
        place,
        "Ce JSON n’est pas un avis connu.",
        "Il faut un enregistrement du BOAMP (idweb, donnees), un marché des données essentielles "
        f'(id, acheteur, titulaires) ou « format »: "{FORMAT}".',
    )
