"""One factory a table, one noun a file. They write to the session of the `session` fixture, and only flush."""

from tests.factories.accepted_answer import AcceptedAnswerFactory
from tests.factories.account_trust import AccountTrustFactory
from tests.factories.attachment import AttachmentFactory
from tests.factories.audit_entry import AuditEntryFactory
from tests.factories.authorship import AuthorshipFactory
from tests.factories.case_declaration import CaseDeclarationFactory
from tests.factories.citation import CitationFactory
from tests.factories.citation_graph import CitationGraphFactory, PublicationRankFactory, ResearcherRankFactory
from tests.factories.claim import ClaimFactory
from tests.factories.cluster import ClusterEffectFactory, ClusterFactory
from tests.factories.comment import CommentFactory
from tests.factories.epoch import EpochFactory
from tests.factories.epoch_run import EpochRunFactory
from tests.factories.epoch_shard import EpochShardFactory
from tests.factories.follow import FollowFactory
from tests.factories.helpfulness_vote import HelpfulnessVoteFactory
from tests.factories.idempotency_key import IdempotencyKeyFactory
from tests.factories.import_job import ImportJobFactory
from tests.factories.import_result import ImportResultFactory
from tests.factories.invitation import InvitationFactory
from tests.factories.login_session import LoginSessionFactory
from tests.factories.moderation_decision import ModerationDecisionFactory
from tests.factories.move import MoveFactory
from tests.factories.outgoing_mail import OutgoingMailFactory
from tests.factories.override import OverrideFactory
from tests.factories.post import PostFactory
from tests.factories.post_author import PostAuthorFactory
from tests.factories.post_publication import PostPublicationFactory
from tests.factories.post_recommendation import PostRecommendationFactory
from tests.factories.post_score import PostScoreFactory
from tests.factories.post_version import PostVersionFactory
from tests.factories.publication import PublicationFactory
from tests.factories.publication_merge import PublicationMergeFactory
from tests.factories.read_count import ReadCountFactory
from tests.factories.reputation import ReputationEntryFactory, ReputationFactory
from tests.factories.reputation_change import ReputationChangeFactory
from tests.factories.researcher import PASSWORD, ResearcherFactory
from tests.factories.researcher_merge import ResearcherMergeFactory
from tests.factories.response import ResponseFactory
from tests.factories.review import ReviewFactory
from tests.factories.review_draft import ReviewDraftFactory
from tests.factories.review_fit import ReviewFitFactory
from tests.factories.review_revision import ReviewRevisionFactory
from tests.factories.reviewer_fit import ReviewerFitFactory
from tests.factories.ruling import RulingFactory, RulingMemberFactory
from tests.factories.saved_post import SavedPostFactory
from tests.factories.score_event import ScoreEventFactory, ScoreLogFactory
from tests.factories.tag import PostTagFactory, TagFactory
from tests.factories.token import TokenFactory
from tests.factories.topic_rate import TopicRateFactory
from tests.factories.unsigned_credit import UnsignedCreditFactory
from tests.factories.venue import VenueFactory
from tests.factories.vouch import VouchFactory
from tests.factories.worker_sign import WorkerSignFactory

__all__ = [
    "PASSWORD",
    "AcceptedAnswerFactory",
    "AccountTrustFactory",
    "AttachmentFactory",
    "AuditEntryFactory",
    "AuthorshipFactory",
    "CaseDeclarationFactory",
    "CitationFactory",
    "CitationGraphFactory",
    "ClaimFactory",
    "ClusterEffectFactory",
    "ClusterFactory",
    "CommentFactory",
    "EpochFactory",
    "EpochRunFactory",
    "EpochShardFactory",
    "FollowFactory",
    "HelpfulnessVoteFactory",
    "IdempotencyKeyFactory",
    "ImportJobFactory",
    "ImportResultFactory",
    "InvitationFactory",
    "LoginSessionFactory",
    "ModerationDecisionFactory",
    "MoveFactory",
    "OutgoingMailFactory",
    "OverrideFactory",
    "PostAuthorFactory",
    "PostFactory",
    "PostPublicationFactory",
    "PostRecommendationFactory",
    "PostScoreFactory",
    "PostTagFactory",
    "PostVersionFactory",
    "PublicationFactory",
    "PublicationMergeFactory",
    "PublicationRankFactory",
    "ReadCountFactory",
    "ReputationChangeFactory",
    "ReputationEntryFactory",
    "ReputationFactory",
    "ResearcherFactory",
    "ResearcherMergeFactory",
    "ResearcherRankFactory",
    "ResponseFactory",
    "ReviewDraftFactory",
    "ReviewFactory",
    "ReviewFitFactory",
    "ReviewRevisionFactory",
    "ReviewerFitFactory",
    "RulingFactory",
    "RulingMemberFactory",
    "SavedPostFactory",
    "ScoreEventFactory",
    "ScoreLogFactory",
    "TagFactory",
    "TokenFactory",
    "TopicRateFactory",
    "UnsignedCreditFactory",
    "VenueFactory",
    "VouchFactory",
    "WorkerSignFactory",
]
