"""What `manage.py check --deploy` refuses before others are let in."""

import zlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks

from cordee.base.mail import server

LEAST_LETTERS = 50
# Bytes of a key once what repeats in it is left out: fifty random hexadecimal digits keep 48.
LEAST_PACKED = 40


def hosting(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Errors, so that the command ends with 1: what would let anybody in, or lose mails."""
    return [checks.Error(what, hint=cure, id=f"cordee.{id_}") for id_, what, cure in _faults()]


def _faults() -> Iterator[tuple[str, str, str]]:
    if settings.DEMO and settings.HTTPS:
        yield (
            "E001",
            "CORDEE_DEMO=True avec CORDEE_HTTPS=True\u00a0: chacun entrerait en un clic.",
            "Servez la démonstration sans CORDEE_HTTPS, ou votre site sans CORDEE_DEMO.",
        )
    key = settings.SECRET_KEY
    packed = len(zlib.compress(key.encode(), 9))
    if len(key) < LEAST_LETTERS or packed < LEAST_PACKED:
        yield (
            "E002",
            f"CORDEE_SECRET_KEY a {len(key)} signes, ou se répète\u00a0: elle se devinerait.",
            f"Donnez-en {LEAST_LETTERS} au hasard, ou retirez-la\u00a0: Cordée en fait une.",
        )
    # A public CORDEE_BIND without any host of its own is refused by the settings (`site_address`).
    if "*" in settings.ALLOWED_HOSTS:
        yield (
            "E003",
            f"CORDEE_HOSTS='{' '.join(settings.ALLOWED_HOSTS)}' ne dit pas sous quel nom Cordée "
            "est servie.",
            "Écrivez le nom de votre site, par exemple CORDEE_HOSTS=cordee.exemple.fr.",
        )
    if not server.is_set():
        yield (
            "E004",
            "CORDEE_MAIL_SERVER n’est pas donné\u00a0: aucun courrier ne partirait.",
            "Nommez votre serveur de courrier, puis essayez avec la commande test_mail.",
        )
    if settings.DEBUG:
        yield (
            "E005",
            "CORDEE_DEBUG=True\u00a0: une panne montrerait le code et les réglages.",
            "Retirez CORDEE_DEBUG.",
        )
