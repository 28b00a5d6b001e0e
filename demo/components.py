"""What the catalogue of components shows. Every name and figure here is invented."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from cordee.base.ui.drawings import Gauge, HoursLine, Knot, MonthLine, ScoreTerm
from cordee.base.ui.fields import EurosFormField
from cordee.base.ui.french import SHORT_MONTHS
from cordee.base.ui.maps import MapPoint, PlaceName, Radius, draw
from cordee.base.ui.templatetags.ui import icon_names

COLOURS = (
    ("ardoise", "texte"),
    ("myrtille", "action"),
    ("sapin", "sûr"),
    ("ocre", "vigilance"),
    ("brique", "bloqué"),
    ("brume", "inconnu"),
    ("lichen-1", "fond calme"),
    ("lichen-2", "filets"),
    ("lichen-4", "relief"),
    ("chaux", "page"),
    ("myrtille-clair", "choisi"),
)
VALLEY = (
    MapPoint(1, 5.10, 44.90, "ACI", "Les Jardins de la Verdoire", is_chosen=True),
    MapPoint(2, 5.10, 44.90, "AI", "Verdoire Services"),
    MapPoint(3, 5.10, 44.90, "ACI", "Recto Archives", is_confirmed=False),
    MapPoint(4, 5.16, 44.95, "ACI", "Rives et Sentiers", is_chosen=True),
    MapPoint(5, 5.20, 44.86, "EI", "Val Mirel Environnement", is_chosen=True),
    MapPoint(6, 5.20, 44.86, "GEIQ", "GEIQ Paysage et Bâti"),
    MapPoint(7, 5.07, 44.99, "ACI", "Pierre et Chaux", is_chosen=True),
)


class ExampleForm(forms.Form):
    charges = EurosFormField(
        label="Charges du chantier",
        help_text="Toutes les charges de l’exercice, même prévues. Exemple : 412 600,00 €",
    )
    derogation = forms.ChoiceField(
        label="Avez-vous une dérogation du préfet ?",
        choices=[("oui", "Oui"), ("non", "Non"), ("inconnu", "Je ne sais pas")],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(label="Sorte", choices=[("aci", "ACI"), ("ei", "EI")])
    note = forms.CharField(
        label="Remarque", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    agreed = forms.BooleanField(label="Prévenir mon réseau", required=False)


class ExampleFilters(forms.Form):
    radius = forms.ChoiceField(label="Rayon", choices=[("20", "20\u202fkm"), ("40", "40\u202fkm")])
    mine = forms.BooleanField(label="Les miennes", required=False)


@dataclass(frozen=True, slots=True)
class ExamplePage:
    """Stands for the second of three pages of a list."""

    number: int = 2

    class paginator:
        num_pages = 3

    def has_previous(self) -> bool:
        return True

    def has_next(self) -> bool:
        return True

    def previous_page_number(self) -> int:
        return 1

    def next_page_number(self) -> int:
        return 3


def examples() -> dict[str, Any]:
    typed = {"charges": "412 6OO €", "derogation": "oui", "kind": "aci", "note": ""}
    return {
        "colours": COLOURS,
        "icons": sorted(icon_names()),
        "pictograms": sorted(icon_names("p")),
        "example_form": ExampleForm(typed),
        "example_page": ExamplePage(),
        "filter_form": ExampleFilters(),
        "filter_kinds": [("ACI", "ACI"), ("EI", "EI")],
        "chips": [("Moins de 40 km", "rayon"), ("Réseau des chantiers du Val", "reseau")],
        "terms": [
            ScoreTerm("Métier", 30, 30),
            ScoreTerm("Distance", 22, 25),
            ScoreTerm("Équipes libres", 16, 20, "guessed"),
            ScoreTerm("Marge de plafond", 12, 15),
            ScoreTerm("Marché réservé", None, 10, "unknown"),
        ],
        "knots": [Knot("2", 4.2), Knot("1a", 6), Knot("1b", 11), Knot("3", 14)],
        "simple_knots": [Knot("1a", 6), Knot("1b", 9), Knot("3", 14), Knot("2", 31)],
        "gauge": Gauge(
            today=Decimal("0.264"),
            ceiling=Decimal("0.30"),
            watch=Decimal("0.27"),
            forecast=Decimal("0.280"),
            low=Decimal("0.271"),
            high=Decimal("0.289"),
        ),
        "unknown_gauge": Gauge(today=None, ceiling=Decimal("0.30"), watch=Decimal("0.27")),
        "narrow_gauge": Gauge(
            today=Decimal("0.169"),
            ceiling=Decimal("0.30"),
            watch=Decimal("0.27"),
            today_label="signé",
            hoped=Decimal("0.288"),
            top=Decimal("0.321"),
            is_narrow=True,
        ),
        "month_line": MonthLine(
            months=SHORT_MONTHS[3:9],
            signed=[Decimal(rate) / 1000 for rate in (169, 175, 181, 187, 192, 192)],
            hoped=[Decimal(rate) / 1000 for rate in (169, 190, 220, 254, 288, 321)],
            ceiling=Decimal("0.30"),
            watch=Decimal("0.27"),
        ),
        "hours_line": HoursLine(
            ["", *SHORT_MONTHS[8:12], *SHORT_MONTHS[:3]],
            [Decimal(hours) for hours in (0, 180, 370, 565)],
            [Decimal(hours) for hours in (565, 745, 925, 1_105, 1_290)],
            Decimal(1_500),
            Decimal(1_500),
        ),
        "map": draw(
            VALLEY,
            places=[PlaceName("Saint-Aubin", 5.10, 44.90), PlaceName("Vaubrune", 5.07, 44.99)],
            radius=Radius(5.10, 44.90, 12),
            tied=[7, 1, 4, 5],
        ),
        "tabs": [
            ("Pour vous", "#contenu", True),
            ("Les 3\u202flots", "#contenu", False),
            ("Tout l’avis", "#contenu", False),
        ],
        "route": [("Les parts", "done"), ("Le dossier", "now"), ("Le dépôt", "todo")],
        "steps": [
            ("Avis publié", "18 novembre", "done"),
            ("Former l’équipe", "aujourd’hui, 23 jours restants", "now"),
            ("Visite obligatoire", "3 décembre, 14 h", "todo"),
            ("Dépôt de l’offre", "17 décembre, 12 h", "todo"),
        ],
        "guesses": [
            ("Rives et Sentiers a deux équipes libres en juin", "supposé", "#"),
            ("Pierre et Chaux reste sous son plafond en 2027", "inconnu", ""),
        ],
        "deadline": date(2026, 12, 17),
        "example_day": date(2026, 11, 24),
        "sales_cents": 2_036_301,
        "size_cfte": 1_850,
        "share": Decimal("0.264"),
        "unknown": None,
    }
