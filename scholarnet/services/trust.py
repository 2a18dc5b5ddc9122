"""How far an account is trusted, from 0 to 1: .8 for one that somebody stands for (SCORING.md section 6)."""

from scholarnet.models import Researcher
from scoring.parameters import DEFAULT


def trust_of(researcher: Researcher) -> float:
    """Return the trust that verification gives."""
    return DEFAULT.trust_full if researcher.is_verified else 0.0
