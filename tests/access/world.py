"""Two sides that know nothing of each other: the *own* one, where each role sits, and another.

Features add what they need as cached properties: an object is made only for the routes that ask.
"""

from functools import cached_property

from cordee.accounts.models import User
from cordee.members.models import Network, Programme, RoleSeat, Structure
from tests.members.makers import (
    ON,
    join,
    make_network,
    make_person,
    make_structure,
    make_valley,
)

Role = RoleSeat.Role


class World:
    def __init__(self) -> None:
        make_valley()

    @cached_property
    def own_network(self) -> Network:
        return make_network("Réseau du Val")

    @cached_property
    def foreign_network(self) -> Network:
        return make_network("Réseau du Large")

    @cached_property
    def own_structure(self) -> Structure:
        return self._structure("Les Jardins du Val", self.own_network)

    @cached_property
    def foreign_structure(self) -> Structure:
        return self._structure("Les Ateliers du Large", self.foreign_network)

    def _structure(self, name: str, network: Network) -> Structure:
        structure = make_structure(name, commune_id="38002", department_id="38", is_claimed=True)
        join(structure, network)
        return structure

    @cached_property
    def own_programme(self) -> Programme:
        return self._programme("Grand chantier du Val", "grand-chantier-du-val")

    @cached_property
    def foreign_programme(self) -> Programme:
        return self._programme("Grand chantier du Large", "grand-chantier-du-large")

    def _programme(self, name: str, slug: str) -> Programme:
        return Programme.objects.create(
            name=name,
            slug=slug,
            owner="Un établissement public",
            starts_on=ON.replace(month=1, day=1),
            ends_on=ON.replace(year=ON.year + 4),
        )

    def person(self, role: str) -> User | None:
        """Who plays a role on the own side; None for a visitor. Made once."""
        if role == "visitor":
            return None
        email = f"{role.replace('_', '-')}@exemple.fr"
        known: User | None = User.objects.filter(email=email).first()
        return known or make_person(email, **self.seat(role))

    @cached_property
    def foreign_director(self) -> User:
        return make_person(
            "ailleurs@exemple.fr", role=Role.DIRECTOR, structure=self.foreign_structure
        )

    def seat(self, role: str) -> dict[str, object]:
        match role:
            case "stranger":
                return {}
            case "network_staff":
                return {"role": role, "network": self.own_network}
            case "delegate":
                return {"role": role, "network": self.own_network, "region_id": "84"}
            case "programme_team":
                return {"role": role, "programme": self.own_programme}
            case "director" | "supervisor" | "counsellor":
                return {"role": role, "structure": self.own_structure}
            case "buyer" | "facilitator":
                return {"role": role, "department_id": "38"}
            case _:
                return {"role": role}
