"""A chain of approvals: each line bears the fingerprint of the one before, and can be recounted.

No database here. Who approved is in the chain as a fingerprint alone, made with a key that stands
beside their name: name and key erased, the chain is whole and says nothing of them; kept on a
receipt, they prove that it was the user.
"""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from hashlib import sha256

from cordee.agreement.terms import canonical

# Rises when what is hashed changes: old lines are recounted as they were made.
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One line of the chain, as it is hashed. Moments are ISO texts in UTC."""

    alliance: str
    sequence: int
    kind: str
    party: str
    version: int
    document_sha256: str
    at: str
    method: str
    authenticated_at: str
    identity_sha256: str
    previous_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who made a line, with the key of their receipt; every part empty once erased."""

    name: str
    function: str
    key: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A line as the base keeps it: what it says, the fingerprint it bears, who made it."""

    link: Link
    sha256: str
    identity: Identity


class KeptText(Enum):
    """What is left of the text that a line is about, beside its fingerprint."""

    WHOLE = "whole"
    CHANGED = "changed"
    LOST = "lost"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not whole, and on which line."""

    sequence: int
    sentence: str


def genesis(alliance: str) -> str:
    """What the first line of an alliance has before it."""
    return sha256(canonical({"format": FORMAT, "alliance": alliance}).encode()).hexdigest()


def link_sha256(link: Link) -> str:
    """The fingerprint of a line: of all it says, that of the line before included."""
    return sha256(canonical({"format": FORMAT, **asdict(link)}).encode()).hexdigest()


def identity_sha256(identity: Identity) -> str:
    """What the chain keeps of a person. Without the key nobody can try names against it."""
    said = canonical([FORMAT, identity.name, identity.function])
    return hmac.new(identity.key.encode(), said.encode(), sha256).hexdigest()


def faults(
    alliance: str, rows: Sequence[Stored], noted: Mapping[int, str] | None = None
) -> tuple[Fault, ...]:
    """Everything that is not whole in a chain, the first line first; empty where all is.

    `noted`: fingerprints that the journal kept, by line. A line taken off the end of a chain leaves
    no hole in it: the journal alone tells.
    """
    found = []
    before = genesis(alliance)
    for place, row in enumerate(rows, start=1):
        link = row.link
        if link.sequence != place:
            found.append(Fault(place, f"La ligne {place} manque : on lit la {link.sequence}."))
            before = row.sha256
            continue
        if link.alliance != alliance:
            found.append(Fault(place, "Cette ligne vient d’une autre alliance."))
        if link.previous_sha256 != before:
            found.append(Fault(place, "Elle ne suit pas la ligne qui la précède."))
        if link_sha256(link) != row.sha256:
            found.append(Fault(place, "Son contenu n’est plus celui qui a été approuvé."))
        if row.identity.key and identity_sha256(row.identity) != link.identity_sha256:
            found.append(Fault(place, "Le nom ou la fonction n’est plus celui qui a approuvé."))
        before = row.sha256
    kept = {row.link.sequence: row.sha256 for row in rows}
    for place, expected in sorted((noted or {}).items()):
        if place not in kept:
            found.append(Fault(place, "Le journal note cette ligne, et elle n’est plus là."))
        elif kept[place] != expected:
            found.append(Fault(place, "Le journal note une autre empreinte."))
    return tuple(sorted(found, key=lambda fault: fault.sequence))


def kept_texts(
    rows: Sequence[Stored], kept: Mapping[str, bool], noted: Collection[str] = ()
) -> dict[int, KeptText]:
    """What is left of the text of each line, by its number.

    `kept`: fingerprints of the texts that are there, and whether each, hashed again, is its own.
    `noted`: fingerprints of the texts that the journal says were kept.
    """
    return {row.link.sequence: _kept_text(row.link.document_sha256, kept, noted) for row in rows}


def text_faults(texts: Mapping[int, KeptText]) -> tuple[Fault, ...]:
    """The lines of which the kept text is no proof any more; one never kept is no fault."""
    said = {
        KeptText.CHANGED: "Le texte gardé n’est plus celui qui a été approuvé.",
        KeptText.LOST: "Le journal note que ce texte est gardé, et il n’est plus là.",
    }
    return tuple(Fault(place, said[text]) for place, text in texts.items() if text in said)


def _kept_text(fingerprint: str, kept: Mapping[str, bool], noted: Collection[str]) -> KeptText:
    if fingerprint in kept:
        return KeptText.WHOLE if kept[fingerprint] else KeptText.CHANGED
    return KeptText.LOST if fingerprint in noted else KeptText.NEVER
