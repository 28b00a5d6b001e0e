"""DECP: awarded contracts as every buyer must publish them, one record a contract.

Two shapes: that of 2019 (names beside the numbers, plain lists) and that of 2024 on (numbers only,
each item wrapped: `titulaires: [{"titulaire": …}]`). Concessions share both.
Source: arrêté du 22 décembre 2022 relatif aux données essentielles; schema 2.0.3.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from cordee.notices.formats.assembly import cpv_of, duration_from, field_evidence, with_wording
from cordee.notices.formats.awards import form_in_names, tender_count, winner, winners_of
from cordee.notices.formats.tree import clean
from cordee.notices.formats.values import cents, cpv_code, day, months, siret
from cordee.notices.notice import (
    Amount,
    Award,
    Buyer,
    ClauseKind,
    Duration,
    Evidence,
    Format,
    GroupingForm,
    Kind,
    Links,
    Notice,
    NoticeError,
    Place,
    Provenance,
    Reserved,
    SocialClause,
    Source,
    Winner,
)
from cordee.notices.places import place_from, place_of_department
from cordee.rules.reservation import Reservation
from cordee.rules.territory import NUTS_DEPARTMENTS, REGION_DEPARTMENTS, department_of_insee

Record = Mapping[str, Any]

_CONTRACT = ("acheteur", "autoriteConcedante", "titulaires", "concessionnaires")
_GROUPS = {"conjoint": GroupingForm.CONJOINT, "solidaire": GroupingForm.SOLIDAIRE}
_TAG = re.compile(r"</?[a-zA-Z]{1,6} ?/?>")
_UNKNOWN = frozenset({"", "NC", "CDL", "null"})
_FRENCH_INSEE = re.compile(r"FR[0-9]{5}")
_SHORT = re.compile(r"[0-9]{4}")
_INSEE = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")
_MASKED = re.compile(r"0*")


def is_contract(record: Record) -> bool:
    """Whether a record has the shape of one awarded contract."""
    return "id" in record and any(name in record for name in _CONTRACT)


def read_contract(record: Record, place: str) -> Notice:
    """Read one contract. Raises NoticeError if it has no number."""
    number = _text(record.get("id"))
    if number is None:
        raise NoticeError(
            place,
            "Ce marché des données essentielles n’a pas de numéro (id).",
            "Téléchargez de nouveau le fichier à la source, ou laissez cette ligne de côté.",
        )
    buyer_record = _inside(record.get("acheteur") or record.get("autoriteConcedante"))
    buyer, buyer_number = _buyer(buyer_record), _text(buyer_record.get("id"))
    title = _text(record.get("objet"))
    # Some buyers paste HTML into the title.
    title = clean(_TAG.sub(" ", title) if title and "<" in title else title)
    published = _text(record.get("datePublicationDonnees"))
    # Files may list changes in any order: what counts is the last one in time.
    changes = sorted(_items(record.get("modifications"), "modification"), key=_changed_on)
    # « montant » of contracts, « valeurGlobale » of concessions.
    amount = _amount(record, changes)
    framework = _text(record.get("idAccordCadre"))
    notice = Notice(
        source=Source.DECP,
        format=Format.DECP,
        id=_identifier(buyer_number, number),
        kind=Kind.AWARD,
        form=_text(record.get("nature")) or _text(record.get("_type")),
        title=title,
        buyer=buyer,
        published_on=day(published),
        cpv=cpv_of(cpv_code(_text(record.get("codeCPV"))), ()),
        places=_places(_inside(record.get("lieuExecution"))),
        amount=amount,
        duration=_duration(record, changes),
        awards=(_award(record, changes, amount),),
        links=Links(previous=(_identifier(buyer_number, framework),) if framework else ()),
        evidence=field_evidence(
            ("title", "objet", title),
            ("buyer", "acheteur", buyer.name if buyer else None),
            ("published_on", "datePublicationDonnees", published),
        ),
    )
    box, social = _considerations(record.get("considerationsSociales"))
    return with_wording(notice, box=box, social=social)


def _identifier(buyer: str | None, number: str) -> str:
    """Numbers are the buyer's own: only together with the buyer do they name one contract."""
    return f"{buyer}-{number}" if buyer else number


def _text(value: Any) -> str | None:
    """A text or a number as text; "NC" and "INX…" stand for what is not known."""
    if value is None:
        return None
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        value = str(value)
    text: str = value.strip()
    return None if text in _UNKNOWN or text.startswith("INX") else text


def _inside(value: Any) -> Record:
    return value if isinstance(value, dict) else {}


def _items(value: Any, wrapper: str) -> Iterator[Record]:
    """The records of a list, wrapped or not; one alone counts as a list of one."""
    if isinstance(value, dict) and wrapper in value:
        value = value[wrapper]
    for item in value if isinstance(value, list) else (value,):
        if isinstance(item, dict):
            inner = item.get(wrapper, item)
            if isinstance(inner, list):
                yield from (one for one in inner if isinstance(one, dict))
            elif isinstance(inner, dict):
                yield inner


def _buyer(record: Record) -> Buyer | None:
    number = _text(record.get("id"))
    name = clean(_text(record.get("nom")))
    if name is None and number is None:
        return None
    return Buyer(name=name or f"SIRET {number}", siret=siret(number))


def _places(record: Record) -> tuple[Place, ...]:
    """Where the work is done. The code is believed before the kind of code it is said to be."""
    code = (_text(record.get("code")) or "").upper()
    name = clean(_text(record.get("nom")))
    kind = (_text(record.get("typeCode")) or "").casefold()
    code = code[2:] if _FRENCH_INSEE.fullmatch(code) else code
    where = "lieuExecution"
    code = f"0{code}" if kind.endswith("postal") and _SHORT.fullmatch(code) else code
    if kind.endswith(("arrondissement", "canton")) and code.isdigit():
        place = place_of_department(code[:3] if code.startswith("97") else code[:2], where)
    elif kind.endswith("gion") and code in REGION_DEPARTMENTS:
        place = place_from(where=where, nuts=_nuts_of_region(code), words=name)
    elif code.startswith("FR"):
        place = place_from(where=where, nuts=code)
    elif not _INSEE.fullmatch(code):
        place = None if kind.endswith("pays") else place_of_department(code.lstrip("0"), where)
    elif kind.endswith("postal"):
        place = place_from(where=where, postcode=code, city=name)
    else:
        place = place_of_department(department_of_insee(code), where)
        if place and kind.endswith("commune"):
            words = " · ".join(filter(None, (code, name)))
            place = replace(
                place,
                commune=code,
                city=name,
                provenance=Provenance.COMPUTED,
                evidence=Evidence(where, words),
            )
    return (place,) if place else ()


@cache
def _nuts_of_region(region: str) -> str | None:
    departments = REGION_DEPARTMENTS[region]
    same = [code for code, covered in NUTS_DEPARTMENTS.items() if covered == departments]
    return min(same, key=lambda code: (code[2:].isdigit(), len(code), code), default=None)


def _amount(record: Record, changes: list[Record]) -> Amount | None:
    """What the contract is worth after its changes."""
    for where, holder in (*_latest(changes), ("", record)):
        for name in ("montant", "valeurGlobale"):
            written = _text(holder.get(name))
            if (value := cents(written)) is not None:
                return Amount(value, Evidence(where + name, written or ""))
    return None


def _duration(record: Record, changes: list[Record]) -> Duration | None:
    start = _text(record.get("dateDebutExecution"))
    first = day(start)
    told = (
        (f"{where}dureeMois", written)
        for where, holder in (*_latest(changes), ("", record))
        if months(written := _text(holder.get("dureeMois")), "MONTH") is not None
    )
    where, written = next(told, ("", None))
    begun = ("dateDebutExecution", start if first else None)
    return duration_from(written, "MONTH", first, None, (where, written), begun)


def _latest(changes: list[Record]) -> Iterator[tuple[str, Record]]:
    return (("modifications/", change) for change in reversed(changes))


def _changed_on(change: Record) -> str:
    for name in ("dateNotificationModification", "dateSignatureModification"):
        if written := _text(change.get(name)):
            return written
    return _text(change.get("datePublicationDonneesModification")) or ""


def _award(record: Record, changes: list[Record], amount: Amount | None) -> Award:
    holders = _winners(record)
    for _, change in _latest(changes):
        if changed := _winners(change):
            holders = changed
            break
    acts = _items(record.get("actesSousTraitance"), "acteSousTraitance")
    below = [_winner(_inside(act.get("sousTraitant")), below=True) for act in acts]
    # Concessions are dated by their signature, contracts by their notification.
    dated = "dateSignature" if "autoriteConcedante" in record else "dateNotification"
    decided = _text(record.get(dated))
    grouped = _text(record.get("typeGroupementOperateurs"))
    quoted = [(dated, decided), ("typeGroupementOperateurs", grouped)]
    quoted += [("modifications", _changed_on(change)) for change in changes]
    return Award(
        winners=winners_of((*holders, *below)),
        amount=amount,
        decided_on=day(decided),
        tenders=tender_count(_text(record.get("offresRecues"))),
        group_form=_GROUPS.get((grouped or "").casefold())
        or form_in_names(holder.name for holder in holders),
        evidence=tuple(Evidence(where, words) for where, words in quoted if words),
    )


def _winners(record: Record) -> list[Winner]:
    found = [_winner(item) for item in _items(record.get("titulaires"), "titulaire")]
    found += [_winner(item) for item in _items(record.get("concessionnaires"), "concessionnaire")]
    return [holder for holder in found if holder]


def _winner(record: Record, *, below: bool = False) -> Winner | None:
    """A holder by name and SIRET; a number of another kind stands for the name that is missing."""
    number = _text(record.get("id"))
    kind = _text(record.get("typeIdentifiant")) or "SIRET"
    name = _text(record.get("denominationSociale"))
    if found := winner(name, number if kind.upper() == "SIRET" else None, below=below):
        return found
    if number is None or _MASKED.fullmatch(number):
        return None
    return Winner(name=f"{kind} {number}", is_subcontractor=below)


def _considerations(value: Any) -> tuple[Reserved | None, SocialClause | None]:
    """What the buyer ticked; the box does not say for whom a contract is reserved."""
    ticked = list(dict.fromkeys(_strings(value)))
    folded = {words.casefold(): words for words in ticked}
    evidence = {
        kind: Evidence("considerationsSociales", words)
        for key, words in folded.items()
        for start, kind in (("clause", "clause"), ("crit", "criterion"), ("march", "reserved"))
        if key.startswith(start)
    }
    reserved = evidence.pop("reserved", None)
    # The box says reserved, never to whom: MIXTE keeps it open until the text tells.
    box = Reserved(Reservation.MIXTE, (reserved,)) if reserved else None
    if evidence:
        clause = ClauseKind.EXECUTION if "clause" in evidence else ClauseKind.CRITERION
        kind = ClauseKind.BOTH if len(evidence) > 1 else clause
        return box, SocialClause(kind, tuple(evidence.values()))
    denied = [words for key, words in folded.items() if key.startswith("pas de")]
    if denied and box is None:
        where = Evidence("considerationsSociales", denied[0])
        return None, SocialClause(ClauseKind.NONE, (where,), negated=True)
    return box, None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (part for piece in value.replace(";", ",").split(",") if (part := piece.strip()))
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)
