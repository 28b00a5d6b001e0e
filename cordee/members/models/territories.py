"""Regions, departments and communes: a public referential, filled by `load_territories`."""

from django.db import models

from cordee.base.fields import owner_field
from cordee.rules import territory


class Region(models.Model):
    code = models.CharField("code INSEE", max_length=2, primary_key=True)
    name = models.CharField("nom", max_length=60)
    # A database sorts "Î" after "Z".
    folded_name = models.CharField("nom sans accents", max_length=60, default="")

    class Meta:
        verbose_name = "région"
        ordering = ["folded_name", "name"]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    code = models.CharField("code", max_length=3, primary_key=True)
    name = models.CharField("nom", max_length=60)
    region = owner_field(Region, "région", related_name="departments", kept=True)

    class Meta:
        verbose_name = "département"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class CommuneQuerySet(models.QuerySet["Commune"]):
    def with_postcode(self, postcode: str) -> "CommuneQuerySet":
        return self.filter(postcodes__contains=postcode)

    def in_box(self, latitude: float, longitude: float, radius_km: float) -> "CommuneQuerySet":
        """Inside the box that holds the circle, which `distance_km` cuts."""
        north_south, east_west = territory.box(latitude, longitude, radius_km)
        return self.filter(latitude__range=north_south, longitude__range=east_west)


class Commune(models.Model):
    insee = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=80)
    folded_name = models.CharField("nom sans accents", max_length=80, db_index=True)
    department = owner_field(Department, "département", related_name="communes", kept=True)
    postcodes = models.CharField("codes postaux", max_length=250, help_text="séparés par un espace")
    population = models.PositiveIntegerField("population", null=True)
    latitude = models.FloatField("latitude")
    longitude = models.FloatField("longitude")
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="arrondissements",
        verbose_name="ville dont elle est un arrondissement",
        help_text="hors de toute somme de populations : la ville les compte déjà",
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = "commune"
        ordering = ["name", "insee"]

    def __str__(self) -> str:
        return self.name
