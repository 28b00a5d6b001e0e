"""How finely a figure enters a computation made for somebody (docs/decisions/0005).

Who may compose with a figure without seeing it gets it rounded to the safe side, so that asking
many times cannot find the figure itself. Nowhere else is a figure made coarser.
"""

from collections.abc import Collection

from cordee.members.sharing import FigureClass, Viewer

# Steps of 5,000 € and of half a post: coarse enough to hide a figure, fine enough to compose.
UNSEEN_HEADROOM_STEP_CENTS = 500_000
UNSEEN_CAPACITY_STEP_CFTE = 50
# The least share is a fifth of a crew, so is its step; and the packages are those of one crew,
# whatever the number of crews.
UNSEEN_SHARE_STEP_CFTE = UNSEEN_CAPACITY_STEP_CFTE // 5
UNSEEN_PACKAGES = 5


def headroom_cents(
    viewer: Viewer, structure_id: int, cents: int | None, *, of_accounts_cents: int | None = None
) -> int | None:
    """A headroom as finely as it may be used.

    `of_accounts_cents`: what it was before the signed contracts, where some are taken off it.
    """
    if cents is None or structure_id in viewer.seen[FigureClass.PRIVATE]:
        return cents
    before = cents if of_accounts_cents is None else of_accounts_cents
    # Accounts are rounded down: what is composed with less holds with more. What is signed is
    # rounded up apart: whoever signed with the structure knows that amount to the cent, and would
    # learn how far the accounts are from the edge of a step.
    signed = before - cents
    step = UNSEEN_HEADROOM_STEP_CENTS
    return max(0, before - before % step - (signed + -signed % step))


def crews_cfte(viewer: Viewer, structure_id: int, cfte: int) -> int:
    """A free capacity as finely as it may be used."""
    seen = structure_id in viewer.seen[FigureClass.NETWORK]
    return cfte if seen else cfte - cfte % UNSEEN_CAPACITY_STEP_CFTE


def least_share_cfte(viewer: Viewer, structure_id: int, cfte: int) -> int:
    """The least share of a smallest crew as finely as it may be used: rounded up.

    To the last figure of its step, not to the next one: free crews rounded down and this one
    rounded up then leave the same step, where both ends of it would give a round figure away.
    """
    if structure_id in viewer.seen[FigureClass.NETWORK]:
        return cfte
    return cfte - cfte % UNSEEN_SHARE_STEP_CFTE + UNSEEN_SHARE_STEP_CFTE - 1


def most_packages(viewer: Viewer, structure_id: int, packages: int) -> int:
    """How many packages its crews may take at once, as finely as that may be used."""
    seen = structure_id in viewer.seen[FigureClass.NETWORK]
    return packages if seen else min(packages, UNSEEN_PACKAGES)


def still_allow(
    viewer: Viewer,
    structure_id: int,
    *,
    free_cfte: Collection[int],
    least_share: int | None,
    packages: int,
    headrooms: Collection[int | None],
) -> bool:
    """Whether the figures kept of a structure could be used today, and as finely.

    `free_cfte` by month and `least_share` in cFTE, `headrooms` in cents.
    """
    shares = () if least_share is None else (least_share,)
    if (free_cfte or shares) and structure_id not in viewer.usable[FigureClass.NETWORK]:
        return False
    if headrooms and structure_id not in viewer.usable[FigureClass.PRIVATE]:
        return False
    return (
        all(crews_cfte(viewer, structure_id, cfte) == cfte for cfte in free_cfte)
        and all(least_share_cfte(viewer, structure_id, cfte) == cfte for cfte in shares)
        and most_packages(viewer, structure_id, packages) == packages
        and all(headroom_cents(viewer, structure_id, cents) == cents for cents in headrooms)
    )
