"""The routes of the room: compositions, and the alliances of one's own structures."""

from cordee.alliances.api.compositions import router

__all__ = ["router"]
