"""Whether somebody has just proved again that it is the person: what an approval keeps beside a
name.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest

from cordee.accounts.models import User

# How each way of proving it is named in what is kept.
METHODS = {"totp": "code", "recovery_codes": "code", "webauthn": "key"}


@dataclass(frozen=True, slots=True)
class Proof:
    """How the user proved it ("password", "code", "key") and when; "none" where the user has no
    means to.
    """

    method: str
    at: datetime | None

    @property
    def is_given(self) -> bool:
        return self.at is not None


NO_MEANS = Proof("none", None)


def fresh_proof(request: HttpRequest, *, now: datetime, within: timedelta) -> Proof:
    """The proof that the user gave again within some minutes.

    Raises `ReauthenticationRequired`, which leads them to the page that asks for it and back, where
    the user gave none; gives `NO_MEANS` where their account has neither a password nor a second
    factor.
    """
    person = request.user
    if not isinstance(person, User):
        raise ReauthenticationRequired
    if not get_reauthentication_flows(person):
        return NO_MEANS
    # The latest first. A minute ahead is allowed, since the clocks of two servers may differ.
    for record in reversed(get_authentication_records(request, person)):
        at = datetime.fromtimestamp(record["at"], tz=UTC)
        if record.get("reauthenticated") and now - within <= at <= now + timedelta(minutes=1):
            return Proof(METHODS.get(record.get("type", ""), record["method"]), at)
    raise ReauthenticationRequired
