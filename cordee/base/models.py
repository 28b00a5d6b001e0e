from cordee.base.search.models import SearchEntry

__all__ = ["SearchEntry"]
