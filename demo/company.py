"""A contract that an ordinary company won, and the 833 hours that it owes without knowing how."""

import json
from datetime import date, timedelta

from django.conf import settings

from cordee.accounts.models import User
from cordee.delivery.access import awards_to_follow
from cordee.delivery.models import Delivery
from cordee.delivery.opening import actions
from cordee.members.models import Structure
from cordee.opportunities.actions.importing import import_notices
from demo.numbers import FIRST_BUYER_RANK, fictional_siret
from demo.people import DOMAIN
from demo.valley import commune

OWED_HOURS, HOURLY_COST_CENTS = 833, 3_500
MONTHS = 10


def load_company_contract(day: date) -> Delivery | None:
    """Once, as essential data tell it; nothing where no company has a director."""
    agathe = User.objects.get(email=f"entreprise@{DOMAIN}")
    company = Structure.objects.directed_by(agathe).first()
    if company is None or Delivery.objects.filter(structure=company).exists():
        return None
    path = settings.STATE_DIR / "demo-contracts" / "entreprise.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    record = {"marches": {"marche": [_record(company, day)]}}
    path.write_text(f"{json.dumps(record, ensure_ascii=False, indent=1)}\n", encoding="utf-8")
    import_notices([path], by=None, on=day)
    ((award, _),) = awards_to_follow(agathe)
    made = actions.open_from_award(award=award, structure=company, by=agathe)
    lot = made.lots.get()
    lot.stated_minutes, lot.hourly_cost_cents = OWED_HOURS * 60, HOURLY_COST_CENTS
    actions.write_lot(lot=lot, by=agathe)
    return made


def _record(company: Structure, day: date) -> dict[str, object]:
    notified = day - timedelta(days=12)
    return {
        "_type": "Marché",
        "id": f"{notified.year}M0900",
        "acheteur": {
            "id": fictional_siret(FIRST_BUYER_RANK + 3),
            "nom": "Commune de Vaubrune (fictive)",
        },
        "objet": "Aménagement et entretien des abords du gymnase et du stade",
        "codeCPV": "77310000",
        "lieuExecution": {"code": commune("Vaubrune").postcode, "typeCode": "Code postal"},
        "dureeMois": MONTHS,
        "dateNotification": notified.isoformat(),
        "datePublicationDonnees": (notified + timedelta(days=5)).isoformat(),
        "montant": 412_600,
        "considerationsSociales": ["Clause sociale"],
        "titulaires": [
            {
                "id": company.siret,
                "typeIdentifiant": "SIRET",
                "denominationSociale": company.name,
            }
        ],
    }
