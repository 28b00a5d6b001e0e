from cordee.members.models.capacity import (
    Activity,
    CapacityBooking,
    CapacityException,
    Certification,
    Crew,
    SeasonalProfile,
)
from cordee.members.models.imports import StructureImport
from cordee.members.models.networks import (
    Membership,
    Network,
    Programme,
    RoleSeat,
    SharingAgreement,
)
from cordee.members.models.requests import MembershipRequest, SharingRequest
from cordee.members.models.structures import Chantier, Convention, Organisation, Structure
from cordee.members.models.territories import Commune, Department, Region

__all__ = [
    "Activity",
    "CapacityBooking",
    "CapacityException",
    "Certification",
    "Chantier",
    "Commune",
    "Convention",
    "Crew",
    "Department",
    "Membership",
    "MembershipRequest",
    "Network",
    "Organisation",
    "Programme",
    "Region",
    "RoleSeat",
    "SeasonalProfile",
    "SharingAgreement",
    "SharingRequest",
    "Structure",
    "StructureImport",
]
