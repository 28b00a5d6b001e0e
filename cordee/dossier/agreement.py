"""What a sole holder and its subcontractors approve: a short agreement in principle, our own text.

It takes the place of the agreement of a group, where there is none. Like it, it is known by its
fingerprint: nothing in it may change by itself. All of them read it, so it tells none who the
others are and for how much they work: each approves it with its own part
(`state/approval_chain.py`).
"""

from cordee.agreement import Party
from cordee.base.documents import (
    Block,
    Bullets,
    Document,
    Heading,
    Notice,
    Paragraph,
    Signature,
    Strong,
    Words,
    inlines,
)
from cordee.dossier import clauses, phrases
from cordee.dossier.direct import threshold_cents
from cordee.dossier.model import Dossier
from cordee.dossier.phrases import euros, ours

TITLE = "Accord de principe de sous-traitance"


def agreement(dossier: Dossier) -> Document:
    """One paper for all: who answers, how work and price are agreed on, how they are paid."""
    holder = dossier.holder
    return Document(
        title=TITLE,
        subtitle=dossier.contract.title,
        blocks=(
            Notice(
                (
                    Strong("Modèle à faire relire. "),
                    "Ce texte est celui de Cordée, complété par vos accords. Il ne remplace ni un "
                    "conseil, ni le contrat de sous-traitance, à signer avant tout travail.",
                )
            ),
            Heading("Entre"),
            Bullets(
                (
                    (*inlines(phrases.party_words(dossier.of(holder))), ", candidat"),
                    "chaque sous-traitant qui approuve cet accord, désigné dans sa propre fiche DC4"
                    if dossier.contract.is_public
                    else "chaque sous-traitant qui approuve cet accord, pour sa propre part",
                ),
                numbered=True,
            ),
            Heading("1. Objet"),
            *_purpose(dossier, holder),
            Heading("2. Qui répond de quoi"),
            *_liability(dossier, holder),
            Heading("3. Ce que chacun fait, et pour combien"),
            *_work(dossier),
            Heading("4. Paiement"),
            *_payment(dossier),
            Heading("5. Insertion"),
            *_insertion(dossier),
            Heading("6. Un résultat, pas des heures"),
            *_result(),
            Heading("7. Assurances et pénalités"),
            *_penalties(dossier),
            Heading("8. Suivi et décisions"),
            *_following(dossier),
            Heading("9. Retrait"),
            *_withdrawal(dossier),
            Heading("10. Pourquoi sous-traiter"),
            *_reasons(dossier),
            Heading("11. Confidentialité et données personnelles"),
            *_confidentiality(),
            Heading("12. Désaccords"),
            *clauses.disputes(dossier),
            Heading("13. Durée et modification"),
            *_duration(),
            Heading("Signatures"),
            Signature(
                dossier.name(holder),
                phrases.signatory_name(dossier.of(holder)),
                phrases.signatory_function(dossier.of(holder)),
                phrases.signatory_act(dossier.of(holder)),
            ),
            Paragraph("Chaque sous-traitant approuve cet accord de son côté."),
        ),
    )


def _purpose(dossier: Dossier, holder: Party) -> tuple[Block, ...]:
    return (
        *phrases.answered_blocks(dossier, f"{dossier.name(holder)} répond seul"),
        Paragraph(
            "S’il obtient le marché, il confie à chaque sous-traitant le travail de l’article 3, "
            "et chacun s’engage à le faire à ce prix. Il n’y a pas de groupement : les "
            "sous-traitants ne sont pas candidats."
        ),
    )


def _liability(dossier: Dossier, holder: Party) -> tuple[Block, ...]:
    asked = (
        "Chaque sous-traitant est accepté par l’acheteur avant tout travail, avec ses conditions "
        "de paiement (DC4). Le candidat le demande avec l’offre."
        if dossier.contract.is_public
        else "Le client accepte chaque sous-traitant et ses conditions de paiement avant tout "
        "travail (loi du 31 décembre 1975). Le candidat le demande avec l’offre."
    )
    return (
        Bullets(
            (
                f"{dossier.name(holder)} répond seul de tout le marché, travail des sous-traitants "
                "compris.",
                "Un sous-traitant répond de son travail envers le candidat, et de rien d’autre.",
                asked,
                "Aucun sous-traitant ne sous-traite à son tour sans l’accord écrit du candidat, "
                "puis de l’acheteur.",
            )
        ),
    )


def _work(dossier: Dossier) -> tuple[Block, ...]:
    """No name, no amount: each subcontractor has its own, which the others do not read."""
    where = "dans sa fiche DC4" if dossier.contract.is_public else "dans sa part"
    return (
        Bullets(
            (
                "Le travail, les mois et le prix de chaque sous-traitant sont ceux de la part "
                f"qu’il a acceptée, à la version des termes qu’il approuve. Il les lit {where}.",
                "S’ils changent, lui et le candidat acceptent et approuvent de nouveau. Les autres "
                "n’ont rien à refaire.",
                "Sur chaque lot, le candidat fait lui-même une partie du travail "
                "(article L2193-1 du Code de la commande publique)."
                if dossier.contract.is_public
                else "Le candidat fait lui-même une partie du travail.",
                "Avant la signature du marché, le candidat ne dit à un sous-traitant ni le nom, ni "
                "le prix d’un autre.",
            )
        ),
    )


def _payment(dossier: Dossier) -> tuple[Block, ...]:
    model: tuple[Words, ...]
    if dossier.contract.is_public:
        least = euros(threshold_cents(dossier))
        model = (
            f"À partir de {least} TTC sur un lot, l’acheteur paie lui-même un sous-traitant "
            "accepté (article R2193-10 du Code de la commande publique). En dessous, le candidat "
            "le paie.",
            "Rien de ce qui est fait avant l’acceptation n’est payé directement.",
            "Le sous-traitant remet sa facture au candidat avant le 5 du mois, selon son propre "
            "régime de TVA. Le candidat la vérifie dans les quinze jours.",
            "Le candidat paie dans les trente jours ceux que l’acheteur ne paie pas.",
        )
    else:
        model = (
            "Le client ne paie pas les sous-traitants : le candidat fournit à chacun une "
            "caution, ou une délégation de paiement (loi du 31 décembre 1975, articles 12 et 14).",
            "Le sous-traitant remet sa facture au candidat avant le 5 du mois, selon son propre "
            "régime de TVA.",
            "Le candidat paie dans les trente jours, qu’il ait été payé ou non.",
        )
    return clauses.own_words_or(dossier.terms.common.payment, model)


def _insertion(dossier: Dossier) -> tuple[Block, ...]:
    asked = dossier.contract.clause_hours
    first = (
        f"L’acheteur demande {phrases.hours(asked)} d’insertion. Le candidat les doit. Chacun fait "
        "les siennes, dites dans sa part."
        if asked
        else "Les heures d’insertion de chacun sont dites dans sa part."
    )
    return (
        Bullets(
            (
                first,
                "Chacun suit ses propres salariés en insertion, et ne transmet au candidat que des "
                "heures, sans nom ni information personnelle.",
                "Un sous-traitant en retard le dit tôt.",
            )
        ),
    )


def _result() -> tuple[Block, ...]:
    return (
        Bullets(
            (
                "Chaque sous-traitant vend un travail fini, avec son encadrement et son matériel.",
                "Le candidat ne dirige pas les salariés d’un sous-traitant (articles L8231-1 et "
                "L8241-1 du Code du travail).",
                "Les salariés en insertion d’un ACI ne sont pas prêtés. Le prêt d’un permanent, "
                "sans but lucratif, demande une convention, un avenant et son accord "
                "(article L8241-2).",
            )
        ),
    )


def _penalties(dossier: Dossier) -> tuple[Block, ...]:
    return (
        Paragraph(
            "Chacun est assuré pour son travail, et en donne la preuve au candidat avant de "
            "commencer. Il répond de ce que font ses salariés."
        ),
        *clauses.own_words_or(
            dossier.terms.common.penalties,
            (
                "Une pénalité de l’acheteur est due par qui l’a causée. Le candidat la supporte si "
                "on ne peut pas le dire.",
            ),
        ),
    )


def _following(dossier: Dossier) -> tuple[Block, ...]:
    common = dossier.terms.common
    return (
        *clauses.own_words_or(
            common.decision,
            (
                "Le candidat parle seul à l’acheteur, et transmet sans attendre ce qui touche un "
                "sous-traitant.",
                "Il ne change ni le travail ni le prix d’un sous-traitant sans son accord écrit.",
                "En cas d’urgence de sécurité, qui est présent agit, puis prévient les autres.",
            ),
        ),
        *clauses.own_words_or(
            common.coordination,
            (
                "Le candidat réunit les sous-traitants au moins une fois par mois pendant les "
                "travaux. Chacun nomme une personne à joindre.",
            ),
        ),
    )


def _withdrawal(dossier: Dossier) -> tuple[Block, ...]:
    """By phase: there is no group to freeze, but the offer is (RULE-39)."""
    is_public = dossier.contract.is_public
    after = (
        "L’acheteur accepte d’abord le nouveau sous-traitant, par un DC4. Si le candidat reprend "
        "lui-même le travail, le DC4 accepté est modifié."
        if is_public
        else "Le client accepte d’abord le nouveau sous-traitant."
    )
    items: tuple[Words, ...] = (
        (
            Strong("Avant le dépôt de l’offre. "),
            "Chacun se retire librement, par un mot au candidat.",
        ),
        (
            Strong("Entre le dépôt et la signature du marché. "),
            "L’offre ne change plus. Qui ne peut plus tenir son travail le dit aussitôt : le "
            "candidat demande à l’acheteur ce qu’il accepte. Celui qui part sans raison sérieuse "
            "répond de ce que le candidat perd.",
        ),
        (
            Strong("Après la signature. "),
            "Le candidat reprend le travail, ou le confie à un autre. ",
            after,
        ),
        (
            Strong("Si le candidat n’obtient pas le marché, ou retire son offre. "),
            "Personne ne doit rien à personne.",
        ),
    )
    own = dossier.terms.common.withdrawal.strip()
    extra = tuple(Paragraph(part) for part in own.split("\n\n")) if own else ()
    return (Bullets(items), *extra)


def _reasons(dossier: Dossier) -> tuple[Block, ...]:
    terms = dossier.terms
    told = terms.arrangement.reasons(terms)
    items: list[Words] = [terms.arrangement.reason_label(reason) for reason in told] or [
        ours("pourquoi le candidat sous-traite", "reasons")
    ]
    words = terms.reasons_words.strip()
    return (
        Paragraph("Le candidat sous-traite parce que :"),
        Bullets(tuple(items)),
        *((Paragraph(words),) if words else ()),
        Paragraph(
            "Ils n’ont convenu ni de s’abstenir ailleurs, ni de se partager d’autres marchés. "
            "Chaque sous-traitant reste libre de répondre lui-même, ou de travailler pour un autre "
            "candidat, même à cette consultation. Il ne dit alors à personne ce qu’il sait de "
            "cette offre (article L420-1 du Code de commerce)."
        ),
    )


def _confidentiality() -> tuple[Block, ...]:
    return (
        Bullets(
            (
                "Les prix, les méthodes et les comptes de chacun ne sortent pas d’ici. Cela vaut "
                "encore trois ans après la fin du marché.",
                "Les chiffres privés de chacun ne sont montrés qu’à qui il les ouvre.",
                "Aucune information de santé, de justice ou sociale sur une personne n’est "
                "échangée.",
                "Les noms des personnes ne servent qu’à signer et à se joindre.",
            )
        ),
    )


def _duration() -> tuple[Block, ...]:
    return (
        Bullets(
            (
                "L’accord commence quand tous l’ont approuvé.",
                "Il finit si l’offre n’est pas retenue, ou quand chaque contrat de sous-traitance "
                "est signé : celui-ci le remplace.",
                "Il change par un texte que ceux que cela touche approuvent de nouveau.",
            )
        ),
    )
