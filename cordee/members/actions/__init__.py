"""Every write of the room that means something: one function per intention."""

from cordee.members.actions.capacity import (
    book_capacity,
    declare_activity,
    declare_crew,
    release_capacity,
)
from cordee.members.actions.guessing import guess_all
from cordee.members.actions.imports import (
    agree_to_import,
    import_structures,
    preview_structures,
    read_received,
    receive_list,
)
from cordee.members.actions.invitations import (
    accept_invitation,
    resend_invitation,
    revoke_invitation,
    send_invitation,
)
from cordee.members.actions.joining import (
    accept_join_request,
    ask_to_join,
    refuse_join_request,
    withdraw_join_request,
)
from cordee.members.actions.memberships import (
    Side,
    answer_membership,
    ask_membership,
    end_membership,
    leave_network,
    prove_membership,
    record_membership,
    withdraw_request,
)
from cordee.members.actions.networks import (
    close_network,
    describe_network,
    move_delegation,
    open_delegation,
    open_network,
    reopen_network,
)
from cordee.members.actions.people import end_seat, invite
from cordee.members.actions.programmes import (
    edit_programme,
    load_programmes,
    open_programme,
    remove_line,
    save_line,
)
from cordee.members.actions.sharing import grant_sharing, revoke_sharing
from cordee.members.actions.sharing_requests import answer_sharing, ask_sharing, may_next_ask_on
from cordee.members.actions.structures import add_structure
from cordee.members.actions.territories import load_territories
