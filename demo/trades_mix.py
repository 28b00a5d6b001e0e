"""How common each trade is among the invented structures, and which trades go together.

Our own reading of the field (reference §3.4, §7): green spaces first, then building, gardening,
reuse; the rest is rare.
"""

ACI_WEIGHTS: dict[str, int] = {
    "espaces-verts": 24,
    "maraichage": 12,
    "second-oeuvre-batiment": 11,
    "recyclage-ressourcerie": 10,
    "espaces-naturels-genie-ecologique": 9,
    "textile-couture": 5,
    "proprete": 4,
    "restauration-traiteur": 4,
    "gros-oeuvre-patrimoine": 4,
    "proprete-urbaine": 3,
    "menuiserie-bois-palettes": 3,
    "mobilite-velo": 3,
    "blanchisserie-linge": 2,
    "reparation-electromenager-mobilier": 2,
    "logistique-conditionnement": 2,
    "transformation-alimentaire-conserverie": 2,
    "deconstruction-reemploi-materiaux": 2,
    "numerique-reconditionnement": 2,
    "services-personne-mediation": 2,
    "transport-personnes-livraison": 1,
    "demenagement": 1,
    "sous-traitance-industrielle": 1,
    "administratif-archivage": 1,
    "evenementiel-gobelets": 1,
    "petite-enfance": 1,
    "accueil-surveillance": 1,
    "prestation-insertion": 1,
}

COMPANY_WEIGHTS: dict[str, int] = {
    "espaces-verts": 5,
    "second-oeuvre-batiment": 6,
    "gros-oeuvre-patrimoine": 5,
    "proprete": 4,
    "recyclage-ressourcerie": 3,
    "transport-personnes-livraison": 2,
    "logistique-conditionnement": 2,
    "restauration-traiteur": 2,
    "menuiserie-bois-palettes": 1,
}

# Of finishing works; one chantier draws up to three. Most paint.
CRAFT_WEIGHTS: dict[str, int] = {
    "peinture": 16,
    "sols": 4,
    "platrerie": 3,
    "menuiserie": 2,
    "plomberie": 2,
    "electricite": 2,
    "facades": 1,
    "metallerie": 1,
}

NEIGHBOURS_OF: dict[str, tuple[str, ...]] = {
    "espaces-verts": ("espaces-naturels-genie-ecologique", "proprete-urbaine", "maraichage"),
    "maraichage": ("transformation-alimentaire-conserverie", "espaces-verts"),
    "second-oeuvre-batiment": ("gros-oeuvre-patrimoine", "proprete"),
    "gros-oeuvre-patrimoine": ("second-oeuvre-batiment", "espaces-verts"),
    "recyclage-ressourcerie": ("reparation-electromenager-mobilier", "textile-couture"),
    "espaces-naturels-genie-ecologique": ("espaces-verts", "gros-oeuvre-patrimoine"),
    "textile-couture": ("blanchisserie-linge", "recyclage-ressourcerie"),
    "proprete": ("proprete-urbaine", "blanchisserie-linge"),
    "restauration-traiteur": ("transformation-alimentaire-conserverie",),
    "menuiserie-bois-palettes": ("reparation-electromenager-mobilier",),
    "logistique-conditionnement": ("sous-traitance-industrielle", "demenagement"),
    "deconstruction-reemploi-materiaux": ("second-oeuvre-batiment", "recyclage-ressourcerie"),
}

# Per cent of the crews at work from January to December.
OUTDOOR_SEASON = (60, 65, 85, 100, 100, 100, 95, 80, 100, 100, 85, 60)
GARDEN_SEASON = (50, 60, 85, 100, 100, 100, 100, 95, 100, 85, 60, 50)
SEASONS: dict[str, tuple[int, ...]] = {
    "espaces-verts": OUTDOOR_SEASON,
    "espaces-naturels-genie-ecologique": OUTDOOR_SEASON,
    "maraichage": GARDEN_SEASON,
}

PAPERS: dict[str, str] = {
    "espaces-verts": "Certificat individuel produits phytopharmaceutiques",
    "restauration-traiteur": "Agrément sanitaire",
    "gros-oeuvre-patrimoine": "Assurance décennale maçonnerie",
    "second-oeuvre-batiment": "Assurance décennale second œuvre",
    "transport-personnes-livraison": "Capacité de transport",
}

FOOD_TRADES = frozenset(
    {"maraichage", "transformation-alimentaire-conserverie", "restauration-traiteur"}
)
REUSE_TRADES = frozenset(
    {
        "recyclage-ressourcerie",
        "reparation-electromenager-mobilier",
        "textile-couture",
        "deconstruction-reemploi-materiaux",
    }
)
