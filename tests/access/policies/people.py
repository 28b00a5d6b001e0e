"""Roles, teams, invitations, joining: one's own, or those one answers for."""

from cordee.members.actions.joining import Beginning
from cordee.members.roles import May, Scope, roles_held_in, roles_that
from tests.access.matrix import EVERYBODY, NOBODY, SIGNED_IN, Policy

OF_NETWORK = frozenset(roles_that(May.ACT_FOR_NETWORK))
OF_STRUCTURE = frozenset(roles_held_in(Scope.STRUCTURE))

POLICIES = {
    # Each reads what waits for them; what each role reads is tried in tests/members/test_today.py.
    "today:today": Policy(open_to=SIGNED_IN),
    "members:roles": Policy(open_to=SIGNED_IN),
    "members:menu": Policy(open_to=SIGNED_IN),
    # A network that is not theirs is refused in words, and nothing changes (test_roles).
    "members:act_for": Policy(
        open_to=SIGNED_IN, method="post", data=lambda w: {"network": w.own_network.slug}
    ),
    "members:structure_people": Policy(
        open_to=OF_NETWORK | OF_STRUCTURE,
        own=lambda w: {"pk": w.own_structure.pk},
        foreign=lambda w: {"pk": w.foreign_structure.pk},
    ),
    "members:network_people": Policy(
        open_to=OF_NETWORK,
        own=lambda w: {"slug": w.own_network.slug},
        foreign=lambda w: {"slug": w.foreign_network.slug},
    ),
    "members:programme_people": Policy(
        open_to={"programme_team"},
        own=lambda w: {"slug": w.own_programme.slug},
        foreign=lambda w: {"slug": w.foreign_programme.slug},
    ),
    "members:leave_seat": Policy(
        open_to={"supervisor"},
        own=lambda w: {"pk": w.person("supervisor").seats.get().pk},
        foreign=lambda w: {"pk": w.foreign_director.seats.get().pk},
    ),
    # A director takes back the seat of their supervisor, who does not take back their own this way.
    "members:remove_seat": Policy(
        open_to={"director"},
        own=lambda w: {"pk": w.person("supervisor").seats.get().pk},
        foreign=lambda w: {"pk": w.foreign_director.seats.get().pk},
    ),
    # The link is what opens.
    "members:invitation": Policy(open_to=EVERYBODY, own=lambda w: {"token": w.invitation_token}),
    "members:accept_invitation": Policy(
        open_to={"buyer"},
        own=lambda w: {"pk": w.invitation("buyer@exemple.fr", w.own_structure).pk},
        foreign=lambda w: {"pk": w.invitation("ailleurs@exemple.fr", w.foreign_structure).pk},
        method="post",
    ),
    # Of a director: they are invited by directors, and by the networks of the structure.
    **{
        name: Policy(
            open_to=OF_NETWORK | {"director"},
            own=lambda w: {"pk": w.invitation("nouvelle@exemple.fr", w.own_structure).pk},
            foreign=lambda w: {"pk": w.invitation("autre@exemple.fr", w.foreign_structure).pk},
            method="post",
        )
        for name in ("members:resend_invitation", "members:revoke_invitation")
    },
    "members:join": Policy(open_to=EVERYBODY),
    # Whoever has an account is led to the page of requests; nothing public is written by either.
    "members:begin": Policy(open_to=EVERYBODY, own=lambda w: {"pk": w.own_structure.pk}),
    "members:begin_new": Policy(open_to=EVERYBODY),
    # The link is what opens; it is told to be for another address.
    "members:begun": Policy(
        open_to=EVERYBODY,
        own=lambda w: {"token": Beginning("lea@exemple.fr", "Les Prés", commune="38002").token},
    ),
    "members:ask_to_join": Policy(
        open_to=SIGNED_IN,
        own=lambda w: {"pk": w.own_structure.pk},
        foreign=lambda w: {"pk": w.foreign_structure.pk},
        foreign_open_to=SIGNED_IN,
    ),
    "members:join_requests": Policy(open_to=SIGNED_IN),
    # A structure that has a director answers by that director alone.
    "members:join_request": Policy(
        open_to={"director"},
        own=lambda w: {"pk": w.join_request(w.own_structure).pk},
        foreign=lambda w: {"pk": w.join_request(w.foreign_structure).pk},
    ),
    "members:withdraw_join_request": Policy(
        open_to={"stranger"},
        own=lambda w: {"pk": w.own_join_request.pk},
        foreign=lambda w: {"pk": w.join_request(w.own_structure).pk},
        method="post",
    ),
}

# One's own safety and devices.
POLICIES |= {
    name: Policy(open_to=SIGNED_IN)
    for name in (
        *("mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn"),
        *("mfa_generate_recovery_codes", "account_second_factor", "account_sessions"),
        *("account_leaving", "account_close", "account_erase"),
        # A visitor is led to the page where one signs in, which is the way of a closed route.
        *("mfa_authenticate", "mfa_login_webauthn"),
        # Without a second factor, they lead to the password.
        *("mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    )
}
POLICIES |= {
    "account_close_other_sessions": Policy(open_to=SIGNED_IN, method="post"),
    "account_close_session": Policy(
        open_to=NOBODY, own=lambda w: {"pk": w.session_of_another.pk}, method="post"
    ),
    # None of these people has a second factor: there is nothing to show or to take back.
    **{
        name: Policy(open_to=NOBODY)
        for name in (
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_download_recovery_codes",
        )
    },
    **{
        name: Policy(open_to=NOBODY, own=lambda w: {"pk": w.key_of_another.pk})
        for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")
    },
}
