"""The routes of the room: teams asked for, and wishes from one."""

from ninja import Router

from cordee.composing.api import compositions, wishes

router = Router()
router.add_router("", compositions.router)
router.add_router("", wishes.router)
