from cordee.members.models.capacity import (
    Activity,
    CapacityBooking,
    CapacityException,
    Certification,
    Crew,
    SeasonalProfile,
    StruckGuess,
)
from cordee.members.models.imports import ImportPart, ListMapping, StructureImport
from cordee.members.models.networks import Membership, Network, RoleSeat, SharingAgreement
from cordee.members.models.people import DirectorContact, Invitation, JoinRequest
from cordee.members.models.programmes import Programme, ProgrammeCommitment, ProgrammeFact
from cordee.members.models.requests import MembershipRequest, SharingRequest
from cordee.members.models.sheets import Claim, Closure, RegistryCheck, SheetUndo
from cordee.members.models.structures import Chantier, Convention, Organisation, Structure
from cordee.members.models.territories import Commune, Department, Region
