"""Posts: rankings, drafts, versions, scores, reviews."""

from typing import Any

import orjson
from flask import Response
from sqlalchemy import Row

from api.auth import actor, may, viewer
from api.blueprint import Blueprint
from api.database import db, single_read
from api.pagination import announce, page_of, paginate
from api.post_answers import commit_post, require_post, tag_post
from api.schemas.explanations import PostScoreOut, ScoreQuery
from api.schemas.posts import (
    PostIn,
    PostOut,
    PostPatch,
    VersionOut,
    VersionsOut,
    WithdrawIn,
)
from api.schemas.rankings import RankedPostOut, RankingMeta, RankingQuery
from api.schemas.reviews import ReviewIn, ReviewOut, ReviewQuery
from scholarnet.errors import NotFound
from scholarnet.listings import read_select
from scholarnet.models import PostStatus
from scholarnet.services import criteria_rankings, explanations, post_versions, posts, ranking_rows, rankings, reviews
from scholarnet.services.lists import REVIEWS
from scholarnet.services.post_views import PostView, view_post
from scholarnet.services.researcher_views import view_researcher
from scholarnet.services.review_views import ReviewView, view_new, view_reviews
from scholarnet.services.version_scores import VersionView, view_versions

SUMMARY = tuple(RankedPostOut().fields)

blueprint = Blueprint("posts", "/posts", "What is put up for critique, and its scores")


@blueprint.route("", permission="public.read")
@blueprint.arguments(RankingQuery, location="query")
@blueprint.response(200, page_of(RankedPostOut, RankingMeta))
def rank_posts(query: dict[str, Any]) -> Response:
    """List published posts, best first.

    Under `sort=new` a post that is there while you page is seen exactly once, whatever comes, goes or is scored
    meanwhile. Under the keys that scores give that is promised to each post whose score does not move; one that
    moves may be missed or seen twice, and after a new epoch paging goes on from the same value among the new scores.
    To stay in step ask for `filter=updated_at:>LAST&sort=-updated`, where LAST is the `updated_at` of the last post
    that you have: moments are given in the order in which changes become visible, and withdrawn posts come as
    tombstones.

    With `criteria=soundness:2,clarity:1` the first 1000 posts of the list are ranked by your own weights: the same
    model with these in place of the form's, so that `criteria_score` has a value, an interval and the `best` that it
    is sorted by. Posts whose form has none of these criteria, or that nobody answered any of, come last.
    """
    names = read_select(query["select"], SUMMARY)
    asked = {name: query[name] for name in ("sort", "search", "cursor", "per_page")} | {"filters": query["filter"]}
    page, entries = _rank_by_criteria(query["criteria"], asked) if query["criteria"] else _rank(asked)
    announce(page["next_cursor"])
    body = {
        "meta": {"per_page": query["per_page"], **page},
        "results": [{name: entry[name] for name in names} for entry in entries] if names else entries,
    }
    return Response(orjson.dumps(body), content_type="application/json")


def _rank(asked: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the page says of itself, and its entries."""
    reader = viewer()
    with single_read() as connection:
        page = rankings.rank_posts(connection, viewer=reader, **asked)
    return {"next_cursor": page.next_cursor}, [_summary(row) for row in page.rows]


def _rank_by_criteria(criteria: str, asked: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The same of a list that is ranked anew."""
    page = criteria_rankings.rank_by_criteria(db.session(), viewer=viewer(), criteria=criteria, **asked)
    scored = zip(page.rows, page.scores, strict=True)
    return {"next_cursor": page.next_cursor, "reranked": page.n_posts}, [
        _summary(row) | {"criteria_score": score} for row, score in scored
    ]


@blueprint.route("", methods=["POST"], permission="post.create")
@blueprint.arguments(PostIn)
@blueprint.response(201, PostOut)
def create_post(content: dict[str, Any]) -> PostView:
    """Begin a draft."""
    apart = {name: content.pop(name) for name in ("kind", "tags", "audience", "authors") if name in content}
    post = posts.create_post(db.session(), author=actor(), content=content, **apart)
    return commit_post(post)


@blueprint.route("/<post_id>", permission="public.read", is_tagged=True)
@blueprint.response(200, PostOut)
def get_post(post_id: str) -> PostView:
    """Return a post."""
    post = posts.get_post(db.session(), post_id, viewer=viewer())
    view = view_post(db.session(), post, viewer=viewer())
    tag_post(view)
    return view


@blueprint.route("/<post_id>", methods=["PATCH"], permission="post.edit", needs_match=True)
@blueprint.arguments(PostPatch)
@blueprint.response(200, PostOut)
def edit_post(changes: dict[str, Any], post_id: str) -> PostView:
    """Change the draft, or begin the next version of a published post."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    require_post(post)
    return commit_post(posts.edit_post(db.session(), actor=actor(), post=post, changes=changes))


@blueprint.route("/<post_id>/publish", methods=["POST"], permission="post.publish")
@blueprint.response(200, PostOut)
def publish_post(post_id: str) -> PostView:
    """Publish the draft as the next version."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    return commit_post(posts.publish_post(db.session(), actor=actor(), post=post))


@blueprint.route("/<post_id>/withdraw", methods=["POST"], permission="post.withdraw")
@blueprint.arguments(WithdrawIn)
@blueprint.response(200, PostOut)
def withdraw_post(body: dict[str, Any], post_id: str) -> PostView:
    """Take a post back; a tombstone stays of what was published."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    return commit_post(posts.withdraw_post(db.session(), actor=actor(), post=post, **body))


@blueprint.route("/<post_id>/versions", permission="public.read")
@blueprint.response(200, VersionsOut)
def list_versions(post_id: str) -> dict[str, Any]:
    """List the versions; the draft for its authors, and once it waits for a release for moderators."""
    post = posts.get_post(db.session(), post_id, viewer=viewer())
    readable = post_versions.list_versions(post, viewer=viewer())
    return {"results": view_versions(db.session(), post=post, versions=readable, viewer=viewer())}


@blueprint.route("/<post_id>/versions/<int:number>", permission="public.read")
@blueprint.response(200, VersionOut)
def get_version(post_id: str, number: int) -> VersionView:
    """Return one version, with its own score."""
    post = posts.get_post(db.session(), post_id, viewer=viewer())
    readable = [post_versions.get_version(post, number, viewer=viewer())]
    return view_versions(db.session(), post=post, versions=readable, viewer=viewer())[0]


@blueprint.route("/<post_id>/score", permission="public.read")
@blueprint.arguments(ScoreQuery, location="query")
@blueprint.response(200, PostScoreOut)
def explain_score(query: dict[str, Any], post_id: str) -> explanations.Explanation:
    """Return the score taken apart: what each review contributes, what caps it, and the score without it; in words too.

    It is that of the latest version or of another. Each value without a review is what the score would be had the
    review been withdrawn, in the epoch in force.
    """
    post = posts.get_post(db.session(), post_id, viewer=viewer())
    explanation = explanations.explain(
        db.session(),
        post=post,
        viewer=viewer(),
        version=query["version"],
        shows_clusters=may("cluster.read"),
    )
    if explanation is None:
        raise NotFound("score of post", post_id)
    return explanation


@blueprint.route("/<post_id>/reviews", permission="public.read")
@blueprint.arguments(ReviewQuery, location="query")
@blueprint.response(200, page_of(ReviewOut))
def list_posts_reviews(page: dict[str, Any], post_id: str) -> dict[str, Any]:
    """List the reviews of a post."""
    post = posts.get_post(db.session(), post_id, viewer=viewer())
    query = REVIEWS.ask(reviews.list_reviews(viewer=viewer(), post=post), sort=page["sort"], filters=page["filter"])
    return paginate(query, page, lambda rows: view_reviews(db.session(), rows))


@blueprint.route("/<post_id>/reviews", methods=["POST"], permission="review.create", begins_late=True)
@blueprint.arguments(ReviewIn)
@blueprint.response(201, ReviewOut)
def submit_review(content: dict[str, Any], post_id: str) -> ReviewView:
    """Review the latest version of a post."""
    apart = {
        name: content.pop(name)
        for name in ("identity", "competing_interest", "has_financial_interest")
        if name in content
    }
    reviewer = view_researcher(db.session(), actor())  # what is not of the review is read before others wait for it
    review = reviews.submit_review(db.session(), reviewer=actor(), post_id=post_id, content=content, **apart)
    db.session.commit()
    return view_new(review, reviewer)


def _summary(row: Row[Any]) -> dict[str, Any]:
    """An entry as its schema has it, put together by columns: a dump would cost as much as the query."""
    entry = dict(zip(ranking_rows.ENTRY, row, strict=False))  # a row goes on
    entry["authors"], entry["tags"] = orjson.Fragment(entry["authors"]), orjson.Fragment(entry["tags"])
    if entry["status"] == PostStatus.WITHDRAWN:
        entry["abstract"] = ""
    is_scored = row.tier is not None and not row.is_withheld
    entry["score"] = dict(zip(ranking_rows.SCORE, row[len(ranking_rows.ENTRY) :], strict=False)) if is_scored else None
    entry["is_score_withheld"] = bool(row.is_withheld)
    entry["criteria_score"] = None
    return entry
