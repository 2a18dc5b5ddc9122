"""The tables: one noun a file. Importing the package registers all of them."""

from scholarnet.models.audit_entry import AuditEntry
from scholarnet.models.authorship import Authorship
from scholarnet.models.citation import Citation
from scholarnet.models.epoch import Epoch, ReviewerFit
from scholarnet.models.post import Audience, Post, PostStatus
from scholarnet.models.post_author import PostAuthor
from scholarnet.models.post_score import Decision, PostScore, Tier
from scholarnet.models.post_version import PostVersion
from scholarnet.models.publication import Publication, PublicationType
from scholarnet.models.reputation import Component, Reputation, ReputationEntry
from scholarnet.models.researcher import Researcher, Role, Verification
from scholarnet.models.response import Response
from scholarnet.models.review import Identity, Recommendation, Review
from scholarnet.models.review_revision import ReviewRevision
from scholarnet.models.score_event import ScoreEvent, ScoreEventKind, ScoreLog
from scholarnet.models.tag import PostTag, Tag, TagStatus
from scholarnet.models.token import Scope, Token
from scholarnet.models.venue import Venue, VenueKind
from scholarnet.models.vouch import Vouch

__all__ = [
    "Audience",
    "AuditEntry",
    "Authorship",
    "Citation",
    "Component",
    "Decision",
    "Epoch",
    "Identity",
    "Post",
    "PostAuthor",
    "PostScore",
    "PostStatus",
    "PostTag",
    "PostVersion",
    "Publication",
    "PublicationType",
    "Recommendation",
    "Reputation",
    "ReputationEntry",
    "Researcher",
    "Response",
    "Review",
    "ReviewRevision",
    "ReviewerFit",
    "Role",
    "Scope",
    "ScoreEvent",
    "ScoreEventKind",
    "ScoreLog",
    "Tag",
    "TagStatus",
    "Tier",
    "Token",
    "Venue",
    "VenueKind",
    "Verification",
    "Vouch",
]
