from tests.alliances.conftest import person, valley

__all__ = ["person", "valley"]
