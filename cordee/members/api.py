"""For whom a program acts: one of the networks of its person, chosen in each demand."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from cordee.accounts.models import ApiKey
from cordee.base.api.frame import REFUSALS
from cordee.base.api.problems import Refusal
from cordee.members.acting import networks_of, seats_of, viewer_of
from cordee.members.sharing import Viewer

ForNetwork = Annotated[
    str,
    Query(
        max_length=100,
        description="Le réseau pour lequel vous agissez, parmi ceux de « /moi/ ». "
        "Sans lui : le réseau choisi dans votre session, ou le premier que vous avez rejoint.",
    ),
]
router = Router(tags=["Qui je suis"])


def viewer_for(request: HttpRequest, network: str) -> Viewer:
    """Whoever asks, acting for the network named, as a session does once it has chosen.

    Raises `Refusal` for a network that is not theirs, be it there or not.
    """
    if not network:
        return viewer_of(request)
    seats = seats_of(request)
    own = networks_of(seats)
    chosen = next((each for each in own if each.slug == network), None)
    if chosen is None:
        names = ", ".join(each.slug for each in own)
        cure = f"Choisissez : {names}." if own else "Retirez-le : vous n’agissez pour aucun réseau."
        message = "Vous n’agissez pas pour ce réseau."
        raise Refusal(422, message, field="reseau", value=network, cure=cure)
    viewer = viewer_of(request)
    assert viewer.user is not None
    return Viewer.of_seats(viewer.user, seats, viewer.on, chosen)


class NetworkName(Schema):
    """Un réseau."""

    slug: str = Field(description="Son nom dans les adresses, pour « ?reseau= ».")
    name: str


class KeyState(Schema):
    """La clé qui a servi."""

    name: str
    scope: str = Field(
        description="« read » : lire ; « compose » : demander aussi des calculs ; « act » : agir "
        "aussi dans vos alliances."
    )
    expires_at: AwareDatetime


class Me(Schema):
    """La personne qui demande, et pour qui elle peut agir."""

    name: str
    networks: list[NetworkName] = Field(description="Ceux pour lesquels elle peut agir.")
    acts_for: str | None = Field(description="Celui pour lequel elle agit sans « ?reseau= ».")
    directs: list[int] = Field(description="Identifiants des structures qu’elle dirige.")
    key: KeyState | None = Field(description="Vide depuis une page, avec une session.")


@router.get("/moi/", response={200: Me} | REFUSALS, summary="Qui demande, et pour qui")
def me(request: HttpRequest) -> dict[str, Any]:
    """Le premier appel à faire : il dit si la clé marche, et les réseaux possibles."""
    viewer, networks = viewer_of(request), networks_of(seats_of(request))
    by = request.auth  # type: ignore[attr-defined]
    return {
        "name": viewer.user.display_name if viewer.user else "",
        "networks": [{"slug": each.slug, "name": each.name} for each in networks],
        "acts_for": viewer.network.slug if viewer.network else None,
        "directs": sorted(viewer.structure_ids),
        "key": {"name": by.name, "scope": by.scope, "expires_at": by.expires_at}
        if isinstance(by, ApiKey)
        else None,
    }
