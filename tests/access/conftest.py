from tests.alliances.conftest import rope

__all__ = ["rope"]
