"""The routes of the room: teams asked for, and wishes from one."""

from cordee.composing.api.compositions import router
