"""The 27 trades in a few families, as a person looks for theirs on a phone."""

from cordee.rules.trades import TRADES, Trade

FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Nature et jardins",
        ("espaces-verts", "espaces-naturels-genie-ecologique", "maraichage"),
    ),
    (
        "Bâtiment",
        ("second-oeuvre-batiment", "gros-oeuvre-patrimoine", "deconstruction-reemploi-materiaux"),
    ),
    (
        "Propreté et linge",
        ("proprete", "proprete-urbaine", "blanchisserie-linge", "textile-couture"),
    ),
    (
        "Réemploi et réparation",
        (
            "recyclage-ressourcerie",
            "reparation-electromenager-mobilier",
            "numerique-reconditionnement",
            "mobilite-velo",
        ),
    ),
    (
        "Cuisine et table",
        ("restauration-traiteur", "transformation-alimentaire-conserverie"),
    ),
    (
        "Atelier et industrie",
        ("sous-traitance-industrielle", "menuiserie-bois-palettes", "logistique-conditionnement"),
    ),
    (
        "Transport",
        ("transport-personnes-livraison", "demenagement"),
    ),
    (
        "Services",
        (
            "services-personne-mediation",
            "petite-enfance",
            "accueil-surveillance",
            "administratif-archivage",
            "evenementiel-gobelets",
            "prestation-insertion",
        ),
    ),
)


def families() -> list[tuple[str, list[Trade]]]:
    """(name of the family, its trades), in the order shown."""
    return [(name, [TRADES[slug] for slug in slugs]) for name, slugs in FAMILIES]
