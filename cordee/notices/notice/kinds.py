"""The closed lists from which a notice takes a value."""

from enum import StrEnum

from cordee.rules.labelled import Labelled


class Source(Labelled):
    """Where the notice was published."""

    BOAMP = "boamp", "BOAMP"
    TED = "ted", "TED"
    DECP = "decp", "Données essentielles (DECP)"
    PRIVATE = "private", "Besoin privé"


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


class ClauseKind(Labelled):
    """What the buyer asks about insertion, in the words of the labelling guide."""

    NONE = "none", "Aucune clause d’insertion"
    EXECUTION = "execution", "Clause d’insertion"
    CRITERION = "criterion", "Critère d’insertion"
    BOTH = "both", "Clause et critère d’insertion"
    OBJECT = "object", "Marché d’insertion"


class CriterionKind(StrEnum):
    """What an award criterion looks at; COST is the price over the whole life."""

    PRICE = "price"
    QUALITY = "quality"
    COST = "cost"


class GroupingForm(Labelled):
    """The form the buyer imposes on a winning group."""

    FREE = "free", "Groupement accepté, sans forme imposée"
    CONJOINT = "conjoint", "Groupement conjoint demandé à l’attribution"
    SOLIDAIRE = "solidaire", "Groupement solidaire demandé à l’attribution"
    CONJOINT_MANDATAIRE_SOLIDAIRE = (
        "conjoint_mandataire_solidaire",
        "Groupement conjoint, mandataire solidaire, demandé à l’attribution",
    )
    FORBIDDEN = "forbidden", "Groupements écartés par l’avis"


class NeedKind(Labelled):
    """What somebody who writes a private need looks for."""

    CONTRACT = "contract", "Un travail à confier"
    QUOTE = "quote", "Une demande de devis"
    SUBCONTRACTOR = "subcontractor", "Un sous-traitant à trouver"
    LABOUR = "labour", "Des personnes à recruter"
    SPONSORSHIP = "sponsorship", "Un mécénat à offrir"
    PROJECT = "project", "Un appel à projets"

    @property
    def is_work(self) -> bool:
        """Whether a team can be composed for it: work to do, not people to hire nor a gift."""
        return self in (NeedKind.CONTRACT, NeedKind.QUOTE, NeedKind.SUBCONTRACTOR)
