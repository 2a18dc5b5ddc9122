"""A reader without an account finds what is good, how sure that is, and who says so."""

from tests.api.calls import Caller, draft, publish, review
from tests.api.fixtures import Join


def test_a_reader_finds_what_is_good_within_a_tag(join: Join, visitor: Caller) -> None:
    # Rosa has posted about MRI and CT; five people have reviewed it. Some of it is not for everybody.
    rosa = join("rosa")
    reviewers = [join() for _ in range(5)]
    overall = {"poor": 2, "fair": 5, "good": 7, "best": 9}
    titles = {title: publish(rosa, title=title, tags=["MRI"]) for title in overall}
    for title, post_id in titles.items():
        for reviewer in reviewers:
            review(reviewer, post_id, overall[title])
    once = publish(rosa, title="praised once", tags=["MRI"])
    review(reviewers[0], once, 10)
    review(reviewers[0], publish(rosa, title="about CT", tags=["CT"]), 10)
    publish(rosa, title="for members", tags=["MRI"], audience="members")
    draft(rosa, title="a draft", tags=["MRI"])

    # The reader asks for the best within the tag: what many praise comes before what one person praises.
    ranking = visitor.get("/posts?filter=tag:mri&sort=best").json["results"]
    order = [post["title"] for post in ranking]
    assert set(order) == {*overall, "praised once"}
    assert [title for title in order if title in overall] == ["best", "good", "fair", "poor"]
    assert order.index("best") < order.index("praised once")
    assert [post["title"] for post in visitor.get("/posts?filter=tag:mri&sort=-best").json["results"]] == order[::-1]

    # Each score says how sure it is: five reviews make it surer than one.
    width = {post["title"]: post["score"]["high"] - post["score"]["low"] for post in ranking}
    assert width["best"] < width["praised once"]
    assert {post["score"]["n_reviews"] for post in ranking} == {1, 5}

    # The reader pages through the same list, two at a time, along the links, and sees each post once.
    paged = visitor.walk("/posts?filter=tag:mri&sort=best&per_page=2")
    assert [post["title"] for post in paged] == order

    # And who says so: the reviews with their authors, who have profiles.
    said = visitor.get(f"/posts/{titles['best']}/reviews").json["results"]
    assert {one["reviewer"]["id"] for one in said} == {reviewer.id for reviewer in reviewers}
    assert visitor.get(f"/researchers/{said[0]['reviewer']['id']}").json["is_verified"]

    # What goes on just now is another question than what is best: four people recommend a post, and it comes forward
    # under `trending`, while its score is what it was.
    fans = [join() for _ in range(4)]
    trending = "/posts?filter=tag:mri&sort=trending"
    before = [post["title"] for post in visitor.get(trending).json["results"]]
    for fan in fans:
        fan.put(f"/posts/{once}/recommendation")
        visitor.post(f"/posts/{once}/reads")
    after = [post["title"] for post in visitor.get(trending).json["results"]]
    assert after.index("praised once") < before.index("praised once")
    assert (before[0], after[0]) == ("best", "best")
    assert [post["title"] for post in visitor.get("/posts?filter=tag:mri&sort=best").json["results"]] == order
    shown = visitor.get(f"/posts/{once}").json
    assert (shown["n_recommendations"], shown["n_reads"], shown["n_saves"]) == (4, 4, None)
    named = visitor.get(f"/posts/{once}/recommendations").json["results"]
    assert {one["researcher"]["id"] for one in named} == {fan.id for fan in fans}

    # What is not for everybody is nowhere; and a reader without an account only reads.
    everything = visitor.get("/posts?per_page=200").get_data(as_text=True)
    assert "for members" not in everything
    assert "a draft" not in everything
    assert "for members" not in visitor.get(f"/researchers/{rosa.id}/posts").get_data(as_text=True)
    visitor.post(f"/posts/{once}/reviews", {"overall": 1, "body": "No."}, expect=401)
