"""The people's stories, told through the generated client."""

import pytest

from tests.api.calls import PREPRINT, Caller, declare, draft, publish, review
from tests.api.fixtures import Join
from tests.client.conftest import As


def test_a_reader_has_a_score_explained(join: Join, visitor: Caller, through: As) -> None:
    rosa, tom, reader = join("rosa"), join("tom"), through(visitor)
    post = publish(rosa, tags=["MRI"])
    review(tom, post, 8)
    (found,) = reader.call("posts.rank_posts", sort="best", filter_="tag:mri").results
    assert reader.call("posts.get_post", found.id).title == PREPRINT["title"]
    score = reader.call("posts.explain_score", post)
    assert sum(share.share for share in score.shares) + score.prior_share == pytest.approx(score.value)
    refused = reader.ask("posts.get_post", "0" * 13)
    assert (refused.status_code, type(refused.parsed).__name__, refused.parsed.status) == (404, "Problem", 404)


def test_a_researcher_publishes_and_answers(join: Join, through: As) -> None:
    rosa, tom = through(join("rosa")), join("tom")
    post = rosa.call("posts.create_post", body=PREPRINT).id
    assert rosa.call("posts.publish_post", post).status == "published"
    said = review(tom, post)
    (read,) = rosa.call("posts.list_posts_reviews", post).results
    assert read.id == said
    assert rosa.call("reviews.respond", said, body={"body": "The field map is added."}).body.startswith("The field")


def test_a_reviewer_drafts_submits_and_revises(join: Join, through: As) -> None:
    post, tom = publish(join("rosa")), through(join("tom"))
    tom.call("review_drafts.save_draft", post, body={"body": "Careful"})
    assert tom.call("review_drafts.get_draft", post).content.to_dict() == {"body": "Careful"}
    said = tom.call("posts.submit_review", post, body={"overall": 7, "body": "Careful work."}).id
    tag = tom.ask("reviews.get_review", said).headers["ETag"]
    change = {"overall": 8, "body": "Careful work, now with a map."}
    assert tom.call("reviews.revise_review", said, body=change, if_match=tag).overall == 8
    assert tom.ask("reviews.revise_review", said, body=change, if_match=tag).status_code == 412


def test_an_integrator_stays_in_step(join: Join, through: As) -> None:
    rosa = join("rosa")
    author, robot = through(rosa), through(join("robot"))
    twice = [author.call("posts.create_post", body=PREPRINT, idempotency_key="once-only-key").id for _ in range(2)]
    assert twice[0] == twice[1]
    posts = [publish(rosa, title=f"Study {number}") for number in range(5)]
    cursor, seen = "*", []
    while cursor:
        page = robot.call("posts.rank_posts", sort="new", per_page=2, cursor=cursor)
        seen += [post.id for post in page.results]
        cursor = page.meta.next_cursor
    assert seen == posts[::-1]
    assert [post.id for post in robot.call("posts.rank_posts", search="study 3").results] == [posts[3]]
    tag = robot.ask("posts.get_post", posts[0]).headers["ETag"]
    assert robot.ask("posts.get_post", posts[0], if_none_match=tag).status_code == 304
    last = max(post.updated_at for post in robot.call("posts.rank_posts", sort="new").results).isoformat()
    author.call("posts.withdraw_post", posts[0], body={"reason": "An error."})
    changed = robot.call("posts.rank_posts", sort="-updated", filter_=f'updated_at:>"{last}"').results
    assert [(post.id, post.status) for post in changed] == [(posts[0], "withdrawn")]


def test_an_editor_and_a_moderator_look_after_it(join: Join, through: As) -> None:
    rosa, newcomer = join("rosa"), join("newcomer", unverified=True)
    eva = through(join("eva", role="editor", scopes=["read", "write", "admin"]))
    mod = through(join("mod", role="moderator", scopes=["read", "write", "admin"]))
    assert eva.call("researchers.verify_researcher", newcomer.id, body={"reason": "Known from a congress."}).is_verified
    invited = {"researcher_id": newcomer.id}
    assert eva.call("invitations.invite", publish(rosa), body=invited).status == "open"
    (own,) = through(newcomer).call("invitations.list_own_invitations").results
    assert through(newcomer).call("invitations.accept", own.id, body={}).status == "accepted"
    case = draft(rosa, kind="case", title="A rare knee")
    declare(rosa, case)
    through(rosa).call("posts.publish_post", case)
    assert mod.call("moderation.release_post", case, body={"reason": "Consent is there."}).status == "published"
