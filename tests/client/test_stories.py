"""The four people's stories of tests/stories, told through the generated client alone."""

import pytest
from sqlalchemy import Engine

from api.jobs import run_epoch
from scholarnet.models import Role
from tests.client.conftest import Enter, Visit

ADMIN = ["read", "write", "review", "admin"]


def test_a_reader_finds_what_is_good_and_why(enter: Enter, visitor: Visit) -> None:
    rosa, critics, reader = enter("rosa"), [enter("tom"), enter("ann")], visitor()
    overall = {"poor": 2, "good": 7, "best": 9}
    posts = {title: rosa.publish(title=title) for title in overall}
    for title, post in posts.items():
        for critic in critics:
            critic.review(post, overall[title])
    once = rosa.publish(title="once")
    critics[0].review(once, 5)
    rosa.publish(title="about CT", tags=["ct"])
    rosa.publish(title="for members", audience="members")

    ranking = reader.call("posts.rank_posts", sort="best", filter_="tag:mri").results
    assert [post.title for post in ranking if post.title != "once"] == ["best", "good", "poor"]
    assert {post.title: post.score.n_reviews for post in ranking} == {"best": 2, "good": 2, "poor": 2, "once": 1}
    paged = reader.walk("posts.rank_posts", sort="best", filter_="tag:mri", per_page=2)
    assert [post.id for post in paged] == [post.id for post in ranking]

    most = reader.call("posts.rank_posts", sort="reviews", filter_="tag:mri,n_reviews:>1").results
    assert {post.title for post in most} == set(overall)
    lately = reader.call("posts.rank_posts", sort="updated", filter_="tag:mri").results
    assert lately[0].updated_at == max(post.updated_at for post in lately)

    score = reader.call("posts.explain_score", posts["best"])
    assert sum(share.share for share in score.shares) + score.prior_share == pytest.approx(score.value)
    said = reader.call("posts.list_posts_reviews", posts["best"]).results
    assert {one.reviewer.id for one in said} == {critic.id for critic in critics}
    assert reader.call("researchers.get_researcher", said[0].reviewer.id).handle in {"tom", "ann"}
    assert reader.refused("posts.get_post", "0" * 13) == 404
    assert reader.refused("posts.submit_review", once, body={"overall": 1, "body": "No."}) == 401


def test_a_researcher_is_reviewed_answers_and_revises(enter: Enter) -> None:
    rosa, tom, ann = enter("rosa"), enter("tom"), enter("ann")
    content = {"kind": "preprint", "title": "Knee MRI at 0.55 T", "abstract": "Forty knees, two readers."}
    post = rosa.call("posts.create_post", body=content).id
    assert tom.refused("posts.get_post", post) == 404
    published = rosa.call("posts.publish_post", post)
    assert (published.status, published.version, published.score.value) == ("published", 1, None)
    assert {"soundness", "clarity"} <= {one.name for one in tom.call("forms.get_form", "preprint").criteria}

    tom.call("review_drafts.save_draft", post, body={"body": "Careful"})
    assert tom.call("review_drafts.get_draft", post).content.to_dict() == {"body": "Careful"}
    signed = tom.review(post, 8, confidence=4, ratings={"soundness": 4, "clarity": 5})
    unsigned = ann.review(post, 5, identity="anonymous")
    assert rosa.refused("posts.submit_review", post, body={"overall": 10, "body": "A classic."}) == 403

    score = rosa.call("posts.explain_score", post)
    assert {share.review_id for share in score.shares} == {signed, unsigned}
    assert sum(share.share for share in score.shares) + score.prior_share == pytest.approx(score.value)
    reviews = {one.id: one for one in rosa.call("posts.list_posts_reviews", post).results}
    assert (reviews[signed].reviewer.handle, reviews[unsigned].reviewer) == ("tom", None)
    assert rosa.call("researchers.list_researchers_reviews", ann.id).results == []

    rosa.call("reviews.respond", unsigned, body={"body": "Version 2 has four readers."})
    tag = rosa.ask("posts.get_post", post).headers["ETag"]
    new = {"abstract": "Forty knees, four readers.", "changes": "Two more readers."}
    rosa.call("posts.edit_post", post, body=new, if_match=tag)
    assert tom.call("posts.get_post", post).version == 1
    assert rosa.call("posts.publish_post", post).version == 2
    rosa.call("reviews.mark_addressed", unsigned)
    answered = tom.call("reviews.get_review", unsigned)
    assert (answered.addressed, answered.response.body) == (True, "Version 2 has four readers.")
    assert ann.call("reviews.answer_addressed", unsigned, body={"agrees": True}).addressing.is_faded
    assert tom.call("posts.get_version", post, 1).score.value == score.value

    assert tom.call("posts.get_version", post, 1).abstract == content["abstract"]
    tag = tom.ask("reviews.get_review", signed).headers["ETag"]
    assert tom.call("reviews.revise_review", signed, body={"overall": 9}, if_match=tag).version == 2
    assert tom.refused("reviews.revise_review", signed, body={"overall": 10}, if_match=tag) == 412
    revisions = tom.call("reviews.list_revisions", signed).results
    assert [(one.version, one.overall) for one in revisions] == [(1, 8), (2, 9)]
    assert rosa.call("posts.explain_score", post).value > score.value


def test_an_editor_looks_after_the_community(enter: Enter, visitor: Visit) -> None:
    rosa, newcomer = enter("rosa"), enter("newcomer")
    eva = enter("eva", role=Role.EDITOR, scopes=ADMIN)
    reason = {"reason": "Known from the congress."}
    assert newcomer.refused("researchers.verify_researcher", newcomer.id, body=reason) == 403
    assert eva.call("researchers.verify_researcher", newcomer.id, body=reason).is_verified

    unread, read = rosa.publish(title="unread"), rosa.publish(title="read")
    enter("tom").review(read, 8)
    secret = enter("ann").review(read, 3, identity="anonymous")
    lacking = eva.call("posts.rank_posts", filter_="n_reviews:<2,decision:under_review", sort="new").results
    assert [post.id for post in lacking] == [unread]
    assert eva.call("reviews.get_review", secret).reviewer is None
    assert eva.call("invitations.invite", unread, body={"researcher_id": newcomer.id}).status == "open"
    assert eva.call("invitations.get_load", newcomer.id).n_open == 1
    (own,) = newcomer.call("invitations.list_own_invitations").results
    answer = newcomer.call("invitations.accept", own.id, body={"tells_inviter": True})
    assert answer.status == "accepted"
    assert [one.status for one in eva.call("invitations.list_posts_invitations", unread).results] == ["accepted"]

    proposed = rosa.call("tags.propose_tag", body={"label": "Low-field MRI"})
    assert proposed.status == "proposed"
    assert rosa.refused("tags.accept_tag", proposed.name) == 403
    assert eva.call("tags.accept_tag", proposed.name).status == "accepted"
    assert visitor().call("tags.get_tag", proposed.name).label == "Low-field MRI"


def test_an_integrator_reads_everything_and_stays_in_step(enter: Enter, engine: Engine) -> None:
    rosa, tom = enter("rosa"), enter("tom")
    robot = enter("robot", scopes=["read"])
    first = {"kind": "blog", "title": "Once", "abstract": "Only."}
    twice = [rosa.call("posts.create_post", body=first, idempotency_key="once-only-key").id for _ in range(2)]
    assert twice[0] == twice[1]
    posts = [rosa.publish(title=f"Study {number}", kind="blog" if number % 2 else "preprint") for number in range(5)]
    reviews = {tom.review(post, 7) for post in posts[:3]}

    assert [post.id for post in robot.walk("posts.rank_posts", sort="new", per_page=2)] == posts[::-1]
    some = robot.walk("posts.rank_posts", sort="new", per_page=1, filter_="kind:!blog,tag:mri")
    assert [post.id for post in some] == posts[::-2]
    assert {one.id for one in robot.walk("reviews.list_reviews", per_page=2)} == reviews
    assert [post.id for post in robot.call("posts.rank_posts", search="study 3").results] == [posts[3]]
    assert robot.refused("posts.rank_posts", filter_="changed:>2026-01-01") == 400
    tag = robot.ask("posts.get_post", posts[0]).headers["ETag"]
    assert robot.ask("posts.get_post", posts[0], if_none_match=tag).status_code == 304

    mirror = {post.id: post for post in robot.walk("posts.rank_posts", sort="new")}
    last = max(post.updated_at for post in mirror.values()).isoformat()
    rosa.call("posts.withdraw_post", posts[0], body={"reason": "An error."})
    added = rosa.publish(title="Study 5")
    changed = robot.walk("posts.rank_posts", sort="-updated", filter_=f'updated_at:>"{last}"', per_page=1)
    assert [(post.id, post.status) for post in changed] == [(posts[0], "withdrawn"), (added, "published")]

    run_epoch(engine)
    epochs = robot.call("epochs.list_epochs").results
    assert epochs[0].n_reviews == len(reviews) - 1  # one was of the post that is gone
    assert robot.call("epochs.get_epoch", epochs[0].id).hash_ == epochs[0].hash_
    assert robot.call("posts.explain_score", posts[1]).epoch == epochs[0].id
    graph = robot.call("graph.ego", node=f"post:{posts[1]}")
    assert f"researcher:{rosa.id}" in {node.id for node in graph.nodes}

    assert robot.refused("posts.create_post", body=first) == 403
    assert robot.refused("posts.submit_review", posts[1], body={"overall": 1, "body": "No."}) == 403


def test_what_is_not_selected_is_unset_in_the_models_of_a_list(enter: Enter, visitor: Visit) -> None:
    rosa, tom, reader = enter("rosa"), enter("tom"), visitor()
    post = rosa.publish(title="Knees")
    said = tom.review(post, 8)
    work = rosa.call("publications.add_publication", body={"title": "Livers", "year": 2019}).id
    for operation, path, name, value in (
        ("posts.rank_posts", (), "title", "Knees"),
        ("posts.list_posts_reviews", (post,), "overall", 8),
        ("reviews.list_reviews", (), "id", said),
        ("researchers.list_researchers_posts", (rosa.id,), "id", post),
        ("researchers.list_researchers_publications", (rosa.id,), "year", 2019),
        ("publications.list_publications", (), "id", work),
        ("tags.list_tags", (), "name", "mri"),
    ):
        (one,) = reader.call(operation, *path, select=name).results
        assert one.to_dict() == {name: value}, operation
        (whole,) = reader.call(operation, *path).results
        assert len(whole.to_dict()) > 5, operation
    assert [one.to_dict() for one in tom.call("auth.list_tokens", select="name").results] == [{"name": "this client"}]
