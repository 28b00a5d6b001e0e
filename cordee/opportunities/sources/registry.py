"""The live sources: what each is called and may be used for, and how it is reached."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from cordee.base.web.client import Client, Manners
from cordee.base.web.transport import Limits
from cordee.opportunities.sources import shape
from cordee.opportunities.sources.boamp import fetch as boamp
from cordee.opportunities.sources.decp import fetch as decp
from cordee.opportunities.sources.harvest import Source
from cordee.opportunities.sources.shape import RecordShape
from cordee.opportunities.sources.ted import fetch as ted

ETALAB = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"


@dataclass(frozen=True, slots=True)
class Feed:
    """`first_days`: how far back the first reading goes. `overlap_days`: how many days are read
    again each time, because some records are published late."""

    slug: str
    name: str
    what: str
    publisher: str
    licence: str
    licence_url: str
    setting: str
    hosts: tuple[str, ...]
    first_days: int
    overlap_days: int
    make: Callable[[], Source]
    shape: RecordShape

    def client(self) -> Client:
        """A new one for each run: it remembers when it last asked."""
        manners: dict[str, Any] = settings.SOURCES_MANNERS
        limits: dict[str, Any] = settings.SOURCES_LIMITS
        return Client(hosts=self.hosts, manners=Manners(**manners), limits=Limits(**limits))


FEEDS = {
    feed.slug: feed
    for feed in (
        Feed(
            "boamp",
            "BOAMP",
            "Avis de marchés publiés en France",
            "Direction de l’information légale et administrative (DILA)",
            "Licence Ouverte 2.0",
            ETALAB,
            "CORDEE_BOAMP_URL",
            boamp.HOSTS,
            first_days=30,
            overlap_days=7,
            make=lambda: boamp.Boamp(settings.SOURCES_ADDRESSES["boamp"]),
            shape=shape.BOAMP,
        ),
        Feed(
            "ted",
            "TED",
            "Avis français publiés au Journal officiel de l’Union européenne",
            "Office des publications de l’Union européenne",
            "Réutilisation libre avec mention de la source (décision 2011/833/UE)",
            "https://ted.europa.eu/fr/legal-notice",
            "CORDEE_TED_URL ou CORDEE_TED_NOTICE_URL",
            ted.HOSTS,
            first_days=30,
            overlap_days=7,
            make=lambda: ted.Ted(
                settings.SOURCES_ADDRESSES["ted"], settings.SOURCES_ADDRESSES["ted_notice"]
            ),
            shape=shape.TED,
        ),
        Feed(
            "decp",
            "DECP",
            "Marchés attribués : qui les a gagnés, pour combien, avec qui",
            "Ministère de l’Économie et des Finances, sur data.gouv.fr",
            "Licence Ouverte 2.0",
            ETALAB,
            "CORDEE_DECP_URL",
            decp.HOSTS,
            first_days=92,
            overlap_days=31,
            make=lambda: decp.Decp(
                settings.SOURCES_ADDRESSES["decp"], Path(settings.STATE_DIR) / "decp"
            ),
            shape=shape.DECP,
        ),
    )
}
