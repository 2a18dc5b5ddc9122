"""Lists: every entry once by keyset, filters, orders, links, and refusals that name what is allowed."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from scholarnet.forms import PostKind
from scholarnet.models import Decision, PostScore, Tier
from tests.api.calls import Caller
from tests.factories import (
    EpochFactory,
    PostFactory,
    PostScoreFactory,
    PostTagFactory,
    PublicationFactory,
    ResearcherFactory,
    ScoreLogFactory,
    TagFactory,
)

N = 60
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def ranked(session: Session) -> list[dict[str, Any]]:
    """Sixty posts of one author; in threes they have the same `best`, and in pairs the same moment."""
    author, epoch, mri = ResearcherFactory(handle="rosa"), EpochFactory(), TagFactory(name="mri")
    old = EpochFactory()
    ScoreLogFactory(current_epoch_id=epoch.id)
    rows, score_of = [], PostScoreFactory.build  # what nobody asks the key of is flushed together with the rest
    for number in range(N):
        kind = [PostKind.PREPRINT, PostKind.BLOG, PostKind.QUESTION][number % 3]
        published_at = START + timedelta(days=number // 2)
        post = PostFactory(by=[author], kind=kind, published_at=published_at, created_at=published_at)
        post.updated_at = updated_at = START + timedelta(days=number * 11 % N)
        best = 1 + (number * 7 % N) // 3 / 4
        tier = [Tier.WEAK, Tier.SOUND, Tier.STRONG, Tier.EMERGING][number % 4]
        decision = Decision.CONTESTED if number % 10 == 0 else Decision.UNDER_REVIEW
        score = {"post_id": post.id, "kind": kind, "tier": tier, "decision": decision}
        session.add(score_of(epoch_id=epoch.id, best=best, value=best + 1, n_reviews=number % 5, **score))
        session.add(score_of(epoch_id=old.id, best=9.9, **score))  # noise: nobody asks for the old epoch
        if number % 2:
            session.add(PostTagFactory.build(post_id=post.id, tag_id=mri.id))
        rows.append({"id": post.public_id, "key": post.id, "best": best, "at": published_at, "number": number})
        rows[-1] |= {"updated": updated_at, "n_reviews": number % 5}
    PostScoreFactory(epoch_id=epoch.id, post_id=PostFactory(draft=True, by=[author]).id)  # noise
    session.commit()
    return rows


@pytest.mark.parametrize("sort", ["best", "-best", "new", "-new", "updated", "-updated", "reviews", "-reviews"])
@pytest.mark.parametrize("per_page", [7, 30, 200])
def test_paging_sees_each_post_once_and_in_order(
    visitor: Caller, ranked: list[dict[str, Any]], sort: str, per_page: int
) -> None:
    field = {"best": "best", "new": "at", "updated": "updated", "reviews": "n_reviews"}[sort.removeprefix("-")]
    expected = sorted(ranked, key=lambda row: (row[field], row["key"]), reverse=not sort.startswith("-"))
    seen = visitor.walk(f"/posts?sort={sort}&per_page={per_page}")
    assert [post["id"] for post in seen] == [row["id"] for row in expected]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tag:mri", lambda n: n % 2 == 1),
        ("tag:!mri", lambda n: n % 2 == 0),
        ("kind:blog", lambda n: n % 3 == 1),
        ("kind:!blog", lambda n: n % 3 != 1),
        ("kind:blog|question", lambda n: n % 3 != 0),
        ("tier:strong|sound", lambda n: n % 4 in {1, 2}),
        ("decision:contested", lambda n: n % 10 == 0),
        ("n_reviews:0", lambda n: n % 5 == 0),
        ("n_reviews:<2", lambda n: n % 5 < 2),
        ("score:>=4", lambda n: 2 + (n * 7 % N) // 3 / 4 >= 4),
        ("published_at:>2026-01-20", lambda n: n // 2 > 19),
        ("created_at:<=2026-01-02T00:00:00Z", lambda n: n // 2 <= 1),
        ("tag:mri,kind:!blog,tier:strong|sound", lambda n: n % 2 == 1 and n % 3 != 1 and n % 4 in {1, 2}),
        ('tag:"mri",n_reviews:>0,n_reviews:<3', lambda n: n % 2 == 1 and 0 < n % 5 < 3),
        ("tag:nothing", lambda n: n < 0),
        ("author:0000000000000", lambda n: n < 0),
    ],
)
def test_a_filter_keeps_what_it_says(visitor: Caller, ranked: list[dict[str, Any]], text: str, wanted: Any) -> None:
    url = visitor.get("/posts", query_string={"filter": text, "per_page": 9})
    seen = [post["id"] for post in visitor.walk(url.request.url)]
    expected = {row["id"] for row in ranked if wanted(row["number"])}
    assert len(seen) == len(set(seen))
    assert set(seen) == expected


def test_the_last_page_says_so(visitor: Caller, ranked: list[dict[str, Any]]) -> None:
    whole = visitor.get(f"/posts?per_page={len(ranked)}")
    assert whole.json["meta"] == {"per_page": N, "next_cursor": None}
    assert "Link" not in whole.headers
    first = visitor.get("/posts?per_page=59&sort=new&filter=kind:!case")
    assert "sort=new" in first.headers["Link"]
    assert first.json["meta"]["next_cursor"] in first.headers["Link"]
    assert len(visitor.get("/posts").json["results"]) == 25


def test_paging_is_not_disturbed_by_what_comes_in(
    visitor: Caller, ranked: list[dict[str, Any]], session: Session
) -> None:
    first = visitor.get("/posts?per_page=30").json
    epoch_id = session.query(PostScore.epoch_id).filter_by(best=ranked[0]["best"]).first()[0]
    PostScoreFactory(epoch_id=epoch_id, post_id=PostFactory().id, best=9.5)
    session.commit()
    second = visitor.get(f"/posts?per_page=200&cursor={first['meta']['next_cursor']}").json
    seen = [post["id"] for page in (first, second) for post in page["results"]]
    assert len(seen) == N
    assert set(seen) == {row["id"] for row in ranked}


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"sort": "hot"}, ["best", "-best", "new", "-new"]),
        ({"sort": "--best"}, ["best"]),
        ({"filter": "topic:mri"}, ["'topic'", "tag", "tier", "kind", "published_at"]),
        ({"filter": "tier:good"}, ["weak", "exceptional"]),
        ({"filter": "kind:tweet"}, ["preprint", "talk"]),
        ({"filter": "tag"}, ["field:value"]),
        ({"filter": "tag:"}, ["field:value"]),
        ({"filter": "score:>good"}, ["score"]),
        ({"filter": "score:nan"}, ["finite"]),
        ({"filter": "tag:>mri"}, ["no order"]),
        ({"filter": "created_at:yesterday"}, ["created_at"]),
        ({"filter": "created_at:>0001-01-01T00:00:00+23:59"}, ["years"]),
        ({"filter": "n_reviews:1e300"}, ["n_reviews"]),
        ({"filter": "status:draft"}, ["published", "withdrawn"]),
        ({"select": "id,body"}, ["'body'", "id", "title", "score"]),
        ({"cursor": "abc"}, ["cursor=*"]),
        ({"cursor": cursor('["best",5.5,"0000000000000"]')}, ["cursor=*"]),
        ({"cursor": cursor('["reviews",1e300,"x"]'), "sort": "reviews"}, ["cursor=*"]),
        ({"cursor": "é"}, ["cursor=*"]),
        ({"cursor": cursor('["new","2026-01-01T00:00:00Z","x"]')}, ["cursor=*"]),
        ({"cursor": cursor('["best",{},"x"]')}, ["cursor=*"]),
        ({"cursor": cursor('["best",1e999,"x"]')}, ["cursor=*"]),
        ({"cursor": cursor('["new",5,"x"]'), "sort": "new"}, ["cursor=*"]),
    ],
)
def test_a_ranking_is_refused_by_name(visitor: Caller, query: dict[str, str], names: list[str]) -> None:
    detail = visitor.get("/posts", query_string=query, expect=400).json["detail"]
    assert [name for name in names if name not in detail] == []


@pytest.mark.parametrize("path", ["/posts", "/reviews", "/researchers", "/publications", "/tags", "/epochs"])
def test_a_list_knows_its_parameters(visitor: Caller, path: str) -> None:
    for query in ({"per_page": 0}, {"per_page": 201}, {"per_page": "many"}, {"offset": 20}, {"page": 2}):
        problem = visitor.get(path, query_string=query, expect=422).json
        assert problem["errors"].keys() == query.keys()
    visitor.get(path, query_string={"cursor": "abc"}, expect=400)
    assert visitor.get(path, query_string={"cursor": "*", "per_page": 200}).json["meta"] == {
        "per_page": 200,
        "next_cursor": None,
    }


@pytest.mark.parametrize("text", [">s:abc~s:abc", ">i:4~i:4", ">d:2026-01-01~s:abc", ">i:4", "<", ">", ">x:1~x:2"])
@pytest.mark.parametrize("path", ["/researchers", "/tags"])
def test_a_cursor_of_another_list_is_no_fault_of_the_server(visitor: Caller, path: str, text: str) -> None:
    response = visitor.client.get(f"/api/v1{path}?cursor={cursor(text)}")
    assert response.status_code in {200, 400}


@pytest.mark.parametrize(
    ("path", "make"),
    [("/researchers", ResearcherFactory), ("/publications", PublicationFactory), ("/tags", TagFactory)],
)
def test_an_ordinary_list_shows_each_entry_once(visitor: Caller, session: Session, path: str, make: Any) -> None:
    for _ in range(9):
        make()
    session.commit()
    name = "name" if path == "/tags" else "id"
    whole = [one[name] for one in visitor.walk(f"{path}?per_page=200")]
    paged = [one[name] for one in visitor.walk(f"{path}?per_page=4")]
    assert len(paged) == len(set(paged)) >= 9
    assert paged == whole
