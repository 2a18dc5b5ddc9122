"""How far an account is trusted, from 0 to 1: .8 for one that somebody stands for (SCORING.md section 6)."""

from scholarnet.models import Researcher, Verification
from scoring.parameters import DEFAULT


def trust_of(researcher: Researcher) -> float:
    """Return the trust that verification gives."""
    return trust_given_by(researcher.verification)


def trust_given_by(verification: Verification) -> float:
    """Return the trust of whoever is verified in that way, for those who read columns and not whole rows."""
    return DEFAULT.trust_full if verification is not Verification.NONE else 0.0
