"""Researchers: profiles, reputations, work."""

from typing import Any

from flask import Response, after_this_request

from api.auth import actor, viewer
from api.blueprint import Blueprint
from api.config import current_config
from api.database import db
from api.etags import require_match, tag_answer
from api.negotiation import exported
from api.pagination import PageQuery, announce, page_of, paginate
from api.schemas.citation_metrics import ResearcherMetricsOut
from api.schemas.posts import PostSummaryOut
from api.schemas.publications import PublicationOut, PublicationQuery
from api.schemas.reputations import ReputationChangeOut, ReputationOut
from api.schemas.researchers import (
    CollaboratorsOut,
    ProfileOut,
    ResearcherOut,
    ResearcherPatch,
    ResearcherQuery,
    VerificationIn,
)
from api.schemas.reviews import ReviewOut, ReviewQuery
from scholarnet.coauthors import list_coauthors
from scholarnet.listings import read_sort
from scholarnet.models import Researcher
from scholarnet.services import posts, publications, researcher_rankings, researchers, reviews
from scholarnet.services.citation_metrics import measure_researcher, shallow
from scholarnet.services.lists import PUBLICATIONS, RESEARCHERS, REVIEWS
from scholarnet.services.post_views import view_posts
from scholarnet.services.rank_views import view_person_rank
from scholarnet.services.reputation_history import list_changes, view_changes
from scholarnet.services.reputation_views import ReputationView, explain_reputation
from scholarnet.services.researcher_views import ResearcherView, view_profile, view_researchers
from scholarnet.services.review_views import view_reviews

blueprint = Blueprint("researchers", "/researchers", "Profiles, reputations and work")


@blueprint.route("", permission="public.read")
@blueprint.arguments(ResearcherQuery, location="query")
@blueprint.response(200, page_of(ResearcherOut))
def list_researchers(page: dict[str, Any]) -> dict[str, Any]:
    """List everybody, newest first, or by the reputation of the epoch in force."""
    if page["sort"].removeprefix("-") == researcher_rankings.SORT:
        ranking = researcher_rankings.rank_researchers(
            db.session(), sort=page["sort"], filters=page["filter"], cursor=page["cursor"], per_page=page["per_page"]
        )
        announce(ranking.next_cursor)
        meta = {"per_page": page["per_page"], "next_cursor": ranking.next_cursor}
        return {"meta": meta, "results": view_researchers(db.session(), ranking.people)}
    read_sort(page["sort"], researcher_rankings.SORTS)  # whose refusal names all that there are
    query = RESEARCHERS.ask(researchers.list_researchers(), sort=page["sort"], filters=page["filter"])
    return paginate(query, page, lambda rows: view_researchers(db.session(), rows))


@blueprint.route("/<researcher_id>", permission="public.read", is_tagged=True)
@blueprint.response(200, ProfileOut)
def get_researcher(researcher_id: str) -> ResearcherView:
    """Return a profile, by id or @handle.

    That of a profile which was merged is the one that is kept, as its `id` and the header Content-Location say.
    """
    view = view_profile(db.session(), researchers.get_researcher(db.session(), researcher_id))
    if not researcher_id.startswith("@") and researcher_id != view.id:
        _locate(view.id)
    tag_answer(_stamp(view.researcher), (view.reputation, view.follows))
    return view


@blueprint.route("/<researcher_id>", methods=["PATCH"], permission="researcher.edit", needs_match=True)
@blueprint.arguments(ResearcherPatch)
@blueprint.response(200, ProfileOut)
def update_researcher(changes: dict[str, Any], researcher_id: str) -> ResearcherView:
    """Change one's own profile."""
    researcher = researchers.get_researcher(db.session(), researcher_id)
    require_match(_stamp(researcher))
    researchers.update_researcher(db.session(), actor=actor(), researcher=researcher, changes=changes)
    view = view_profile(db.session(), researcher)
    db.session.commit()
    tag_answer(_stamp(researcher), (view.reputation, view.follows))
    return view


@blueprint.route("/<researcher_id>/verification", methods=["PUT"], permission="researcher.verify")
@blueprint.arguments(VerificationIn)
@blueprint.response(200, ProfileOut)
def verify_researcher(body: dict[str, Any], researcher_id: str) -> ResearcherView:
    """Stand for a person, as an editor."""
    researcher = researchers.get_researcher(db.session(), researcher_id)
    researchers.verify_researcher(db.session(), actor=actor(), researcher=researcher, **body)
    view = view_profile(db.session(), researcher)
    db.session.commit()
    return view


@blueprint.route("/<researcher_id>/reputation", permission="public.read")
@blueprint.response(200, ReputationOut)
def get_reputation(researcher_id: str) -> ReputationView:
    """Return a reputation, taken apart."""
    researcher = researchers.get_researcher(db.session(), researcher_id)
    return explain_reputation(db.session(), researcher=researcher, viewer=viewer())


@blueprint.route("/<researcher_id>/reputation/history", permission="public.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(ReputationChangeOut))
def list_reputation_changes(page: dict[str, Any], researcher_id: str) -> dict[str, Any]:
    """List the epochs in which a reputation moved, newest first, each with what changed."""
    researcher = researchers.get_researcher(db.session(), researcher_id)
    query = list_changes(db.session(), researcher=researcher, viewer=viewer())
    return paginate(query, page, view_changes)


@blueprint.route("/<researcher_id>/metrics", permission="public.read")
@blueprint.response(200, ResearcherMetricsOut)
def get_researchers_metrics(researcher_id: str) -> dict[str, Any]:
    """Return how often a researcher's publications are cited: information, which enters no score."""
    researcher = researchers.get_researcher(db.session(), researcher_id)
    counted = measure_researcher(db.session(), researcher=researcher)
    return shallow(counted) | {"rank": view_person_rank(db.session(), researcher=researcher)}


@blueprint.route("/<researcher_id>/collaborators", permission="public.read")
@blueprint.response(200, CollaboratorsOut)
def list_collaborators(researcher_id: str) -> dict[str, Any]:
    """List the co-authors, most works first, a thousand at most."""
    researcher = researchers.get_researcher(db.session(), researcher_id)
    return {"results": list_coauthors(db.session(), researcher=researcher)}


@blueprint.route("/<researcher_id>/publications", permission="public.read")
@blueprint.arguments(PublicationQuery, location="query")
@blueprint.response(200, page_of(PublicationOut))
@exported(blueprint)
def list_researchers_publications(page: dict[str, Any], researcher_id: str) -> dict[str, Any]:
    """List a researcher's publications."""
    researcher = researchers.get_researcher(db.session(), researcher_id)
    query = publications.list_publications(researcher=researcher, search=page["search"])
    return paginate(PUBLICATIONS.ask(query, sort=page["sort"], filters=page["filter"]), page)


@blueprint.route("/<researcher_id>/posts", permission="public.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(PostSummaryOut))
def list_researchers_posts(page: dict[str, Any], researcher_id: str) -> dict[str, Any]:
    """List a researcher's posts; one's own drafts among them."""
    author = researchers.get_researcher(db.session(), researcher_id)
    query = posts.list_posts(viewer=viewer(), author=author)
    return paginate(query, page, lambda rows: view_posts(db.session(), rows, viewer=viewer()))


@blueprint.route("/<researcher_id>/reviews", permission="public.read")
@blueprint.arguments(ReviewQuery, location="query")
@blueprint.response(200, page_of(ReviewOut))
def list_researchers_reviews(page: dict[str, Any], researcher_id: str) -> dict[str, Any]:
    """List the reviews a researcher signed; one's own all of them."""
    reviewer = researchers.get_researcher(db.session(), researcher_id)
    query = reviews.list_reviews(viewer=viewer(), reviewer=reviewer)
    query = REVIEWS.ask(query, sort=page["sort"], filters=page["filter"])
    return paginate(query, page, lambda rows: view_reviews(db.session(), rows))


def _locate(public_id: str) -> None:
    @after_this_request
    def add_location(response: Response) -> Response:
        response.headers["Content-Location"] = current_config().url_of(f"/researchers/{public_id}")
        return response


def _stamp(researcher: Researcher) -> tuple[object, ...]:
    return (researcher.public_id, researcher.updated_at)
