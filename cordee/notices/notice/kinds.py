"""The closed lists from which a notice takes a value."""

from enum import StrEnum


class Source(StrEnum):
    """Where the notice was published."""

    BOAMP = "boamp"
    TED = "ted"
    DECP = "decp"
    PRIVATE = "private"


class Format(StrEnum):
    """The shape of the file that was read.

    BOAMP_ENVELOPE is a BOAMP record whose `donnees` have a shape we do not read: only what the
    record itself says is known.
    """

    EFORMS = "eforms"
    BOAMP_EFORMS = "boamp_eforms"
    BOAMP_MAPA = "boamp_mapa"
    BOAMP_LEGACY = "boamp_legacy"
    BOAMP_ENVELOPE = "boamp_envelope"
    TED_R208 = "ted_r208"
    TED_R209 = "ted_r209"
    DECP = "decp"
    PRIVATE_NEED = "private_need"


class Kind(StrEnum):
    """What the notice does; only a call, or the change of one, can be answered.

    A modification of a contract already won is an AWARD; CHANGE corrects a notice.
    """

    CALL = "call"
    PRIOR = "prior"
    AWARD = "award"
    CHANGE = "change"
    CANCELLATION = "cancellation"


class Provenance(StrEnum):
    """How a value came, the surest first.

    Written in the notice, computed from it, compared with like contracts awarded, or supposed.
    """

    STATED = "stated"
    COMPUTED = "computed"
    COMPARED = "compared"
    SUPPOSED = "supposed"


class ClauseKind(StrEnum):
    """What the buyer asks about insertion, in the words of the labelling guide."""

    NONE = "none"
    EXECUTION = "execution"
    CRITERION = "criterion"
    BOTH = "both"
    OBJECT = "object"


class CriterionKind(StrEnum):
    """What an award criterion looks at; COST is the price over the whole life."""

    PRICE = "price"
    QUALITY = "quality"
    COST = "cost"


class GroupingForm(StrEnum):
    """The form the buyer imposes on a winning group."""

    FREE = "free"
    CONJOINT = "conjoint"
    SOLIDAIRE = "solidaire"
    CONJOINT_MANDATAIRE_SOLIDAIRE = "conjoint_mandataire_solidaire"
    FORBIDDEN = "forbidden"


class NeedKind(StrEnum):
    """What somebody who writes a private need looks for."""

    CONTRACT = "contract"
    QUOTE = "quote"
    SUBCONTRACTOR = "subcontractor"
    LABOUR = "labour"
    SPONSORSHIP = "sponsorship"
    PROJECT = "project"

    @property
    def is_work(self) -> bool:
        """Whether a team can be composed for it: work to do, not people to hire nor a gift."""
        return self in (NeedKind.CONTRACT, NeedKind.QUOTE, NeedKind.SUBCONTRACTOR)
