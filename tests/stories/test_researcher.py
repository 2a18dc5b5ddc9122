"""A researcher gets critique, answers it, brings out a version 2, and sees why the score is what it is."""

import pytest
from sqlalchemy import Engine

from api.import_jobs import Workshop, run_imports
from api.jobs import run_epoch
from scholarnet.storage import open_storage
from tests.api.calls import Caller, publish
from tests.api.fixtures import Join


def test_a_preprint_is_reviewed_answered_and_revised(join: Join, engine: Engine) -> None:
    rosa, tom, ann = join("rosa"), join("tom"), join("ann")

    # Rosa writes a draft. Nobody else sees it.
    preprint = {
        "kind": "preprint",
        "title": "Knee MRI at 0.55 T",
        "abstract": "Forty knees, two field strengths, two readers.",
        "tags": ["Low-field MRI"],
    }
    post_id = rosa.post("/posts", preprint, expect=201).json["id"]
    post = f"/posts/{post_id}"
    tom.get(post, expect=404)

    # She publishes it: version 1, which nobody has reviewed yet.
    published = rosa.post(f"{post}/publish").json
    assert (published["status"], published["version"]) == ("published", 1)
    assert published["score"]["value"] is None

    # Before he reviews it, Tom reads what is asked of a reviewer of preprints.
    asked = {criterion["name"] for criterion in tom.get("/forms/preprint").json["criteria"]}
    assert {"soundness", "clarity"} <= asked

    # Tom signs his review, Ann stays anonymous. Rosa may not review her own work.
    toms = {"overall": 8, "confidence": 4, "ratings": {"soundness": 4, "clarity": 5}, "body": "Give the field map."}
    toms_review = tom.post(f"{post}/reviews", toms, expect=201).json["id"]
    anns = {"overall": 5, "ratings": {"soundness": 2}, "body": "Two readers are few.", "identity": "anonymous"}
    anns_review = ann.post(f"{post}/reviews", anns, expect=201).json["id"]
    rosa.post(f"{post}/reviews", {"overall": 10, "body": "A classic."}, expect=403)

    # The score is there at once, and explained: the shares of the two reviews and of the prior add up to it.
    score = rosa.get(f"{post}/score").json
    shares = {share["review_id"]: share for share in score["shares"]}
    assert shares.keys() == {toms_review, anns_review}
    total = sum(share["share"] for share in shares.values()) + score["prior_share"]
    assert total == pytest.approx(score["value"], abs=1e-9, rel=0)
    assert score["low"] < score["value"] < score["high"]
    assert rosa.get(post).json["score"]["value"] == score["value"]
    assert shares[toms_review]["weight"] > 0

    # She reads both reviews, and learns of Ann no more than a day and a band of weight.
    reviews = {one["id"]: one for one in rosa.get(f"{post}/reviews").json["results"]}
    assert reviews[toms_review]["reviewer"]["handle"] == "tom"
    assert reviews[anns_review]["reviewer"] is None
    assert len(reviews[anns_review]["created_at"]) == len("2026-01-31")
    assert (shares[anns_review]["weight"], shares[anns_review]["weight_band"] in {1, 2, 3, 4}) == (None, True)
    assert rosa.get(f"/researchers/{ann.id}/reviews").json["results"] == []

    # She answers Ann, brings out a second version, and marks what Ann asked for as done.
    rosa.put(f"/reviews/{anns_review}/response", {"body": "Version 2 has four readers."})
    seen = {"If-Match": rosa.get(post).headers["ETag"]}
    new = {"abstract": "Forty knees, two field strengths, four readers.", "changes": "Two more readers."}
    rosa.patch(post, new, headers=seen)
    assert tom.get(post).json["version"] == 1  # readers keep the first until the second is out
    assert rosa.post(f"{post}/publish").json["version"] == 2
    rosa.put(f"/reviews/{anns_review}/addressed")
    answered = tom.get(f"/reviews/{anns_review}").json
    assert (answered["addressed"], answered["response"]["body"]) == (True, "Version 2 has four readers.")

    # The old reviews stay bound to version 1, which can still be read. Tom looks again: his revision is of version 2.
    assert {one["version"] for one in rosa.get(f"{post}/reviews").json["results"]} == {1}
    assert tom.get(f"{post}/versions/1").json["abstract"] == preprint["abstract"]
    seen = {"If-Match": tom.get(f"/reviews/{toms_review}").headers["ETag"]}
    assert tom.patch(f"/reviews/{toms_review}", {"overall": 9}, headers=seen).json["version"] == 2
    assert rosa.get(f"{post}/score").json["value"] > score["value"]
    moved = rosa.get(f"{post}/score").json["value"]
    said = tom.get(f"/reviews/{toms_review}/revisions").json["results"]
    assert [(one["version"], one["overall"]) for one in said] == [(1, 8), (2, 9)]

    # Ann agrees that version 2 has what she asked for: her 5 counts half for it. Version 1 keeps the score that it had.
    agreed = ann.put(f"/reviews/{anns_review}/addressed/answer", {"agrees": True}).json["addressing"]
    assert (agreed["in_version"], agreed["answer"], agreed["is_faded"]) == (2, "agreed", True)
    assert rosa.get(f"{post}/score").json["value"] > moved
    first, second = (one["score"]["value"] for one in tom.get(f"{post}/versions").json["results"])
    assert (first, second) == (score["value"], rosa.get(f"{post}/score").json["value"])
    before = {one["review_id"]: one["is_faded"] for one in tom.get(f"{post}/score?version=1").json["shares"]}
    assert before == {toms_review: False, anns_review: False}

    # Others come to the same opinion of the second version.
    for colleague in [join() for _ in range(6)]:
        colleague.post(f"{post}/reviews", {"overall": 9, "body": "Four readers: convincing."}, expect=201)
    judged = {one["version"] for one in rosa.get(f"{post}/reviews").json["results"]}
    assert judged == {1, 2}  # Ann's is of the first, still

    # After the next epoch Rosa has a reputation, which is the exact sum of what it is made of.
    run_epoch(engine)
    reputation = rosa.get(f"/researchers/{rosa.id}/reputation").json
    assert sum(share["units"] for share in reputation["shares"]) == reputation["units"] > 0
    assert [(share["component"], share["id"]) for share in reputation["shares"]] == [("posts", post_id)]
    assert reputation["value"] == reputation["units"] / 10_000
    assert sum(reputation["components"].values()) == pytest.approx(reputation["value"], abs=1e-9)
    assert rosa.get(post).json["authors"][0]["reputation"] == reputation["value"]

    # Of Ann's anonymous review her public reputation tells nothing.
    assert anns_review not in rosa.get(f"/researchers/{ann.id}/reputation").get_data(as_text=True)
    assert rosa.get(f"/researchers/{ann.id}/reputation").json["shares"] == []


def test_what_was_published_is_imported_claimed_merged_and_counted(join: Join, visitor: Caller, engine: Engine) -> None:
    rosa, tom = join("rosa"), join("tom")
    eva = join("eva", role="editor", scopes=["read", "write", "admin"])

    # Rosa imports her library. What is broken in it is refused, and costs the others nothing.
    library = b"@article{a, title={Knees}, author={Rosa and Tom}, year=2019}\n@article{b, year=2020}\n"
    sent = rosa.post("/imports", data=library, headers={"Content-Type": "application/x-bibtex"}).json
    storage = open_storage(rosa.client.application.extensions["scholarnet.config"].attachments_place())
    assert run_imports(Workshop(engine, storage)) == 1
    added, refused = rosa.get(f"/imports/{sent['id']}/results").json["results"]
    assert (added["outcome"], refused["outcome"], refused["line"]) == ("added", "refused", 2)
    work = f"/publications/{added['publication_id']}"

    # Names identify nobody. An editor knows Tom; Tom, whose place rests on that, knows Rosa. He sees what became of it.
    toms = tom.post(f"{work}/claims", {"position": 2}, expect=201).json["id"]
    eva.put(f"/claims/{toms}/decision", {"accepts": True, "reason": "Known from the congress."})
    rosas = rosa.post(f"{work}/claims", {"position": 1}, expect=201).json["id"]
    answer = {"accepts": True, "reason": "We wrote it."}
    tom.put(f"/claims/{rosas}/decision", answer)
    assert tom.get(f"/claims/{rosas}").json["state"] == "confirmed"
    tom.put(f"/claims/{rosas}/decision", answer, expect=409)
    assert rosa.get(f"/researchers/{rosa.id}/metrics").json["n_works"] == 1

    # Her preprint became the same article: both are merged, and the graph has one of them.
    post_id = publish(rosa, title="Knees")
    made = rosa.put(f"/posts/{post_id}/publication", {}).json["id"]
    merge = eva.post(f"{work}/merges", {"duplicate_id": made, "reason": "The preprint."}, expect=201).json["id"]
    assert visitor.get(f"/publications/{made}").json["merged_into"] == added["publication_id"]
    assert visitor.get(work).json["posts"] == [post_id]
    around = {one["id"] for one in visitor.get(f"/graph/ego?node=post:{post_id}").json["nodes"]}
    assert f"publication:{added['publication_id']}" in around
    assert f"publication:{made}" not in around
    run_epoch(engine)
    reputation = rosa.get(f"/researchers/{rosa.id}/reputation").json
    assert {one["id"] for one in reputation["shares"] if one["kind"] == "publication"} == {added["publication_id"]}
    assert sum(one["units"] for one in reputation["shares"]) == reputation["units"]

    # It was another work after all.
    eva.delete(f"{work}/merges/{merge}", expect=204)
    assert visitor.get(f"/publications/{made}").json["posts"] == [post_id]
    assert rosa.get(f"/researchers/{rosa.id}/metrics").json["n_works"] == 2
