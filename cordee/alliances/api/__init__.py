"""The routes of the room: compositions, and the alliances of one's own structures."""

from ninja import Router

from cordee.alliances.api import compositions, groups

router = Router()
router.add_router("", compositions.router)
router.add_router("", groups.router)
