"""What Agathe Charpente posts: one need in each state worth seeing, and a question on one of them.

Deterministic for a day: the same words, networks and hours. Posted in the world of the country;
the valley alone stays as it is known by heart.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Network, Structure
from cordee.mobilisation.actions import conversations
from cordee.mobilisation.conversations.access import Counterpart
from cordee.mobilisation.models import Message
from cordee.opportunities.actions.needs import close_need, decide_need, write_private_need
from cordee.opportunities.models import Opportunity
from demo.people import DOMAIN
from demo.valley import DELEGATION, NATIONAL

BUYER = "Charpentes du Mirel"
# A post that a campaign asks about.
GARDENER = "Une personne pour nos espaces verts"
GRANGES = {"commune": "48V02", "department": "48", "city": "Les Granges-Verdoire"}
AUBIN = {"commune": "48V01", "department": "48", "city": "Saint-Aubin-sur-Verdoire"}


def post_needs(day: date) -> int:
    """Post them once; returns how many are there."""
    agathe = User.objects.filter(email=f"entreprise@{DOMAIN}").first()
    if agathe is None:
        return 0
    posted = Opportunity.objects.filter(created_by=agathe)
    if not posted.exists():
        _post_all(agathe, day)
    return posted.count()


def post_jobs(day: date) -> None:
    """Two posts of hers that the members of the delegation read already. Once."""
    agathe = User.objects.filter(email=f"entreprise@{DOMAIN}").first()
    if agathe is None or Opportunity.objects.filter(title=GARDENER).exists():
        return
    delegation = Network.objects.get(slug=DELEGATION)
    now = timezone.make_aware(datetime.combine(day - timedelta(days=6), time(9, 30)))
    for title, trade, rome in (
        (GARDENER, "espaces-verts", "A1203"),
        ("Une personne à l’atelier, que nous formerons", "second-oeuvre-batiment", "F1602"),
    ):
        content = {
            "title": title,
            "buyer": {"name": BUYER},
            "published_on": (day - timedelta(days=6)).isoformat(),
            "deadline": (day + timedelta(days=30)).isoformat(),
            "trades": [trade],
            "places": [AUBIN],
            "need": {"kind": "labour", "people": 1, "contract": "cdi", "rome": rome},
        }
        post = write_private_need(content=content, networks=[delegation], by=agathe, now=now)
        octavie = User.objects.get(email=f"deleguee@{DOMAIN}")
        decide_need(state="published", audience=post.audiences.get(), by=octavie, now=now)


def _post_all(agathe: User, day: date) -> None:
    now = timezone.make_aware(datetime.combine(day, time(9, 30)))
    national = Network.objects.get(slug=NATIONAL)
    delegation = Network.objects.get(slug=DELEGATION)
    nadia = User.objects.get(email=f"reseau@{DOMAIN}")
    octavie = User.objects.get(email=f"deleguee@{DOMAIN}")

    def post(networks: list[Network], **content: Any) -> Opportunity:
        content = {
            "buyer": {"name": BUYER},
            "published_on": day.isoformat(),
            "deadline": (day + timedelta(days=21)).isoformat(),
            **content,
        }
        return write_private_need(content=content, networks=networks, by=agathe, now=now)

    def decide(need: Opportunity, network: Network) -> Any:
        return need.audiences.get(network=network)

    parks = post(
        [national, delegation],
        title="Entretenir les abords de notre usine",
        text="Tonte, taille des haies et désherbage à la main, de mars à octobre.",
        trades=["espaces-verts"],
        places=[GRANGES],
        start=date(day.year + 1, 3, 1).isoformat(),
        duration_months=8,
        need_fte=1.5,
        need={"kind": "contract"},
    )
    decide_need(state="published", audience=decide(parks, delegation), by=octavie, now=now)
    crates = post(
        [delegation],
        title="Peindre deux cents caisses de transport",
        trades=["second-oeuvre-batiment"],
        places=[AUBIN],
        need={"kind": "quote", "quantity": "200 caisses de 120 × 80 cm"},
    )
    decide_need(
        state="asked",
        audience=decide(crates, delegation),
        words="Livrez-vous les caisses, ou faut-il venir les chercher ?",
        by=octavie,
        now=now,
    )
    post(
        [delegation],
        title="Deux aides-charpentiers pour le printemps",
        trades=["second-oeuvre-batiment"],
        places=[AUBIN],
        start=date(day.year + 1, 4, 1).isoformat(),
        duration_months=6,
        need={"kind": "labour", "people": 2, "contract": "cdd", "rome": "F1602"},
    )
    far = post(
        [national],
        title="Un appel à projets pour le bois de réemploi",
        trades=["deconstruction-reemploi-materiaux"],
        need={"kind": "project", "for_whom": "Toute structure qui réemploie du bois"},
        amount_euros=8000,
    )
    decide_need(
        state="refused",
        audience=decide(far, national),
        words="Nos membres ont déjà reçu cet appel la semaine dernière.",
        by=nadia,
        now=now,
    )
    skills = post(
        [delegation],
        title="Trois journées de notre comptable",
        places=[AUBIN],
        need={"kind": "sponsorship", "giving": "skills", "for_whom": "Une structure de la vallée"},
    )
    decide_need(state="published", audience=decide(skills, delegation), by=octavie, now=now)
    close_need(opportunity=skills, filled_by="Les Jardins de la Verdoire", by=agathe, now=now)
    _talk(parks, delegation, octavie, now)


def _talk(need: Opportunity, delegation: Network, octavie: User, now: datetime) -> None:
    """The director of the gardens asks their delegation, which answers."""
    director = User.objects.get(email=f"direction@{DOMAIN}")
    gardens = Structure.objects.filter(seats__person=director).first()
    if gardens is None:
        return
    thread = conversations.ask(
        opportunity=need,
        structure=gardens,
        counterpart=Counterpart("reseau", str(delegation), network=delegation),
        text="Y a-t-il un point d’eau et un abri pour l’équipe sur place ?",
        by=director,
        now=now,
    )
    conversations.write(
        thread=thread,
        side=Message.Side.COUNTERPART,
        text="Oui pour l’eau. Pour l’abri, je demande à l’entreprise et je vous réponds demain.",
        by=octavie,
        now=now + timedelta(hours=1),
    )
