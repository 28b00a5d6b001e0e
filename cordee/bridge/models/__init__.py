"""Employers and what follows: immersions and exits."""

from cordee.bridge.models.exits import PersonExit
from cordee.bridge.models.immersions import Immersion
