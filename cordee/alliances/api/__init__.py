"""The routes of the room: compositions, and the alliances of one's own structures."""

from ninja import Router

from cordee.alliances.api import compositions, groups, wishes

router = Router()
router.add_router("", compositions.router)
router.add_router("", wishes.router)
router.add_router("", groups.router)
