"""The routes of the room: the alliances of one's own structures."""

from cordee.alliances.api.groups import router
