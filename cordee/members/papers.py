"""The usual papers of a structure, what each is asked for, how it stands on a day, and the mail to
directors thirty days before it ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cordee.accounts import mailing
from cordee.base.mail.models import OutgoingMail
from cordee.base.ui import french
from cordee.members.evidence import Proof
from cordee.members.models import Certification, RoleSeat, Structure

# What a buyer's deadline leaves time for: renewing a paper takes some weeks.
SOON_DAYS = 60

USUAL: Mapping[str, str] = {
    "Assurance responsabilité civile professionnelle": "Demandée avec presque toute offre.",
    "Assurance décennale": "Demandée pour les travaux de bâtiment.",
    "Attestation de vigilance de l’URSSAF": "Demandée au gagnant, puis pendant le contrat.",
    "Attestation de régularité fiscale": "Demandée au gagnant, avant de signer.",
    "Liste des salariés étrangers soumis à autorisation": "Demandée au gagnant, même vide.",
    "Extrait d’immatriculation": "Demandé au gagnant, s’il n’est pas dans l’Annuaire.",
    "Convention avec l’État": "Montre qu’un marché réservé vous est ouvert.",
    "Annexe financière": "Dit vos postes de l’année, que l’acheteur ou la DDETS peut demander.",
    "Qualiopi": "Demandée pour vendre de la formation payée sur fonds publics.",
    "Agrément entreprise solidaire d’utilité sociale (ESUS)": "Compte pour certains financeurs.",
    "Agrément services à la personne": "Demandé pour intervenir chez des personnes fragiles.",
    "Certiphyto": "Demandé pour employer des produits phytosanitaires.",
    "Agrément sanitaire": "Demandé pour vendre des aliments d’origine animale.",
}
MAIL = "paper_reminders"
TEMPLATE = "members/mail/paper_ends"
DAYS_BEFORE = 30


@dataclass(frozen=True, slots=True)
class PaperState:
    """`kind` and `words` for the badge; `when` says the date."""

    kind: str
    words: str
    when: str


def state_of(paper: Certification, on: date) -> PaperState:
    """Valid, ends soon, ended, or of unknown date, on a day."""
    until = paper.valid_until
    if until is None:
        return PaperState("inconnu", "Date inconnue", "sans date de fin connue")
    last_day = french.day(until, on)
    if until < on:
        return PaperState("bloque", "Finie", f"jusqu’au {last_day}, {french.days_left(until, on)}")
    if (until - on).days <= SOON_DAYS:
        return PaperState(
            "vigilance", "Finit bientôt", f"jusqu’au {last_day}, {french.days_left(until, on)}"
        )
    if paper.valid_from is not None and paper.valid_from > on:
        start = french.day(paper.valid_from, on)
        return PaperState("inconnu", "Pas encore", f"du {start} au {last_day}")
    return PaperState("sur", "Valable", f"jusqu’au {last_day}")


def listed(papers: list[Certification], on: date) -> list[tuple[Certification, PaperState, str]]:
    """(paper, its state, what it is asked for), those that need care first."""
    order = ("bloque", "vigilance", "inconnu", "sur")
    rows = [(paper, state_of(paper, on), USUAL.get(paper.name, "")) for paper in papers]
    return sorted(rows, key=lambda row: (order.index(row[1].kind), row[0].name))


def run(now: datetime) -> int:
    """Write once for each paper and each date of end, to each director; how many mails.

    A paper renewed gets a new reminder before its new end; one that ended while nobody ran this
    is told until its last day, never after.
    """
    on = timezone.localdate(now)
    papers = Certification.objects.filter(
        valid_until__gte=on,
        valid_until__lte=on + timedelta(days=DAYS_BEFORE),
        structure__is_closed=False,
    ).select_related("structure")
    return sum(_write(paper, on) for paper in papers)


def _write(paper: Certification, on: date) -> int:
    written = 0
    for person in RoleSeat.objects.directing(paper.structure).people():
        key = f"paper:{paper.pk}:{paper.valid_until}:{person.pk}"
        if OutgoingMail.objects.filter(key=key).exists():
            continue
        mail = mailing.write_to(
            person, kind=MAIL, template=TEMPLATE, context=mail_context(paper, on), key=key
        )
        written += mail is not None
    return written


def mail_context(paper: Certification, on: date) -> dict[str, Any]:
    return {"paper": paper, "structure": paper.structure, "on": on}


def proof(structure: Structure, on: date) -> Proof | None:
    """Papers in force on a day; one query."""
    rows = structure.certifications.exclude(valid_until__lt=on).exclude(valid_from__gt=on)
    found, url = rows.count(), reverse("members:sheet", args=[structure.pk])
    return Proof(french.count(found, "papier"), "en cours de validité", url) if found else None
