"""« Dossier » and « Suite »: what each of these entries holds, for one reader."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from cordee.agreement.phases import STEPS, Phase
from cordee.alliances.access import AllianceAccess
from cordee.alliances.approvals.pages import signing_rows
from cordee.alliances.documents.pages import Papers
from cordee.alliances.models import AllianceParty
from cordee.alliances.state.approval_chain import approved_now
from cordee.base.ui import french


@dataclass(frozen=True, slots=True)
class Line:
    """One page of an entry: its title, one sentence, its address, and its state where it has one:
    a kind, and its words."""

    title: str
    words: str
    url: str
    state: tuple[str, str] | None = None


def file_lines(access: AllianceAccess, papers: Papers | None, *, on: date) -> list[Line]:
    """What makes the bid: documents, who signs, approvals, files, common terms.

    `papers`: None where what they lack no longer matters.
    """
    alliance, pk = access.alliance, access.alliance.pk
    signing = signing_rows(access, on=on)
    lines = [
        Line(
            "Documents",
            "Cordée les remplit avec vos fiches et le tableau.",
            reverse("alliances:documents", args=[pk]),
            _counted(papers.ready, papers.total) if papers else None,
        ),
        Line(
            "Qui signe",
            "Pour chaque structure, qui et de quel droit.",
            reverse("alliances:signatories", args=[pk]),
            _counted(sum(row.is_ready for row in signing), len(signing)),
        ),
    ]
    if access.reads_paper and alliance.terms.has_paper:
        signers = {party.key for party in alliance.terms.signers}
        if not access.reads_shares:
            signers &= access.own_keys
        lines.append(
            Line(
                "Approbations",
                f"Lire et approuver {alliance.terms.arrangement.paper}.",
                reverse("alliances:approvals", args=[pk]),
                _counted(len(signers & approved_now(alliance, on=on)), len(signers)),
            )
        )
    lines += [
        Line(
            f"Dossier {french.of(row.structure.shown_name)}",
            "Dit une fois pour tous vos marchés.",
            reverse("answer_files:show", args=[row.structure_id]),
        )
        for row in access.inside
    ]
    if access.reads_shares:
        url = reverse("alliances:files", args=[pk])
        lines.append(Line("Fichiers", "Ce que l’équipe se partage.", url))
    if access.coordinates and alliance.step.is_editable:
        url = reverse("alliances:common_terms", args=[pk])
        lines.append(Line("Termes communs", "Paiement, décisions, désaccords, heures.", url))
    return lines


def _counted(done: int, of: int) -> tuple[str, str] | None:
    """ "2 sur 3", sure once all are."""
    if not of:
        return None
    return ("sur" if done == of else "inconnu", f"{done} sur {of}")


def next_lines(access: AllianceAccess) -> list[Line]:
    """What happens besides the bid itself: time, decisions, filing, who leads, the record."""
    alliance, pk = access.alliance, access.alliance.pk
    step, reads = alliance.step, access.reads_shares
    inside = access.inside
    named = len(inside) > 1

    def page(route: str, *more: int) -> str:
        return reverse(f"alliances:{route}", args=[pk, *more])

    def whose(row: AllianceParty) -> str:
        return f", pour {row.structure.shown_name}" if named else ""

    lines = [Line("Le temps", "Ce qui reste à faire, et pour quand.", page("planning"))]
    if step.is_editable:
        lines += [
            Line(f"Y aller ou pas\u202f?{whose(row)}", "À peser avant.", page("decide", row.pk))
            for row in inside
        ]
    if reads:
        lines.append(Line("Dépôt", "Ce qui manque, puis le récépissé.", page("filing")))
    if reads and not step.is_editable:
        lines.append(Line("Résultat", "Ce que l’acheteur décide.", page("result")))
    if not step.is_over:
        lines += [
            Line(f"Se retirer…{whose(row)}", "Ce que cela change, en euros.", page("leave", row.pk))
            for row in inside
        ]
    lines.append(Line("Retraits", "Qui s’est retiré, et qui reprend.", page("withdrawals")))
    if access.coordinates:
        alone = alliance.coordinators.seated().count() == 1 and not step.is_over
        state = ("vigilance", "Vous seule") if alone else None
        lines.append(Line("Qui coordonne", "Passer la main.", page("coordinators"), state))
    url = reverse("journal", args=["alliance", pk])
    lines.append(Line("Ce qui s’est passé", "Qui a fait quoi, et quand.", url))
    if reads:
        lines.append(Line("Preuve", "La chaîne des approbations.", page("proof")))
    url = reverse("opportunities:detail", args=[alliance.opportunity_id])
    lines.append(Line("L’avis", "Le marché, comme l’acheteur l’écrit.", url))
    if access.coordinates and Phase.ABANDONED in STEPS[step]:
        lines.append(Line("Abandonner l’alliance", "Ce que cela veut dire.", page("abandon")))
    return lines


def steps_back(access: AllianceAccess) -> list[tuple[Phase, str]]:
    """The earlier steps to which who coordinates may bring the alliance back."""
    step, terms = access.alliance.step, access.alliance.terms
    if not access.coordinates or not step.is_editable:
        return []
    return [
        (to, f"Revenir à «\u00a0{terms.arrangement.phase_label(to)}\u00a0»")
        for to in STEPS[step]
        if to.is_editable and [*Phase].index(to) < [*Phase].index(step)
    ]
