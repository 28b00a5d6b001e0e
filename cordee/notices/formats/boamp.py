"""BOAMP: the envelope of a record of the API or of an older XML file, and what it holds.

`donnees` comes in three shapes: eForms through xmltodict (read in `eforms.py`), MAPA of schema
3.2.5 and the older schema 2.3.0 (`boamp_bodies.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from cordee.notices.formats.assembly import field_evidence, with_wording
from cordee.notices.formats.boamp_bodies import read_legacy, read_mapa
from cordee.notices.formats.boamp_fields import day_of, first_deadline, places_with
from cordee.notices.formats.eforms import ROOTS, read_eforms
from cordee.notices.formats.json_text import load_json
from cordee.notices.formats.tree import NOTHING, Node, from_json, local_name
from cordee.notices.notice import (
    Buyer,
    ClauseKind,
    Descripteur,
    Evidence,
    Format,
    Kind,
    Links,
    Notice,
    NoticeError,
    SocialClause,
    Source,
)
from cordee.notices.places import distinct, place_of_department

_NOT_LETTER = re.compile(r"[^a-z]")
_IDWEB = re.compile(r"\d{2}[-_]\d{1,7}")

# The status of the notice itself wins over what sort of notice it was meant to be.
_KIND_BY_STATUS = {
    "annulation": Kind.CANCELLATION,
    "rectificatif": Kind.CHANGE,
    "modification": Kind.CHANGE,
}
_KIND_BY_NATURE = {
    "appeloffre": Kind.CALL,
    "qualification": Kind.CALL,
    "attribution": Kind.AWARD,
    "intentionconclure": Kind.AWARD,
    "rectificatif": Kind.CHANGE,
    "modification": Kind.AWARD,  # of a contract that has its holder
    "annulation": Kind.CANCELLATION,
    "preinformation": Kind.PRIOR,
    "periodique": Kind.PRIOR,
    "profilacheteur": Kind.PRIOR,
}


def read_record(record: Mapping[str, Any], place: str) -> Notice:
    """Read one record of the BOAMP API. Raises NoticeError if it has no identifier."""
    # JSON inside JSON: a text in the API, an object in some files.
    management = _plain_tree("gestion", _unwrapped(record.get("gestion"), place), place)
    content = _unwrapped(record.get("donnees"), place)
    own = _plain_tree(
        "record", {k: v for k, v in record.items() if k not in ("gestion", "donnees")}, place
    )
    envelope = _envelope(own, management, place)
    if not isinstance(content, dict):
        return with_wording(envelope, social=_social(own, management))
    if isinstance(eforms := content.get("EFORMS"), dict):
        return _merged_eforms(envelope, eforms, own, management, place)
    for key, body in content.items():
        if key in ("MAPA", "FNSimple") and isinstance(body, dict):
            tree = _plain_tree(key, body, place)
            return read_mapa(envelope, tree, _social(own, management), own)
    tree = _plain_tree("donnees", content, place)
    if tree.find("identite") is not None:
        return read_legacy(envelope, tree, _social(own, management), own)
    return with_wording(envelope, social=_social(own, management))


def read_announcement(root: Node, place: str) -> Notice:
    """Read one ANNONCE of the older BOAMP XML. Raises NoticeError if it has no identifier."""
    # The older XML writes in capitals what the API writes in lower case.
    for element in root.element.iter():
        element.tag = plain(element.tag)
    management = root.find("gestion") or NOTHING
    content = root.find("donnees")
    envelope = _envelope(NOTHING, management, place)
    if content is None or content.find("identite") is None:
        raise NoticeError(
            place,
            "L’annonce du BOAMP n’a pas d’acheteur (IDENTITE).",
            "Téléchargez de nouveau l’avis sur boamp.fr.",
        )
    return read_legacy(envelope, content, _social(NOTHING, management))


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A name in lower case without prefix nor separators, as the older API wrote them."""
    return re.sub(r"[^a-z0-9]", "", local_name(name).lower())


def _plain_tree(name: str, value: Any, place: str) -> Node:
    return from_json(name, value, place, plain)


def _unwrapped(value: Any, place: str) -> Any:
    return load_json(value, place) if isinstance(value, str) and value.strip() else value


def _envelope(own: Node, management: Node, place: str) -> Notice:
    identifier = own.value("idweb") or management.value("reference", "idweb")
    if identifier is None or not _IDWEB.fullmatch(identifier):
        raise NoticeError(
            place,
            "L’enregistrement du BOAMP n’a pas de numéro d’avis (idweb, comme 26-64972).",
            "Téléchargez l’avis sur boamp.fr, au format JSON.",
        )
    index = management.find("indexation") or NOTHING
    title = own.words("objet") or index.words("resumeobjet")
    name = own.words("nomacheteur") or index.words("nomorganisme")
    deadline, deadline_source = first_deadline(
        index.value("datelimitereponse"), own.value("datelimitereponse")
    )
    published = own.value("dateparution") or index.value("datepublication")
    # Where the work is done; where the notice was published only for want of it.
    departments = own.all("codedepartementprestation") or index.all("depprestation")
    where = "code_departement_prestation"
    if not departments:
        departments = own.all("codedepartement") or index.all("deppublication")
        where = "code_departement"
    return Notice(
        source=Source.BOAMP,
        format=Format.BOAMP_ENVELOPE,
        id=identifier.replace("_", "-"),
        kind=_kind(own, management),
        form=own.value("famille") or _first_name(management, "reference", "typeavis", "famille"),
        title=title,
        buyer=Buyer(name) if name else None,
        published_on=day_of(published),
        deadline=deadline,
        deadline_source=deadline_source,
        descripteurs=_descripteurs(own, index),
        places=distinct([place_of_department(node.text, where) for node in departments]),
        links=Links(notice=own.value("urlavis"), previous=_previous(own, management)),
        evidence=field_evidence(
            ("title", "objet", title),
            ("buyer", "nomacheteur", name),
            ("deadline", "datelimitereponse", deadline_source),
            ("published_on", "dateparution", published),
        ),
    )


def _kind(own: Node, management: Node) -> Kind:
    nature = own.value("nature") or _first_name(management, "reference", "typeavis", "nature")
    status = own.value("etat") or _first_name(management, "reference", "typeavis", "statut")
    # Accents and hyphens are written in three ways: letters alone are compared.
    by_status = _KIND_BY_STATUS.get(_NOT_LETTER.sub("", (status or "").lower()))
    by_nature = _KIND_BY_NATURE.get(_NOT_LETTER.sub("", (nature or "").lower()), Kind.CALL)
    return by_status or by_nature


def _first_name(node: Node, *path: str) -> str | None:
    found = node.find(*path)
    return found.children[0].name if found and found.children else None


def _descripteurs(own: Node, index: Node) -> tuple[Descripteur, ...]:
    pairs = [
        (item.value("code"), item.value("libelle"))
        for item in index.all("descripteurs", "descripteur")
    ]
    if not pairs:
        codes, labels = own.all("descripteurcode"), own.all("descripteurlibelle")
        pairs = [
            (code.text.strip(), label.text.strip())
            # Older records give two lists side by side, of which one may be short.
            for code, label in zip(codes, labels, strict=False)
        ]
    return tuple(Descripteur(code, label) for code, label in pairs if code and label)


def _previous(own: Node, management: Node) -> tuple[str, ...]:
    numbers = [node.text.strip() for node in own.all("annoncelie")]
    numbers += [node.text.strip() for node in own.all("annoncesanterieures")]
    for earlier in management.every("annonceanterieur"):
        numbers += [node.text.strip() for node in earlier.every("idweb")]
    return tuple(dict.fromkeys(n for n in numbers if _IDWEB.fullmatch(n)))


def _social(own: Node, management: Node) -> SocialClause | None:
    """The BOAMP's own flag "critères sociaux": a clause, without saying more."""
    flagged = [
        Evidence("CRITERES_SOCIAUX_ENV", node.name.upper())
        for node in management.all("indexation", "criteressociauxenv", "sociaux")
    ]
    flagged += [
        Evidence("criteres", node.text.strip())
        for node in own.all("criteres")
        if "social" in node.text.lower() or "sociaux" in node.text.lower()
    ]
    return SocialClause(ClauseKind.EXECUTION, tuple(flagged)) if flagged else None


def _merged_eforms(
    envelope: Notice, content: Mapping[str, Any], own: Node, management: Node, place: str
) -> Notice:
    name = next((key for key in content if key.rpartition(":")[2] in ROOTS), None)
    if name is None:
        raise NoticeError(
            place,
            f"L’avis eForms du BOAMP a une racine inconnue ({', '.join(content) or 'vide'}).",
            "Téléchargez de nouveau l’avis sur boamp.fr.",
        )
    root = from_json(name.rpartition(":")[2], content[name], place)
    notice = read_eforms(root, place, source=Source.BOAMP, format=Format.BOAMP_EFORMS)
    social = _social(own, management)
    return replace(
        notice,
        # The number of the BOAMP, by which corrections and awards refer to it.
        id=envelope.id,
        # The envelope knows a cancellation or a correction that the form may not repeat.
        kind=envelope.kind if envelope.kind is not Kind.CALL else notice.kind,
        title=notice.title or envelope.title,
        buyer=notice.buyer or envelope.buyer,
        published_on=envelope.published_on or notice.published_on,
        deadline=notice.deadline or envelope.deadline,
        deadline_source=notice.deadline_source or envelope.deadline_source,
        descripteurs=envelope.descripteurs,
        places=places_with(envelope, notice.places),
        social_clause=notice.social_clause or social,
        links=Links(
            notice=envelope.links.notice,
            documents=notice.links.documents,
            previous=tuple(dict.fromkeys((*envelope.links.previous, *notice.links.previous))),
            uuid=notice.links.uuid,
            procedure=notice.links.procedure,
        ),
        evidence=tuple({**dict(envelope.evidence), **dict(notice.evidence)}.items()),
    )
