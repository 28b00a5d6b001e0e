"""Invented names: of structures, by their trade, and of the places they are named after.

Word lists of ours, put together by a random generator that is handed in; no name of a real
structure is sought, and none is kept on purpose.
"""

from collections import Counter
from random import Random

_FIRST = (
    "Aubre", "Belle", "Bois", "Brande", "Clair", "Combe", "Corne", "Douve", "Épine", "Faye",
    "Fouge", "Genêt", "Grave", "Haute", "Jonque", "Lande", "Lierre", "Marne", "Mire", "Molle",
    "Noire", "Orme", "Pierre", "Prime", "Ravine", "Roche", "Sauge", "Taille", "Tourbe", "Verte",
)  # fmt: skip
_SECOND = (
    "fontaine", "garde", "loire", "mare", "mont", "pierre", "plaine", "ronde", "rive", "roche",
    "selve", "source", "terre", "val", "vigne", "brune", "feuille", "lande", "motte", "close",
)  # fmt: skip

# {lieu} is an invented place; the trade's own words come first.
_BY_TRADE: dict[str, tuple[str, ...]] = {
    "espaces-verts": ("Les Tailles de {lieu}", "Tondeuse et Compagnie {lieu}", "Vert {lieu}"),
    "espaces-naturels-genie-ecologique": ("Les Berges de {lieu}", "Sentes de {lieu}"),
    "second-oeuvre-batiment": ("Enduits {lieu}", "Atelier Pinceau {lieu}", "Bâtir {lieu}"),
    "gros-oeuvre-patrimoine": ("Les Murs de {lieu}", "Mortier et Lauze {lieu}"),
    "deconstruction-reemploi-materiaux": ("Dépose {lieu}", "Les Poutres de {lieu}"),
    "maraichage": ("Les Semis de {lieu}", "Le Carré de {lieu}", "Courges et Fanes {lieu}"),
    "transformation-alimentaire-conserverie": ("Les Bocaux de {lieu}",),
    "restauration-traiteur": ("La Marmite de {lieu}", "Louche et Tablier {lieu}"),
    "recyclage-ressourcerie": ("La Remise de {lieu}", "Le Grenier de {lieu}", "Trions {lieu}"),
    "reparation-electromenager-mobilier": ("Le Tournevis de {lieu}", "Vis et Colle {lieu}"),
    "textile-couture": ("L’Ourlet de {lieu}", "Fil à Fil {lieu}"),
    "blanchisserie-linge": ("Le Lavoir de {lieu}", "Drap Blanc {lieu}"),
    "proprete": ("Seau et Chiffon {lieu}", "Sols Nets {lieu}"),
    "proprete-urbaine": ("Trottoirs de {lieu}", "Rue Claire {lieu}"),
    "mobilite-velo": ("Le Pédalier de {lieu}", "Rustine {lieu}"),
    "transport-personnes-livraison": ("La Navette de {lieu}",),
    "demenagement": ("Cartons de {lieu}",),
    "logistique-conditionnement": ("Le Quai de {lieu}", "Palette et Film {lieu}"),
    "sous-traitance-industrielle": ("Montage {lieu}", "L’Établi de {lieu}"),
    "menuiserie-bois-palettes": ("Copeaux de {lieu}", "Le Rabot de {lieu}"),
    "numerique-reconditionnement": ("Deuxième Clic {lieu}", "Octets de {lieu}"),
    "administratif-archivage": ("Les Chemises de {lieu}",),
    "petite-enfance": ("Les Mitaines de {lieu}",),
    "services-personne-mediation": ("Le Palier de {lieu}", "Coup de Pouce {lieu}"),
    "evenementiel-gobelets": ("Les Tréteaux de {lieu}",),
    "accueil-surveillance": ("Le Guichet de {lieu}",),
    "prestation-insertion": ("Le Marchepied de {lieu}",),
}
_BY_KIND = {
    "AI": ("Entraide {lieu}", "Association du Palier {lieu}"),
    "ETTI": ("Intérim Tremplin {lieu}", "Missions {lieu}"),
    "GEIQ": ("GEIQ de {lieu}",),
    "ESAT": ("ESAT de {lieu}",),
}
_VOWELS = frozenset("AEÉIOU")
_COMPANY = ("{lieu} SARL", "Établissements {lieu}", "Société {lieu}", "{lieu} Travaux")


class NameGiver:
    """Gives each structure a name that no other has, however many there are."""

    def __init__(self, random: Random, taken: frozenset[str] = frozenset()) -> None:
        self._random = random
        self._taken = set(taken)
        self._free: dict[tuple[str, ...], set[str]] = {}
        self._numbers: Counter[str] = Counter()

    def structure(self, kind: str, trade: str) -> str:
        """A name that says what the structure does."""
        if kind == "ENTREPRISE":
            return self._new(_COMPANY)
        if kind in _BY_KIND:
            return self._new(_BY_KIND[kind])
        return self._new(_BY_TRADE[trade])

    def _new(self, patterns: tuple[str, ...]) -> str:
        if patterns not in self._free:
            self._free[patterns] = _all_names(patterns) - self._taken
        while True:
            place = f"{self._random.choice(_FIRST)}{self._random.choice(_SECOND)}"
            name = _named(self._random.choice(patterns), place)
            if not self._free[patterns]:
                # Every one is taken, so it gets a number: nobody looks for what there is not.
                return self._numbered(name)
            if name not in self._taken:
                self._take(name)
                return name

    def _numbered(self, name: str) -> str:
        while (numbered := f"{name} {self._numbers[name] + 2}") in self._taken:
            self._numbers[name] += 1
        self._take(numbered)
        return numbered

    def _take(self, name: str) -> None:
        self._taken.add(name)
        for free in self._free.values():
            free.discard(name)


def _named(pattern: str, place: str) -> str:
    if place[0] in _VOWELS:
        pattern = pattern.replace(" de {lieu}", " d’{lieu}")
    return pattern.format(lieu=place)


def _all_names(patterns: tuple[str, ...]) -> set[str]:
    return {_named(p, a + b) for p in patterns for a in _FIRST for b in _SECOND}
