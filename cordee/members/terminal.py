"""How commands of the terminal name a structure or a network."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from cordee.members.models import Network, Structure


def structure_named(option: str, siret: str, kind: str | None) -> Structure:
    """The structure of a SIRET, which may carry several kinds.

    Raises CommandError naming the option, its value and the cure.
    """
    found = Structure.objects.filter(siret="".join(siret.split()))
    kinds = ", ".join(found.order_by("kind").values_list("kind", flat=True))
    if not kinds:
        raise CommandError(f"{option} {siret} : cette structure n’est pas dans la base.")
    if kind:
        found = found.filter(kind=kind.upper())
    if len(found) != 1:
        raise CommandError(f"{option} {siret} : sortes connues, {kinds}. Dites laquelle, --kind.")
    return found[0]


def network_named(slug: str | None) -> Network | None:
    """The network of `--network`; None where it is not given. Raises CommandError."""
    network = Network.objects.filter(slug=slug).first()
    if slug and network is None:
        known = ", ".join(Network.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandError(
            f"--network {slug} : ce réseau n’est pas dans la base. "
            f"Réseaux connus : {known or 'aucun'}. Pour l’ouvrir : open_network {slug} « Son nom »."
        )
    return network


def add_kind(parser: ArgumentParser) -> None:
    parser.add_argument("--kind", metavar="SORTE", help="si le SIRET porte plusieurs sortes")
