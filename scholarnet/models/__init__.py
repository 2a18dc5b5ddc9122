"""The tables: one noun a file. Importing the package registers all of them."""

from scholarnet.models.accepted_answer import AcceptedAnswer
from scholarnet.models.account_trust import AccountTrust
from scholarnet.models.attachment import Attachment
from scholarnet.models.audit_entry import AuditEntry
from scholarnet.models.authorship import Authorship, Confirmation
from scholarnet.models.case_declaration import CaseDeclaration, Consent
from scholarnet.models.citation import Citation
from scholarnet.models.citation_graph import CitationGraph, PublicationRank, ResearcherRank
from scholarnet.models.claim import Claim, ClaimState
from scholarnet.models.cluster import Cluster, ClusterEffect
from scholarnet.models.comment import Comment
from scholarnet.models.epoch import Epoch
from scholarnet.models.epoch_run import EpochRun, RunState, RunStep, Starter
from scholarnet.models.epoch_shard import EpochShard, ShardSection
from scholarnet.models.follow import Follow
from scholarnet.models.helpfulness_vote import HelpfulnessVote
from scholarnet.models.idempotency_key import IdempotencyKey
from scholarnet.models.import_job import ImportJob, ImportState
from scholarnet.models.import_result import ImportResult, Outcome
from scholarnet.models.invitation import Answer, Invitation
from scholarnet.models.login_session import LoginSession
from scholarnet.models.moderation_decision import ModerationDecision, ModerationOutcome
from scholarnet.models.move import Move, MoveCause, MoveKind, MoveReason
from scholarnet.models.outgoing_mail import OutgoingMail
from scholarnet.models.override import Override
from scholarnet.models.post import Audience, Post, PostStatus
from scholarnet.models.post_author import PostAuthor
from scholarnet.models.post_publication import PostPublication
from scholarnet.models.post_recommendation import PostRecommendation
from scholarnet.models.post_score import DecidedBy, Decision, PostScore, Tier
from scholarnet.models.post_version import PostVersion
from scholarnet.models.publication import Publication, PublicationType
from scholarnet.models.publication_merge import PublicationMerge
from scholarnet.models.read_count import ReadCount
from scholarnet.models.reputation import Component, Reputation, ReputationEntry
from scholarnet.models.reputation_change import ReputationChange
from scholarnet.models.researcher import Researcher, Role, Verification
from scholarnet.models.researcher_merge import ResearcherMerge
from scholarnet.models.response import Response
from scholarnet.models.review import AddressedAnswer, Identity, Recommendation, Review
from scholarnet.models.review_draft import ReviewDraft
from scholarnet.models.review_fit import ReviewFit
from scholarnet.models.review_revision import ReviewRevision
from scholarnet.models.reviewer_fit import ReviewerFit
from scholarnet.models.ruling import Ruling, RulingMember
from scholarnet.models.saved_post import SavedPost
from scholarnet.models.score_event import ScoreEvent, ScoreEventKind, ScoreLog
from scholarnet.models.tag import PostTag, Tag, TagStatus
from scholarnet.models.token import Scope, Token
from scholarnet.models.topic_rate import TopicRate
from scholarnet.models.unsigned_credit import UnsignedCredit
from scholarnet.models.venue import Venue, VenueKind
from scholarnet.models.vouch import Vouch
from scholarnet.models.worker_sign import WorkerSign

__all__ = [
    "AcceptedAnswer",
    "AccountTrust",
    "AddressedAnswer",
    "Answer",
    "Attachment",
    "Audience",
    "AuditEntry",
    "Authorship",
    "CaseDeclaration",
    "Citation",
    "CitationGraph",
    "Claim",
    "ClaimState",
    "Cluster",
    "ClusterEffect",
    "Comment",
    "Component",
    "Confirmation",
    "Consent",
    "DecidedBy",
    "Decision",
    "Epoch",
    "EpochRun",
    "EpochShard",
    "Follow",
    "HelpfulnessVote",
    "IdempotencyKey",
    "Identity",
    "ImportJob",
    "ImportResult",
    "ImportState",
    "Invitation",
    "LoginSession",
    "ModerationDecision",
    "ModerationOutcome",
    "Move",
    "MoveCause",
    "MoveKind",
    "MoveReason",
    "Outcome",
    "OutgoingMail",
    "Override",
    "Post",
    "PostAuthor",
    "PostPublication",
    "PostRecommendation",
    "PostScore",
    "PostStatus",
    "PostTag",
    "PostVersion",
    "Publication",
    "PublicationMerge",
    "PublicationRank",
    "PublicationType",
    "ReadCount",
    "Recommendation",
    "Reputation",
    "ReputationChange",
    "ReputationEntry",
    "Researcher",
    "ResearcherMerge",
    "ResearcherRank",
    "Response",
    "Review",
    "ReviewDraft",
    "ReviewFit",
    "ReviewRevision",
    "ReviewerFit",
    "Role",
    "Ruling",
    "RulingMember",
    "RunState",
    "RunStep",
    "SavedPost",
    "Scope",
    "ScoreEvent",
    "ScoreEventKind",
    "ScoreLog",
    "ShardSection",
    "Starter",
    "Tag",
    "TagStatus",
    "Tier",
    "Token",
    "TopicRate",
    "UnsignedCredit",
    "Venue",
    "VenueKind",
    "Verification",
    "Vouch",
    "WorkerSign",
]
