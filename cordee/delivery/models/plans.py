"""How a company means to serve the hours it owes: the question it asked last."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from cordee.base.fields import EurosField, optional_owner_field, owner_field, single_owner_field
from cordee.base.written_once import UnnamedRow
from cordee.composing.models import Composition
from cordee.delivery.models.contracts import Delivery
from cordee.opportunities.models import Opportunity


class HoursPlan(UnnamedRow):
    """Trade, place and months are those of `need`, which nobody else reads until it is addressed;
    who could do the work is in `composition`."""

    delivery = single_owner_field(Delivery, "marché", related_name="plan")
    need = owner_field(Opportunity, "besoin", related_name="+")
    composition = optional_owner_field(Composition, "composition", related_name="+", outlived=True)
    hours = models.PositiveIntegerField("heures à faire", validators=[MinValueValidator(1)])
    hourly_cost_cents = EurosField("coût d’une heure", null=True, blank=True)
    most_hires = models.PositiveSmallIntegerField("personnes à embaucher au plus", default=0)

    class Meta:
        verbose_name = "plan des heures"
        verbose_name_plural = "plans des heures"
        constraints = [
            models.CheckConstraint(condition=Q(hours__gte=1), name="delivery_plan_has_an_hour"),
            models.CheckConstraint(
                condition=Q(hourly_cost_cents__isnull=True) | Q(hourly_cost_cents__gte=1),
                name="delivery_plan_cost",
            ),
        ]
