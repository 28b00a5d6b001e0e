"""The list shows each person her own."""

from tests.access.matrix import SIGNED_IN, Policy

POLICIES = {"alliances:list": Policy(open_to=SIGNED_IN)}
