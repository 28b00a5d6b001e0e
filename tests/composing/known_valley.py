"""The valley of the engine's tests, on known figures, and whoever reads about it."""

from cordee.base.ui.french import THIN
from cordee.composing.problem.reader import Reader
from cordee.engine.compose import compose
from cordee.engine.problem import Candidate, Params, Problem
from cordee.engine.result import Result
from cordee.members.sharing import Viewer
from tests.composing.conftest import DAY
from tests.engine.conftest import accounts, package, practises, structure

NAMES = {
    "jardins": "Les Jardins de la Verdoire",
    "berges": "Rives et Sentiers",
    "relais": "Le Relais",
    "paysage": "Val Mirel",
    "loin": "Pierre et Chaux",
    "tilleul": "Le Tilleul",
}
MONEY = f"{THIN}€"
GREEN = (practises("espaces-verts"),)


def valley(*more: Candidate) -> Problem:
    """The valley of the engine's tests, on known figures: a park and a school."""
    return Problem(
        packages=(
            package("parc", label="Le parc"),
            package(
                "ecole", label="L’école", trade="proprete", need_cfte=200, amount_cents=3_600_000
            ),
        ),
        candidates=(
            structure(
                "jardins",
                kind="ACI",
                skills=GREEN,
                is_capped=True,
                accounting_years=accounts(4_000_000),
            ),
            structure("berges", skills=(practises("espaces-verts", 2),), can_lead=False),
            structure("relais", skills=(practises("proprete"),)),
            structure("loin", latitude_deg=46.0),
            structure("paysage", latitude_deg=45.09),
            *more,
        ),
        params=Params(max_partners=4),
    )


def reader(problem: Problem, *, blind: bool = False, hidden: tuple[str, ...] = ()) -> Reader:
    """Somebody who sees everybody's figures, or nobody's."""
    people = {
        c.id: {"name": NAMES.get(c.id, c.name), "structure_id": number}
        for number, c in enumerate(problem.candidates)
    }
    everyone = frozenset() if blind else frozenset(range(len(people)))
    return Reader(problem, people, Viewer.of_structures(everyone, DAY), frozenset(hidden))


def composed(problem: Problem) -> Result:
    return compose(problem, time_limit_s=60, seed=0)
