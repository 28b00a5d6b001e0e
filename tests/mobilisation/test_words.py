"""Those left out of a ranking are counted in French."""

from cordee.engine.result import Obstacle
from cordee.mobilisation.pages import ASIDE_LABELS
from cordee.mobilisation.problem.rankings import OTHER_CRAFT


def test_every_reason_has_its_singular_and_its_plural() -> None:
    assert set(ASIDE_LABELS) <= {OTHER_CRAFT, *(str(why) for why in Obstacle)}
    for one, several in ASIDE_LABELS.values():
        assert one != several
