"""The valley of `tests.composing`, whose fixtures serve here too."""

from tests.composing.conftest import loaded_valley, own_valley, person, tell, valley

__all__ = ["loaded_valley", "own_valley", "person", "tell", "valley"]
