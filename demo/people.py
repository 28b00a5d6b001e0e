"""Who can sign in to the demo: one invented person of each kind."""

from demo.numbers import fictional_siret
from demo.shapes import PersonSpec
from demo.valley import DELEGATION, DEPARTMENT, NATIONAL

DOMAIN = "cordee.example"
PASSWORD = "cordee-demonstration"
PROGRAMME = "val-verdoire-renouvele"


JARDINS = (fictional_siret(1), "ACI")
RIVES = (fictional_siret(2), "ACI")


def build_people(company: tuple[str, str] | None = None) -> tuple[PersonSpec, ...]:
    """One person of each role, and a partner. `company` is the key of an ordinary company, where
    the world holds one.
    """
    return (
        PersonSpec(
            email=f"reseau@{DOMAIN}",
            display_name="Nadia Ferrand",
            role="network_staff",
            network=NATIONAL,
            words="Équipe du réseau national. Elle voit toutes les régions et compose des équipes.",
        ),
        PersonSpec(
            email=f"deleguee@{DOMAIN}",
            display_name="Octavie Bruyère",
            role="delegate",
            network=DELEGATION,
            region="76",
            words="Déléguée régionale en Occitanie. La vallée de la Verdoire est dans sa région.",
        ),
        PersonSpec(
            email=f"direction@{DOMAIN}",
            display_name="Zoé Mélèze",
            role="director",
            structure=JARDINS,
            words="Direction des Jardins de la Verdoire, un atelier et chantier d’insertion.",
        ),
        # Both sides of an alliance can be played: each is invited by the other's network.
        PersonSpec(
            email=f"partenaire@{DOMAIN}",
            display_name="Anselme Gué",
            role="director",
            structure=RIVES,
            words="Direction de Rives et Sentiers, partenaire des Jardins dans leurs alliances.",
        ),
        PersonSpec(
            email=f"encadrant@{DOMAIN}",
            display_name="Basile Granit",
            role="supervisor",
            structure=JARDINS,
            words="Encadrant technique de l’équipe du bourg, aux Jardins de la Verdoire.",
        ),
        PersonSpec(
            email=f"programme@{DOMAIN}",
            display_name="Lila Versant",
            role="programme_team",
            programme=PROGRAMME,
            words="Équipe du programme Val Verdoire renouvelé. Elle propose des marchés.",
        ),
        PersonSpec(
            email=f"acheteuse@{DOMAIN}",
            display_name="Irène Cadastre",
            role="buyer",
            department=DEPARTMENT,
            words="Acheteuse de la Communauté de communes du Val Verdoire.",
        ),
        PersonSpec(
            email=f"facilitateur@{DOMAIN}",
            display_name="Malo Passerelle",
            role="facilitator",
            department=DEPARTMENT,
            words="Facilitateur de la clause d’insertion dans le département.",
        ),
        PersonSpec(
            email=f"entreprise@{DOMAIN}",
            display_name="Agathe Charpente",
            role="company",
            structure=company,
            department=DEPARTMENT,
            # A company is asked into an alliance, and answers, by whoever directs its sheet.
            also="director" if company else None,
            words="Dirigeante d’une entreprise ordinaire qui cherche des partenaires.",
        ),
        PersonSpec(
            email=f"reprise@{DOMAIN}",
            display_name="Inès Chambranle",
            words="Elle demande à diriger le Garage solidaire de la Verdoire, que personne ne "
            "tient : elle en remplit déjà la fiche.",
        ),
        PersonSpec(
            email=f"visiteur@{DOMAIN}",
            display_name="Félix Inconnu",
            words="Il a un compte et aucun siège : il ne voit que ce qui est public.",
        ),
    )
