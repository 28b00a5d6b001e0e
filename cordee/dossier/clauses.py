"""The articles of the agreement that hold for any group: our own words, or those of the members.

What the members wrote in their common terms stands in the place of our words. Where these name an
article of law, it is one that `docs/rules` quotes.
"""

from collections.abc import Sequence

from cordee.agreement import Reason
from cordee.base.documents import Block, Bullets, Paragraph, Strong, Table, Words
from cordee.dossier import phrases
from cordee.dossier.model import Dossier
from cordee.dossier.phrases import euros, ours, vat_words
from cordee.rules.groups import GroupForm


def own_words_or(own: str, model: Sequence[Words]) -> tuple[Block, ...]:
    """What the members wrote stands in the place of our words, and is told apart from them."""
    if own.strip():
        return tuple(Paragraph(part) for part in own.strip().split("\n\n"))
    return (Bullets(tuple(model)),)


def payment(dossier: Dossier) -> tuple[Block, ...]:
    """How the price is paid, and to whom."""
    terms = dossier.terms
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (dossier.name(member), vat_words(member, dossier.of(member))) for member in terms.members
    )
    regimes = Table("TVA de chaque membre", ("Membre", "Régime"), rows, widths=(1, 1))
    if terms.form is GroupForm.SOLIDAIRE:
        first = (
            "L’acheteur paie sur un compte commun, ou chaque membre si l’acte d’engagement le dit. "
            "Ce qui arrive sur un compte commun est reversé dans les dix jours, selon les parts."
        )
    else:
        first = "L’acheteur paie chaque membre sur son compte, pour ce qu’il a fait."
    model = (
        first,
        "Chacun remet sa facture au mandataire avant le 5 du mois. Le mandataire les dépose "
        "ensemble dans les cinq jours.",
        "Un désaccord sur la part d’un membre ne retarde pas le paiement des autres.",
        "Chacun paie lui-même ses sous-traitants que l’acheteur ne paie pas.",
    )
    return (
        Paragraph(
            f"Le prix de l’offre est de {euros(terms.price_cents)} hors taxes. Chaque membre "
            "facture selon son propre régime de TVA."
        ),
        regimes,
        *own_words_or(terms.common.payment, model),
    )


def decisions(dossier: Dossier) -> tuple[Block, ...]:
    """Who decides what."""
    common = dossier.terms.common
    decision = own_words_or(
        common.decision,
        (
            "Les décisions qui touchent tout le groupement se prennent à l’unanimité avant le "
            "dépôt, à la majorité des membres ensuite. Chaque membre a une voix.",
            "Le prix, les parts, la forme et le mandataire ne changent qu’à l’unanimité.",
            "En cas d’urgence de sécurité, le membre présent agit, puis prévient les autres.",
        ),
    )
    coordination = own_words_or(
        common.coordination,
        (
            "Les membres se réunissent au moins une fois par mois pendant les travaux.",
            "Chacun nomme une personne à joindre et dit au mandataire quand elle change.",
        ),
    )
    return (*decision, *coordination)


def insertion(dossier: Dossier) -> tuple[Block, ...]:
    """Hours of insertion, followed without names."""
    asked = dossier.contract.clause_hours
    first = (
        f"L’acheteur demande {phrases.hours(asked)} d’insertion. Chaque membre fait les siennes, "
        "dites dans la proposition d’insertion."
        if asked
        else "Les heures d’insertion de chacun sont dites dans la proposition d’insertion."
    )
    return (
        Bullets(
            (
                first,
                "Chacun suit ses propres salariés en insertion, et ne transmet au mandataire que "
                "des heures, sans nom ni information personnelle.",
                "Un membre en retard le dit tôt. Les autres l’aident à rattraper s’ils le peuvent.",
            )
        ),
    )


def penalties(dossier: Dossier) -> tuple[Block, ...]:
    """Insurance, and who bears a penalty."""
    return (
        Paragraph(
            "Chaque membre est assuré pour sa part et en donne la preuve au mandataire avant le "
            "début du travail. Il répond de ce que font ses salariés."
        ),
        *own_words_or(
            dossier.terms.common.penalties,
            (
                "Une pénalité est due par le membre dont le retard ou la faute l’a causée.",
                "Si on ne peut pas dire lequel, elle se partage selon les parts.",
            ),
        ),
    )


def subcontracting(dossier: Dossier) -> tuple[Block, ...]:
    """What a member may give to others, and what is forbidden (RULE-40)."""
    asked = (
        "Un membre ne sous-traite qu’avec l’accord du groupement, puis l’acceptation de "
        "l’acheteur (DC4). Sur un lot réservé, il vérifie que le sous-traitant y a droit."
        if dossier.contract.is_public
        else "Un membre ne sous-traite qu’avec l’accord du groupement, puis celui du client, qui "
        "accepte le sous-traitant et ses conditions de paiement (loi du 31 décembre 1975)."
    )
    return (
        Bullets(
            (
                asked,
                "Un sous-traitant vend un résultat, avec son encadrement et son matériel. Personne "
                "ne dirige les salariés d’un autre (articles L8231-1 et L8241-1 du Code du "
                "travail).",
                "Les salariés en insertion d’un ACI ne sont pas prêtés. Le prêt d’un permanent, "
                "sans but lucratif, demande une convention, un avenant et son accord "
                "(article L8241-2).",
            )
        ),
    )


def withdrawal(dossier: Dossier) -> tuple[Block, ...]:
    """What happens when a member leaves, by phase (RULE-39)."""
    common = dossier.terms.common
    if dossier.terms.form is GroupForm.SOLIDAIRE:
        owed = "Les autres doivent la part qui manque, et la partagent selon leurs parts."
    elif dossier.terms.form is GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE:
        owed = "Le mandataire doit la part qui manque. Les autres l’aident s’ils le peuvent."
    elif dossier.terms.form is None:
        owed = "Ce que les autres doivent alors dépend de la forme du groupement."
    else:
        owed = "Les autres ne doivent pas la part qui manque. Ils cherchent ensemble qui la prend."
    by_phase: tuple[Words, ...] = (
        (
            Strong("Avant le dépôt de l’offre. "),
            "Chacun se retire librement, par un mot aux autres. Ceux que cela touche acceptent de "
            "nouveau.",
        ),
        (
            Strong("Entre le dépôt et la signature du marché. "),
            _replacement(dossier),
            " Celui qui part sans raison sérieuse répond de ce que les autres perdent.",
        ),
        (
            Strong("Après la signature. "),
            f"La part passe à un sous-traitant{' (DC4)' if dossier.contract.is_public else ''}, ou "
            "un avenant la donne à un autre membre. ",
            owed,
        ),
    )
    own = common.withdrawal.strip()
    extra = tuple(Paragraph(part) for part in own.split("\n\n")) if own else ()
    return (Bullets(by_phase), *extra)


def _replacement(dossier: Dossier) -> str:
    if dossier.contract.is_public:
        return (
            "La composition est figée. Si un membre ne peut plus, sans que ce soit du fait du "
            "groupement, le mandataire demande à l’acheteur de le remplacer, avec ses raisons "
            "(article R2142-26 du Code de la commande publique)."
        )
    return "Le mandataire prévient le client, qui dit s’il accepte un autre membre à sa place."


def reasons(dossier: Dossier) -> tuple[Block, ...]:
    """Why they answer together, and what they have not agreed (RULE-38)."""
    terms = dossier.terms
    if terms.reasons:
        items: list[Words] = [reason.label for reason in Reason if reason in terms.reasons]
    else:
        items = [ours("pourquoi les membres répondent ensemble", "reasons")]
    words = terms.reasons_words.strip()
    return (
        Paragraph("Les membres répondent ensemble parce que :"),
        Bullets(tuple(items)),
        *((Paragraph(words),) if words else ()),
        Paragraph(
            "Ils n’ont convenu ni de s’abstenir ailleurs, ni de se partager d’autres marchés, ni "
            "d’échanger leurs prix hors de cette offre. Chacun reste libre de répondre, seul ou "
            "avec d’autres, à toute autre consultation (article L420-1 du Code de commerce)."
        ),
    )


def confidentiality() -> tuple[Block, ...]:
    """What stays inside the group (RULE-32 to RULE-35)."""
    return (
        Bullets(
            (
                "Les prix, les méthodes et les comptes de chacun ne sortent pas du groupement. "
                "Cela vaut encore trois ans après la fin du marché.",
                "Les chiffres privés d’un membre ne sont montrés qu’à qui il les ouvre.",
                "Aucune information de santé, de justice ou sociale sur une personne n’est "
                "échangée entre membres.",
                "Les noms des personnes ne servent qu’à signer et à se joindre.",
            )
        ),
    )


def disputes(dossier: Dossier) -> tuple[Block, ...]:
    """What is done before a court is asked."""
    return own_words_or(
        dossier.terms.common.disputes,
        (
            "Les représentants se rencontrent d’abord, dans les quinze jours.",
            "S’ils ne s’accordent pas, ils demandent une médiation à leur réseau ou à un médiateur "
            "choisi ensemble.",
            "Ensuite seulement, le tribunal compétent est saisi. Le travail continue pendant ce "
            "temps.",
        ),
    )


def duration() -> tuple[Block, ...]:
    """When the agreement begins, ends and changes."""
    return (
        Bullets(
            (
                "La convention commence quand tous l’ont approuvée.",
                "Elle finit si l’offre n’est pas retenue, ou quand le marché est soldé.",
                "Elle change par un texte que tous les membres touchés approuvent de nouveau.",
            )
        ),
    )
