"""Employers and what follows: immersions, what a person said of each, and exits."""

from cordee.bridge.models.exits import PersonExit
from cordee.bridge.models.immersions import Consent, ErasedImmersions, Immersion

__all__ = ["Consent", "ErasedImmersions", "Immersion", "PersonExit"]
