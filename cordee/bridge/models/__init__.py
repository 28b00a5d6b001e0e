"""Employers and what follows: immersions, and what a person said of each."""

from cordee.bridge.models.immersions import Consent, ErasedImmersions, Immersion

__all__ = ["Consent", "ErasedImmersions", "Immersion"]
