"""The three questions of a claim, reused to correct a sheet. Each field may be left unknown."""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.urls import reverse

from cordee.base.ui import french
from cordee.base.ui.fields import RadioField, TicksField
from cordee.members import open_work
from cordee.members.claim_answers import (
    MOST_CREWS,
    MOST_PLACES,
    MOST_REACH_KM,
    MOST_WEEKLY_MINUTES,
    CrewsAnswer,
    PlaceAnswer,
    TradesAnswer,
)
from cordee.members.gazetteer import find_communes, label_of
from cordee.members.models import Commune
from cordee.members.models.capacity import PROFICIENCY
from cordee.rules.crafts import CRAFTS
from cordee.rules.crafts import TRADE as FINISHING
from cordee.rules.trades import TRADES

FAMILIES: Mapping[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("trade_families.toml").read_text("utf-8")
)
UNKNOWN = "inconnu"
YES, NO = "oui", "non"
USUAL_PROFICIENCY = 2
USUAL_HOURS = 26
LEVELS = [(str(level), word.capitalize()) for level, word in enumerate(PROFICIENCY)]
ALL_YEAR, SOME_MONTHS = "annee", "mois"
MONTH_CHOICES = [(str(n), name.capitalize()) for n, name in enumerate(french.MONTHS, start=1)]
UNKNOWN_CHOICE = (UNKNOWN, "Je ne sais pas")


class YesNoField(forms.ChoiceField):
    """Whether; None where nobody knows."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [(YES, "Oui"), (NO, "Non"), UNKNOWN_CHOICE]
        kwargs.setdefault("required", False)
        super().__init__(choices=choices, widget=forms.RadioSelect, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: YES, False: NO}.get(value, value)

    def clean(self, value: Any) -> bool | None:
        return {YES: True, NO: False}.get(super().clean(value))


@dataclass(frozen=True, slots=True)
class TradeChoice:
    """One chip: its tick, and what opens below once ticked."""

    slug: str
    label: str
    is_ticked: bool
    level: BoundField
    reach: BoundField | None


@dataclass(frozen=True, slots=True)
class GuessChoice:
    """A guess to confirm or strike, with what it is made from."""

    slug: str
    label: str
    reason: str
    answer: BoundField
    level: BoundField


class TradesForm(forms.Form):
    """Chips of the 27 trades, guesses first. `reasons`: trade → what the guess is made from."""

    with_crafts = FINISHING

    metiers = forms.MultipleChoiceField(
        label="Vos métiers",
        choices=[(slug, trade.label) for slug, trade in TRADES.items()],
        required=False,
    )
    corps = TicksField(
        label="Vos corps d’état",
        choices=[(slug, craft.label) for slug, craft in CRAFTS.items()],
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        known: Mapping[str, int],
        reasons: Mapping[str, str],
        reaches_km: Mapping[str, int] | None = None,
        struck: Collection[str] = (),
        crafts: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.reasons = {slug: why for slug, why in reasons.items() if slug not in known}
        self.with_reach = reaches_km is not None
        self.fields["metiers"].initial = list(known)
        self.fields["corps"].initial = list(crafts)
        for slug, trade in TRADES.items():
            self.fields[f"niveau-{slug}"] = forms.ChoiceField(
                label=f"Votre niveau, {trade.short_label}",
                choices=LEVELS,
                initial=str(known.get(slug, USUAL_PROFICIENCY)),
                required=False,
            )
            if reaches_km is not None:
                self.fields[f"rayon-{slug}"] = forms.IntegerField(
                    label=f"Jusqu’à combien de kilomètres, {trade.short_label}",
                    min_value=1,
                    max_value=MOST_REACH_KM,
                    initial=reaches_km.get(slug),
                    required=False,
                )
        for slug in self.reasons:
            self.fields[f"suppose-{slug}"] = RadioField(
                label=f"{TRADES[slug].label} : est-ce votre métier ?",
                choices=[(YES, "Oui"), (NO, "Non"), UNKNOWN_CHOICE],
                initial=NO if slug in struck else UNKNOWN,
                required=False,
            )

    @property
    def guesses(self) -> list[GuessChoice]:
        return [
            GuessChoice(
                slug, TRADES[slug].label, why, self[f"suppose-{slug}"], self[f"niveau-{slug}"]
            )
            for slug, why in self.reasons.items()
        ]

    @property
    def families(self) -> Iterator[tuple[str, list[TradeChoice]]]:
        """(family, its chips); a guess is asked above, and not twice."""
        ticked = set(self["metiers"].value() or ())
        for name, slugs in FAMILIES.items():
            chips = [
                TradeChoice(
                    slug,
                    TRADES[slug].label,
                    slug in ticked,
                    self[f"niveau-{slug}"],
                    self[f"rayon-{slug}"] if self.with_reach else None,
                )
                for slug in slugs
                if slug not in self.reasons
            ]
            if chips:
                yield name, chips

    def clean(self) -> None:
        cleaned = self.cleaned_data
        if not (cleaned.get("metiers") or self._guesses_at(YES) or self._guesses_at(NO)):
            raise ValidationError(
                {"metiers": "Choisissez un métier au moins, ou dites que vous ne savez pas."}
            )

    def _guesses_at(self, answer: str) -> list[str]:
        """Trades whose guess got this answer; read from what was sent, as the same page sent twice
        finds its guesses already confirmed the second time."""
        return [slug for slug in TRADES if self.data.get(f"suppose-{slug}") == answer]

    @property
    def answer(self) -> TradesAnswer:
        data = self.cleaned_data
        struck = self._guesses_at(NO)
        chosen = [slug for slug in data["metiers"] if slug not in struck]
        return TradesAnswer(
            known={
                slug: int(data.get(f"niveau-{slug}") or USUAL_PROFICIENCY)
                for slug in dict.fromkeys([*self._guesses_at(YES), *chosen])
            },
            struck=sorted(struck),
            crafts=data["corps"],
        )

    @property
    def reaches_km(self) -> dict[str, int]:
        """What was typed, by trade; a field left empty keeps what was known."""
        return {
            slug: reach
            for slug in self.answer.known
            if (reach := self.cleaned_data.get(f"rayon-{slug}"))
        }


class CommuneField(forms.CharField):
    """A commune by name, name and department, or postcode; the commune found once valid."""

    def clean(self, value: Any) -> Commune | None:
        text = super().clean(value)
        if not text:
            return None
        found = find_communes(text)
        if not found:
            raise ValidationError(
                f"Nous ne trouvons pas « {text} ». "
                "Écrivez le nom de la commune, ou son code postal."
            )
        # Some names are borne by several communes (Saint-Denis…): none is chosen for the user.
        if len(found) > 1 and found[0].folded_name == found[1].folded_name:
            same = ", ".join(label_of(commune) for commune in found[:4])
            raise ValidationError(f"Plusieurs communes portent ce nom : {same}. Laquelle ?")
        return found[0]


class PlaceForm(forms.Form):
    commune = CommuneField(
        label="Où est votre atelier ?",
        help_text="Le nom de la commune, ou son code postal.",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "communes", "autocomplete": "off"}),
    )
    rayon = RadioField(label="Jusqu’où allez-vous travailler ?", required=False)

    def __init__(
        self,
        *args: Any,
        commune: Commune | None,
        reach_km: int | None,
        work: open_work.OpenWork | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].initial = label_of(commune) if commune else ""
        self.fields["commune"].widget.attrs |= {
            "hx-get": reverse("members:communes"),
            # The usual pause between two words typed: one question a name, not one a letter.
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#communes",
            "hx-push-url": "false",
        }
        # A reach known already stays a choice, were it none of the usual ones: saving the page
        # unchanged changes nothing.
        reaches = sorted({*open_work.REACHES_KM, *([reach_km] if reach_km else [])})
        self.fields["rayon"].choices = [  # type: ignore[attr-defined]
            *((str(km), _reach_label(km, work)) for km in reaches),
            UNKNOWN_CHOICE,
        ]
        self.fields["rayon"].initial = str(reach_km) if reach_km else None

    def clean(self) -> None:
        cleaned = self.cleaned_data
        if not self.errors and not cleaned.get("commune") and not cleaned.get("rayon"):
            raise ValidationError(
                {"commune": "Écrivez une commune, ou dites que vous ne savez pas."}
            )

    @property
    def answer(self) -> PlaceAnswer:
        data = self.cleaned_data
        reach = data.get("rayon") or UNKNOWN
        return PlaceAnswer(
            commune=data["commune"].pk if data.get("commune") else None,
            reach_km=None if reach == UNKNOWN else int(reach),
        )


def _reach_label(km: int, work: open_work.OpenWork | None) -> str:
    if work is None or km not in work:
        return french.km(km)
    count = work[km]
    needs = french.count(count, "besoin ouvert", "besoins ouverts") if count else "rien d’ouvert"
    return f"{french.km(km)} : {needs}"


class CrewsForm(forms.Form):
    """How many crews, all alike at first. Unknown is a choice of each question."""

    equipes = forms.IntegerField(
        label="Combien d’équipes avez-vous ?",
        help_text="Une équipe : des places, et une personne qui l’encadre. "
        "Vide si vous ne savez pas.",
        min_value=1,
        max_value=MOST_CREWS,
        required=False,
    )
    places = forms.IntegerField(
        label="Combien de places dans une équipe ?",
        help_text="Si elles diffèrent, le nombre le plus courant. Vous préciserez ensuite.",
        min_value=1,
        max_value=MOST_PLACES,
        required=False,
    )
    heures = forms.IntegerField(
        label="Combien d’heures par semaine ?",
        help_text="Pour une personne en insertion. 26 heures est courant.",
        min_value=1,
        max_value=MOST_WEEKLY_MINUTES // 60,
        required=False,
    )
    vehicule = YesNoField(label="Chaque équipe a-t-elle un véhicule\u202f?")
    saison = RadioField(
        label="Quand vos équipes travaillent-elles ?",
        choices=[(ALL_YEAR, "Toute l’année"), (SOME_MONTHS, "Certains mois"), UNKNOWN_CHOICE],
        required=False,
    )
    mois = TicksField(label="Les mois travaillés", choices=MONTH_CHOICES, required=False)

    def __init__(self, *args: Any, given: CrewsAnswer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heures"].initial = USUAL_HOURS
        if given is None:
            return
        months = given.months
        for name, value in (
            ("equipes", given.crews),
            ("places", given.places),
            ("heures", given.weekly_minutes // 60 if given.weekly_minutes else None),
            ("vehicule", UNKNOWN if given.has_vehicle is None else given.has_vehicle),
            ("saison", UNKNOWN if months is None else _season_of(months)),
            ("mois", [str(month) for month in months or ()]),
        ):
            self.fields[name].initial = value

    def clean(self) -> None:
        cleaned = self.cleaned_data
        _check_months(cleaned)
        asked = ("equipes", "places", "vehicule", "saison", "mois")
        if not self.errors and not any(cleaned.get(name) for name in asked):
            raise ValidationError(
                {"equipes": "Répondez à une question au moins, ou dites que vous ne savez pas."}
            )
        lacking = {
            name: f"{question} Sans ce nombre, l’équipe ne compte pas. "
            "Effacez le nombre d’équipes si vous ne savez pas."
            for name, question in (
                ("places", "Combien de places ?"),
                ("heures", "Combien d’heures ?"),
            )
            if cleaned.get("equipes") and not cleaned.get(name) and name not in self.errors
        }
        if lacking:
            raise ValidationError(lacking)

    @property
    def answer(self) -> CrewsAnswer:
        data = self.cleaned_data
        hours = data.get("heures")
        return CrewsAnswer(
            crews=data.get("equipes"),
            places=data.get("places"),
            weekly_minutes=60 * hours if hours else None,
            has_vehicle=data.get("vehicule"),
            months=_months_ticked(data),
        )


class SeasonForm(forms.Form):
    """The twelve months, to tap; part of the crews may work in the others."""

    saison = CrewsForm.base_fields["saison"]
    mois = CrewsForm.base_fields["mois"]

    def __init__(self, *args: Any, months: list[int] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["saison"].choices = [  # type: ignore[attr-defined]
            (ALL_YEAR, "Toute l’année"),
            (SOME_MONTHS, "Certains mois"),
        ]
        self.fields["saison"].required = True
        self.fields["saison"].initial = None if months is None else _season_of(months)
        self.fields["mois"].initial = [str(month) for month in months or ()]

    def clean(self) -> None:
        cleaned = self.cleaned_data
        _check_months(cleaned)

    @property
    def percent_by_month(self) -> list[int]:
        answer = CrewsAnswer(months=_months_ticked(self.cleaned_data))
        return answer.percent_by_month or [100] * len(MONTH_CHOICES)


def _check_months(cleaned: Mapping[str, Any]) -> None:
    if cleaned.get("saison") == SOME_MONTHS and not cleaned.get("mois"):
        raise ValidationError({"mois": "Touchez les mois où vous travaillez."})


def _months_ticked(data: Mapping[str, Any]) -> list[int] | None:
    """Months ticked count even where nobody chose « certains mois »: without script both show."""
    season = data.get("saison")
    if season == ALL_YEAR:
        return list(range(1, 13))
    if data.get("mois") and season != UNKNOWN:
        return sorted(int(month) for month in data["mois"])
    return None


def _season_of(months: list[int]) -> str:
    return ALL_YEAR if len(months) == len(MONTH_CHOICES) else SOME_MONTHS
