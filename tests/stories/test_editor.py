"""An editor sees what is contested and what lacks a reviewer, stands for people, and unmasks nobody."""

from sqlalchemy import Engine

from api.jobs import run_epoch
from tests.api.calls import Caller, declare, draft, publish, review
from tests.api.fixtures import Join

ADMIN = ["read", "write", "review", "admin"]


def test_an_editor_looks_after_the_community(join: Join, visitor: Caller, engine: Engine) -> None:
    rosa = join("rosa")
    eva, mod = join("eva", role="editor", scopes=ADMIN), join("mod", role="moderator", scopes=ADMIN)

    # Somebody new has written a review. While nobody stands for them, it moves the score little.
    newcomer = join("newcomer", unverified=True)
    two = [publish(rosa, title=title) for title in ("before", "after")]
    review(newcomer, two[0], 10)
    newcomer.put(f"/researchers/{newcomer.id}/verification", {"reason": "It is me."}, expect=403)

    # Eva knows them from the congress and stands for them, with a reason that is kept; what they write now counts.
    eva.put(f"/researchers/{eva.id}/verification", {"reason": "It is me."}, expect=422)
    verified = eva.put(f"/researchers/{newcomer.id}/verification", {"reason": "Known from the congress."}).json
    assert (verified["is_verified"], verified["verification"]) == (True, "editor")
    review(newcomer, two[1], 10)
    before, after = (eva.get(f"/posts/{post_id}/score").json for post_id in two)
    assert before["shares"][0]["weight"] < after["shares"][0]["weight"]
    assert before["value"] < after["value"]

    # The community reviews four more posts: one it praises, one it does not, one it is divided about, one unread.
    people = [join() for _ in range(16)]
    praised, poor, divided, unread = (publish(rosa, title=title) for title in ("praised", "poor", "divided", "unread"))
    for number, person in enumerate(people):
        review(person, praised, 9)
        review(person, poor, 2)
        if number:
            review(person, divided, 10 if number % 2 else 1)
    secret = review(people[0], divided, 1, identity="anonymous")

    # Tiers and decisions move with the epoch alone.
    decisions = {post["title"]: post["score"]["decision"] for post in eva.get("/posts").json["results"]}
    assert set(decisions.values()) == {"under_review"}
    run_epoch(engine)
    scores = {post["title"]: post["score"] for post in eva.get("/posts").json["results"]}
    assert (scores["praised"]["decision"], scores["poor"]["decision"]) == ("accepted", "rejected")
    assert scores["praised"]["tier"] in {"strong", "exceptional"}
    assert scores["poor"]["tier"] == "weak"
    assert scores["unread"] == {
        "value": None,
        "low": None,
        "high": None,
        "tier": "emerging",
        "decision": "under_review",
        "decision_by": "community",
        "n_reviews": 0,
    }

    # She finds what is contested, and what lacks reviewers, by filters.
    contested = eva.get("/posts?filter=decision:contested").json["results"]
    assert [post["id"] for post in contested] == [divided]
    lacking = eva.get("/posts?filter=n_reviews:<2,decision:under_review&sort=new").json["results"]
    assert [post["id"] for post in lacking] == [unread, two[1], two[0]]

    # Trends tell her the same and why: what is contested, lacking a reviewer, newly accepted or rejected. Of what is
    # praised and what is poor, to which equally many turned, the praised alone rises; a reader sees no trends.
    found = eva.get("/trends?window=7").json
    assert [one["post"]["id"] for one in found["contested"]] == [divided]
    assert "both sides of acceptance" in found["contested"][0]["why"]
    assert found["lacking_reviewer"][0]["post"]["id"] == unread
    assert found["lacking_reviewer"][0]["why"].startswith("Nobody has reviewed it")
    assert [one["post"]["id"] for one in found["newly_accepted"]] == [praised]
    assert [one["post"]["id"] for one in found["newly_rejected"]] == [poor]
    risen = {one["post"]["id"]: one for one in found["rising_posts"]}
    assert praised in risen
    assert poor not in risen
    assert risen[praised]["n_accounts"] == 16
    assert "16 or more trusted accounts" in risen[praised]["why"]
    assert risen[praised]["post"]["tier"] in {"strong", "exceptional"}
    assert [one["researcher"]["id"] for one in found["rising_researchers"]] == [rosa.id]
    people[0].get("/trends", expect=403)
    visitor.get("/trends", expect=401)

    # She reads how the community came to its decision, and by which reason each step was taken.
    steps = visitor.get(f"/posts/{praised}/history").json["results"]
    assert [(one["kind"], one["by"], one["after"], one["reason"], one["cause"]) for one in steps] == [
        ("decision", "community", "accepted", "acceptable", "reviews"),
        ("tier", "community", scores["praised"]["tier"], "enough_reviews", "reviews"),
    ]
    assert steps[0]["probability"] >= 0.95
    assert (steps[0]["threshold"], steps[0]["n_reviews"]) == (6.0, 16)

    # Figure 2 of it is of another paper. She decides in place of the community, which everybody sees at once, with why.
    why = {"decision": "rejected", "reason": "Figure 2 is of another paper."}
    rosa.put(f"/posts/{praised}/decision", why, expect=403)
    eva.put(f"/posts/{praised}/decision", why)
    told = visitor.get(f"/posts/{praised}/score").json
    assert (told["decision"], told["decision_by"], told["decision_reason"], told["community_decision"]) == (
        *("rejected", "editor", why["reason"]),
        "accepted",
    )
    assert visitor.get(f"/posts/{praised}/history").json["results"][0]["note"] == why["reason"]
    run_epoch(engine)
    rejected = visitor.get("/posts?filter=decision:rejected").json["results"]
    assert {post["id"]: post["score"]["decision_by"] for post in rejected} == {praised: "editor", poor: "community"}
    eva.delete(f"/posts/{praised}/decision", expect=204)
    assert visitor.get(f"/posts/{praised}").json["score"]["decision"] == "accepted"

    # A case waits for a moderator. Eva is none, and does not even see it; the moderator reads it and lets it out.
    case = draft(rosa, kind="case", title="A rare knee")
    declare(rosa, case)
    rosa.post(f"/posts/{case}/publish")
    eva.get(f"/posts/{case}", expect=404)
    eva.post(f"/posts/{case}/release", {"reason": "Looks fine."}, expect=403)
    assert mod.get(f"/posts/{case}").json["status"] == "pending"
    mod.post(f"/posts/{case}/release", {"reason": "Consent is there; nobody can be recognised."})
    assert visitor.get(f"/posts/{case}").json["status"] == "published"

    # Whatever her role, nobody shows an editor or a moderator who wrote the anonymous review.
    hidden = people[0]
    for person in (eva, mod):
        shown = person.get(f"/reviews/{secret}")
        assert shown.json["reviewer"] is None
        for path in (
            f"/posts/{divided}/reviews",
            f"/posts/{divided}/score",
            f"/graph/ego?node=review:{secret}",
            "/trends",
        ):
            assert hidden.id not in person.get(path).get_data(as_text=True)
        for path in ("reviews", "reputation"):
            told = person.get(f"/researchers/{hidden.id}/{path}").get_data(as_text=True)
            assert secret not in told
            assert divided not in told
