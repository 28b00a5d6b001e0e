from django.apps import AppConfig
from django.urls import reverse

from cordee.base.ui import panels


class EconomicsConfig(AppConfig):
    name = "cordee.economics"
    verbose_name = "Économie"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.economics import own_figures
        from cordee.members import evidence, own_page, sheet_gaps
        from cordee.members.today import figures

        figures.readers["economics"] = own_figures.may_sell
        own_page.readers["economics"] = own_figures.accounts
        evidence.counters["economics.ceiling"] = evidence.Counter(
            "recettes sur charges, face au plafond", own_figures.ceiling_proof
        )
        sheet_gaps.readers["economics"] = own_figures.gaps
        panels.fill("structure", "Plafond de recettes", "economics:ceiling", "pk", order=30)
        panels.fill(
            *("network_home", "Ce que vos membres peuvent encore vendre"),
            *("network_economics:headroom", "network.slug"),
            order=40,
        )
        panels.fill(
            "structure-as-seen",
            "Ce que le réseau lit de votre plafond",
            lambda tie: reverse("economics:as_seen", args=[tie[0].pk, tie[1].slug]),
            order=10,
        )
