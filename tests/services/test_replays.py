"""An epoch that was kept is computed again from its records: the same hash on both databases, in any parts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.errors import InputError
from scholarnet.models import (
    Epoch,
    EpochShard,
    Identity,
    Post,
    PostScore,
    Reputation,
    Researcher,
    Review,
    ReviewerFit,
    ShardSection,
)
from scholarnet.services import epoch_shards
from scholarnet.services.epoch_exports import (
    OPERATORS,
    PUBLIC,
    computed_records,
    filed_public_records,
    files_of,
    manifest_of,
    operators_records,
)
from scholarnet.services.epoch_hashes import epoch_hash
from scholarnet.services.epoch_records import part_of
from scholarnet.services.epoch_shards import Dropped, drop_shards
from scholarnet.services.epoch_sources import folder_records, open_folder, public_files, recorded_epoch, recorded_folder
from scholarnet.services.epoch_writing import Writing
from scholarnet.services.epochs import current_epoch, get_epoch
from scholarnet.services.happening_columns import Happenings
from scholarnet.services.happenings import SAVED
from scholarnet.services.replays import NotReplayed, first_difference, replay, verify_scores
from scholarnet.services.works import Publications
from scholarnet.sources.epoch_folders import write_folder
from scoring.root import ONE
from tests import databases
from tests.factories import (
    AcceptedAnswerFactory,
    AuthorshipFactory,
    CommentFactory,
    FollowFactory,
    HelpfulnessVoteFactory,
    PostPublicationFactory,
    PostRecommendationFactory,
    PostTagFactory,
    PublicationFactory,
    ResearcherFactory,
    RulingFactory,
    SavedPostFactory,
    TagFactory,
    UnsignedCreditFactory,
    VouchFactory,
)
from tests.factories.row import using
from tests.services.communities import START, add_community, add_review, add_ring

LATER = START + timedelta(days=60)


def live(session: Session) -> None:
    """Everything that an epoch is computed from: a ring, unsigned reviews, vouches, works; committed."""
    posts = add_community(session, n_posts=40, n_reviewers=60, n_each=8)
    ring = add_ring(session, pushed=posts[:5], others=posts[20:30])
    for at, identity in enumerate((Identity.ANONYMOUS, Identity.PSEUDONYMOUS) * 3):
        newcomer = ResearcherFactory(unverified=at % 2 == 0)
        pseudonym = "Reviewer QQQQ0" if identity is Identity.PSEUDONYMOUS else None
        other = {"trust": 0.0 if at % 2 == 0 else 0.8, "identity": identity, "pseudonym": pseudonym}
        add_review(post=posts[at], by=newcomer, overall=8.0, at=START + timedelta(days=at), **other)
    newcomer = ResearcherFactory(unverified=True)
    add_review(post=posts[9], by=newcomer, overall=8.0, at=START)
    VouchFactory(voucher=ring[0], vouchee=newcomer)
    for at in range(5):
        AuthorshipFactory(publication_id=PublicationFactory(year=2015 + at).id, researcher=ring[at])
    for at, person in enumerate([ring[0], ring[1], newcomer, ResearcherFactory()]):
        PostRecommendationFactory(post_id=posts[at % 2 + 7].id, researcher_id=person.id, created_on=START.date())
        SavedPostFactory(post_id=posts[7].id, researcher_id=person.id, created_on=START.date())
    acclaim(session, ring, newcomer, posts[0])
    for at, tag in enumerate([TagFactory(), TagFactory()]):
        PostTagFactory(post_id=posts[7 + at].id, tag_id=tag.id)
    became = PublicationFactory()
    for post in posts[::3]:
        PostPublicationFactory(post_id=post.id, publication_id=became.id)
    session.commit()


def acclaim(session: Session, ring: list[Researcher], newcomer: Researcher, post: Post) -> None:
    """Votes, follows, an accepted answer and credit for unsigned reviews."""
    written = session.scalars(select(Review).where(Review.withdrawn_at.is_(None)).order_by(Review.id)).all()
    for one in written[:20]:
        for voter in (ring[2], newcomer, ring[0]):
            if voter.id != one.reviewer_id:
                HelpfulnessVoteFactory(review_id=one.id, voter_id=voter.id)
    for person in ring[1:]:
        FollowFactory(follower_id=ring[0].id, followed_id=person.id)
    AcceptedAnswerFactory(comment=CommentFactory(author=ring[0], post=post))
    UnsignedCreditFactory(researcher_id=ring[3].id)


def export(session: Session, epoch: Epoch, folder: Path, *, detail: str = OPERATORS, n_parts: int = 1) -> Path:
    """An epoch in a folder."""
    records = operators_records if detail == OPERATORS else filed_public_records
    write_folder(
        folder,
        manifest=manifest_of(epoch, detail=detail),
        names=files_of(detail, n_parts),
        records=records(session, epoch=epoch, n_parts=n_parts),
    )
    return folder


@dataclass(frozen=True, slots=True)
class World:
    """A community on SQLite, its second epoch, and the folders that was exported to."""

    engine: Engine
    epoch_id: str
    hash: str
    scores_hash: str
    folders: dict[int, Path]
    public: Path


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    place = tmp_path_factory.mktemp("replays")
    (place / "one.db").write_bytes(sqlite_template.read_bytes())
    with databases.disposing(f"sqlite:///{place / 'one.db'}") as engine:
        with Session(engine) as session, using(session):
            live(session)
        run_twice(engine)
        with Session(engine) as session:
            epoch = current_epoch(session)
            folders = {n: export(session, epoch, place / str(n), n_parts=n) for n in (1, 2, 7)}
            public = export(session, epoch, place / "public", detail=PUBLIC, n_parts=2)
            found = World(engine, epoch.public_id, epoch.hash, epoch.scores_hash, folders, public)
        yield found


def run_twice(engine: Engine) -> str:
    """The second epoch has states to go on from."""
    return [run_epoch(engine, as_of=LATER + timedelta(days=day)).hash for day in range(2)][-1]


def records_of(folder: Path) -> list[tuple[str, dict]]:
    return list(folder_records(folder, open_folder(folder)))


def test_the_same_inputs_have_the_same_hash_on_postgresql(world: World, postgresql: URL) -> None:
    with databases.disposing(postgresql) as engine:
        with Session(engine) as session, using(session):
            live(session)
        found = run_twice(engine)
        engine.dispose()
        databases.empty(engine)
    assert found == world.hash


@pytest.mark.parametrize("n_parts", [1, 2, 7])
def test_an_export_is_replayed_to_the_same_hash_scored_file_by_file(world: World, n_parts: int) -> None:
    kept = recorded_folder(world.folders[n_parts])
    assert set(kept.part.tolist()) == {part_of(name, n_parts) for name in kept.snapshot.names.posts.values()}
    assert kept.hash == world.hash
    assert epoch_hash(*replay(kept)) == world.hash


def test_all_that_an_epoch_rests_on_is_in_its_export_and_in_its_hash(world: World) -> None:
    kept = recorded_folder(world.folders[1])
    snapshot = kept.snapshot
    assert {name for person in kept.people for name in person if person[name] is not None} >= {
        *("vouched", "trust", "read", "units", "field", "career_start")
    }
    vouched = next(iter(snapshot.vouched))
    ruling = RulingFactory.build(budget=None, actor=None, of=[])
    changes = {
        "as_of": snapshot.as_of + timedelta(seconds=1),
        "log_position": snapshot.log_position + 1,
        "vouched": snapshot.vouched | {vouched: 0.5},
        "rulings": {person["at"]: ruling for person in kept.people if (person["read"] or {}).get("budget")},
        "states": {},
        "works": replace(snapshot.works, publications=Publications()),
        "authors": snapshot.authors[:0],
        "happenings": Happenings.of([]),
        "topics": snapshot.topics[:-1],
        "became": {},
    }
    assert changes["rulings"]
    found = {
        name: epoch_hash(*replay(replace(kept, snapshot=replace(snapshot, **{name: one}))))
        for name, one in changes.items()
    }
    for name in ("votes", "followers", "answers", "credits"):
        acclaim = replace(snapshot.acclaim, **{name: {} if name == "followers" else ()})
        found[name] = epoch_hash(*replay(replace(kept, snapshot=replace(snapshot, acclaim=acclaim))))
    later = {"log_position": snapshot.log_position + 1, "touched": frozenset(snapshot.post_ids)}  # judged anew by then
    found["touched"] = epoch_hash(*replay(replace(kept, snapshot=replace(snapshot, **later))))
    assert len({world.hash, *found.values()}) == len(changes) + 6, found


def test_no_record_tells_who_wrote_unsigned_and_none_has_a_key(world: World) -> None:
    records = [record for _, record in records_of(world.folders[2])]
    unsigned = [one for one in records if one["section"] == "review" and one["identity"] != "signed"]
    assert len(unsigned) == 6
    assert {(one["by"], one["trust"]) for one in unsigned} == {(None, 0.0), (None, 0.8)}
    assert all(one["spoken_at"].endswith("T00:00:00.000000+00:00") for one in unsigned)
    saved = [one for one in records if one["section"] == "happening" and one["origin"] == SAVED]
    assert [one["by"] is None for one in sorted(saved, key=lambda one: one["source_id"])] == [False, False, True, True]
    bands = recorded_folder(world.folders[2]).population.bands.tolist()
    assert {one["p"] for one in unsigned} <= set(bands)
    names = {one["section"]: set(one) for one in records}
    assert not any(name.endswith("_id") for name in names["review"] | names["post"] | names["person"])


def test_the_public_export_has_of_a_review_what_its_score_needs_and_no_more(world: World) -> None:
    manifest = open_folder(world.public)
    records = [record for _, record in records_of(world.public)]
    reviews = [one for one in records if one["section"] == "review"]
    assert {frozenset(one) for one in reviews} == {frozenset({"section", "id", "post", "x", "p", "phi"})}
    posts = [one for one in records if one["section"] == "post"]
    names = [one["id"] for one in posts]
    assert names == sorted(names), "in the order of random ids"
    assert [(one["post"], one["id"]) for one in reviews] == sorted((one["post"], one["id"]) for one in reviews)
    verified = verify_scores("public", manifest, public_files(world.public, manifest))
    assert (verified.scores_hash, verified.n_posts) == (world.scores_hash, 40)
    with Session(world.engine) as session:
        epoch = get_epoch(session, world.epoch_id)
        stored = set(session.scalars(select(PostScore.value).where(PostScore.epoch_id == epoch.id)))
    assert {one["value"] for one in posts} == stored


@pytest.mark.parametrize("name", ["x", "p", "phi", "theta_k", "low_k", "high", "n_reviews"])
def test_a_number_of_the_public_export_that_was_changed_and_sealed_anew_is_found(world: World, name: str) -> None:
    records = [record for _, record in records_of(world.public)]
    victim = next(one for one in records if name in one and one.get("p", 1) > 0 and one.get("phi", 1) > 0)
    if name == "x":  # to the far other side: Huber's loss does not feel how far out an outlier is
        theta = next(one["theta_k"] for one in records if one["id"] == victim["post"]) / ONE
        victim["x"] = theta + 20 if victim["x"] < theta else theta - 20
    else:
        victim[name] = victim[name] * 0.75 if isinstance(victim[name], float) else victim[name] + 1
    with pytest.raises(NotReplayed, match=victim.get("post", victim["id"])):
        verify_scores("public", open_folder(world.public), [records])


def test_what_differs_first_is_named_when_an_export_was_changed_and_sealed_anew(world: World, tmp_path: Path) -> None:
    manifest, records = open_folder(world.folders[1]), records_of(world.folders[1])
    _, victim = next(one for one in records if one[1]["section"] == "post" and one[1]["tier"] != "emerging")
    victim["tier"] = "emerging"
    head = {key: value for key, value in manifest.items() if key not in {"section", "format", "files"}}
    write_folder(tmp_path / "forged", manifest=head, names=list(manifest["files"]), records=records)
    snapshot, computed = replay(recorded_folder(tmp_path / "forged"))
    found = computed_records(snapshot, computed, n_parts=1)
    why = first_difference(manifest, iter(records_of(tmp_path / "forged")), computed, found)
    assert why.startswith(f"posts-1-of-1.jsonl, post {victim['id']}: tier is 'emerging' in the export, ")
    manifest["population"]["model"]["abar"] += 1e-9
    assert first_difference(manifest, iter(()), computed, iter(())).startswith("the population: model.abar is ")
    manifest["model_version"] = "0"
    assert first_difference(manifest, iter(()), computed, iter(())).startswith("the model: version 0 in the export")


@pytest.mark.parametrize("work", [-1, 10**6, "1"])
def test_a_post_that_became_a_work_which_is_not_there_is_refused(world: World, tmp_path: Path, work: object) -> None:
    manifest, records = open_folder(world.folders[1]), records_of(world.folders[1])
    next(one for _, one in records if one["section"] == "post")["work"] = work
    head = {key: value for key, value in manifest.items() if key not in {"section", "format", "files"}}
    write_folder(tmp_path / "forged", manifest=head, names=list(manifest["files"]), records=iter(records))
    with pytest.raises(InputError, match="not the records of an epoch"):
        recorded_folder(tmp_path / "forged")


def test_exports_are_kept_for_the_last_epochs_and_their_absence_is_said(world: World) -> None:
    with Session(world.engine) as session:
        newest = current_epoch(session)
        first, *_, last = session.scalars(select(Epoch).where(Epoch.n_posts > 0).order_by(Epoch.id)).all()
        assert last.id == newest.id
        drop_shards(session, kept=1)
        assert set(session.scalars(select(EpochShard.epoch_id))) == {last.id}
        with pytest.raises(Dropped, match=first.public_id):
            recorded_epoch(session, epoch=first)
        kept = recorded_epoch(session, epoch=last)
        units = session.scalars(select(Reputation.units).where(Reputation.epoch_id == last.id)).all()
        assert sorted(units) == sorted(one["units"] for one in kept.people if one["units"] is not None)
        fits = session.scalars(select(ReviewerFit.bias).where(ReviewerFit.epoch_id == last.id)).all()
        assert sorted(fits) == sorted(one["read"]["bias"] for one in kept.people if one["read"] is not None)
        session.rollback()


def test_shards_are_cut_by_public_id_and_read_as_one_sorted_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epoch_shards, "REVIEWS_A_SHARD", 100)
    monkeypatch.setattr(epoch_shards, "RECORDS_A_SHARD", 30)
    kept = recorded_folder(world.folders[1])
    snapshot, computed = replay(kept)
    with Session(world.engine) as session:
        epoch = Epoch(model_version="2", hash="", log_position=0, as_of=LATER, population={})
        session.add(epoch)
        session.flush()
        epoch_shards.keep_shards(Writing(session, epoch.id), snapshot=snapshot, computed=computed)
        numbers = select(EpochShard.section, EpochShard.number).where(EpochShard.epoch_id == epoch.id)
        counts = [section for section, _ in session.execute(numbers)]
        assert counts.count(ShardSection.POSTS) == -(-len(kept.read) // 100) > 3
        assert counts.count(ShardSection.PEOPLE) == -(-len(kept.people) // 30) > 2
        read = [
            record
            for section in (ShardSection.PEOPLE, ShardSection.WORKS, ShardSection.POSTS)
            for record in epoch_shards.read_records(session, epoch=epoch, section=section)
        ]
        session.rollback()
    assert read == [record for _, record in records_of(world.folders[1])]


def test_an_epoch_with_nothing_in_it_is_replayed_too(sqlite_template: Path, tmp_path: Path) -> None:
    (tmp_path / "one.db").write_bytes(sqlite_template.read_bytes())
    with databases.disposing(f"sqlite:///{tmp_path / 'one.db'}") as engine:
        found = run_epoch(engine, as_of=LATER).hash
        with Session(engine) as session:
            epoch = current_epoch(session)
            folder = export(session, epoch, tmp_path / "all", n_parts=2)
            public = export(session, epoch, tmp_path / "public", detail=PUBLIC)
    assert epoch_hash(*replay(recorded_folder(folder))) == found
    assert verify_scores("public", open_folder(public), public_files(public, open_folder(public))).n_posts == 0
