from tests.alliances.life.conftest import rope

__all__ = ["rope"]
