"""The letter that asks a buyer why an offer was not kept: our draft, to be read over."""

from datetime import date

from django.utils import timezone

from cordee.alliances.filing.lessons import Lesson
from cordee.alliances.frame.letters import addressed, to_sign
from cordee.alliances.models import Alliance
from cordee.dossier import phrases
from cordee.rules import procedure
from cordee.rules.figures import NARROW_SPACE


def draft(alliance: Alliance, lesson: Lesson, lead: str, *, on: date) -> str:
    """What is not known stands between square brackets, never invented."""
    filing = alliance.filing
    filed = timezone.localdate(filing.filed_at)
    days = procedure.reasons_days(on=on)
    asked = [
        "les motifs du rejet de notre offre",
        "le nom de l’attributaire",
        "les caractéristiques et les avantages de l’offre retenue",
        *(each.replace("votre", "notre") for each in lesson.unknown),
    ]
    blocks = [
        addressed(alliance),
        "Objet : demande des motifs du rejet de notre offre "
        "(Code de la commande publique, articles R2181-2 et R2181-4)",
        f"Marché : {alliance.opportunity.title}",
        f"Offre déposée le {phrases.day(filed)}, récépissé {filing.number}",
        "Madame, Monsieur,",
        f"Vous nous avez fait savoir, le {phrases.day(lesson.result.announced_on)}, que notre "
        "offre n’est pas retenue. Pour progresser, nous vous demandons :\n"
        + " ;\n".join(f"- {each}" for each in asked)
        + ".",
        f"Le code donne {days} jours, à partir de la réception de cette demande, pour répondre.",
        f"{lead}\n{to_sign(alliance, alliance.terms)}",
    ]
    text = "\n\n".join(blocks)
    return text.replace(" :", "\u00a0:").replace(" ;", f"{NARROW_SPACE};")
