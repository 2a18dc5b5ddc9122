"""What moved between two epochs: reasons add up, and each names what was changed and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.errors import Invalid
from scholarnet.models import Identity, Post, Researcher, Review
from scholarnet.services.epoch_diffs import REASONS, STEPS, Difference, difference
from scholarnet.services.epoch_exports import computed_manifest, computed_records
from scholarnet.services.epoch_inputs import Recorded, recorded
from scholarnet.services.epoch_sources import recorded_epoch
from scholarnet.services.epochs import current_epoch
from scholarnet.services.replays import replay
from scholarnet.services.scores import scores_of
from tests import databases
from tests.factories import ResearcherFactory, RulingFactory
from tests.factories.row import using
from tests.services.communities import add_community, add_ring
from tests.services.writing import review


@pytest.fixture(scope="module")
def engine_(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    file = tmp_path_factory.mktemp("diffs") / "one.db"
    file.write_bytes(sqlite_template.read_bytes())
    with databases.disposing(f"sqlite:///{file}") as engine:
        yield engine


@pytest.fixture(scope="module")
def first(engine_: Engine) -> tuple[Recorded, dict[str, float], Recorded]:
    """An epoch, what the fast clock made of scores after some more reviews, and the next epoch."""
    with Session(engine_) as session, using(session):
        posts = add_community(session, n_posts=40, n_reviewers=60, n_each=8)
        add_ring(session, pushed=posts[:5], others=posts[20:30])
        run_epoch(engine_)
        before = recorded_epoch(session, epoch=current_epoch(session))
        known = session.get(Researcher, before_reviewer(session))
        session.rollback()
        review(session, post=posts[30], by=ResearcherFactory(), overall=1.0)
        review(session, post=posts[31], by=ResearcherFactory(), overall=10.0, identity=Identity.ANONYMOUS)
        review(session, post=posts[32], by=known, overall=10.0)
        session.commit()
        names = {post.id: post.public_id for post in posts}
        fast = {names[post_id]: row.value for post_id, row in scores_of(session, post_ids=list(names)).items()}
        session.rollback()
        run_epoch(engine_)
        return before, fast, recorded_epoch(session, epoch=current_epoch(session))


def before_reviewer(session: Session) -> int:
    """Somebody whom the epoch has fitted, and who has not reviewed the post to come."""
    third = sorted(session.scalars(select(Post.id)))[32]
    busy = set(session.scalars(select(Review.reviewer_id).where(Review.post_id == third)))
    return next(one for one in session.scalars(select(Review.reviewer_id).order_by(Review.id)) if one not in busy)


def again(epoch: Recorded, *, set_: dict[str, Any] | None = None, **changed: Any) -> Recorded:
    """The epoch computed again with other inputs or parameters."""
    altered = replace(epoch, snapshot=replace(epoch.snapshot, **changed))
    snapshot, computed = replay(altered, parameters=replace(epoch.population.parameters, **(set_ or {})))
    records = [record for _, record in computed_records(snapshot, computed, n_parts=1)]
    sections = {section: [one for one in records if one["section"] == section] for section in ("person", "work")}
    posts = [one for one in records if one["section"] in {"post", "review"}]
    head = computed_manifest("again", snapshot, computed)
    return recorded("again", head, people=sections["person"], works=sections["work"], parts=[posts])


def of(found: Difference, reason: str) -> np.ndarray:
    return found.reasons[REASONS.index(reason)]


def test_reasons_add_up_to_the_move_to_the_last_bit(first):
    before, _, after = first
    found = difference(before, after)
    assert len(found.posts) > 30
    assert (found.reasons.sum(axis=0) / STEPS == found.after - found.before).all()
    assert (np.diff(np.abs(found.moves)) <= 0).all(), "most first"
    places = {name: at for at, name in before.snapshot.names.posts.items()}
    for name, start in zip(found.posts, found.before.tolist(), strict=True):
        assert start == pytest.approx(before.values[places[name]], abs=1e-11)


def test_new_reviews_are_the_reason_for_what_the_fast_clock_did_before_the_next_fit(first):
    before, fast, after = first
    found = difference(before, after)
    moved = {name: reason / STEPS for name, reason in zip(found.posts, of(found, "reviews").tolist(), strict=True)}
    places = {name: at for at, name in before.snapshot.names.posts.items()}
    told = {name: fast[name] - before.values[places[name]] for name in fast}
    assert sum(abs(one) > 0.01 for one in told.values()) == 3, "a newcomer, an unsigned one, one who is known"
    for name, by in told.items():
        assert moved.get(name, 0.0) == pytest.approx(by, abs=1e-10), name


def test_nothing_moved_between_an_epoch_and_itself(first):
    before, _, _ = first
    found = difference(before, before)
    assert (found.posts, found.reasons.shape) == ((), (4, 0))
    assert difference(before, again(before)).posts == ()


def test_a_parameter_of_the_item_score_is_the_models_reason(first):
    before, _, _ = first
    narrow = difference(before, again(before, set_={"huber_c": 0.5}))
    assert (of(narrow, "model") != 0).sum() > 5
    assert not of(narrow, "reviews").any()


def test_an_editors_ruling_is_the_reason_for_what_the_ring_does_then(first):
    before, _, _ = first
    ring = [person["at"] for person in before.people if (person["read"] or {}).get("budget") is not None]
    assert len(ring) == 5
    ruling = RulingFactory.build(budget=None, actor=None, of=[])
    unseen = {"push_min_reviews": 1000}  # or it is as pushes that they are held
    bounded = again(before, set_=unseen)
    found = difference(bounded, again(bounded, rulings=dict.fromkeys(ring, ruling)))
    pushed = [found.posts.index(before.snapshot.names.posts[at]) for at in range(5)]
    assert not of(found, "reviews").any()
    assert (of(found, "weights")[pushed] / STEPS > 0.1).all(), "they are counted in full"
    assert (np.abs(of(found, "weights")[pushed]) > np.abs(of(found, "model")[pushed])).all()


def test_who_was_read_as_the_average_is_the_models_affair_and_no_reviewers(first):
    before, _, _ = first
    poor = again(before, set_={"fit_min_reviewers": 10_000})  # nobody is told apart
    poorer = again(before, set_={"fit_min_reviewers": 10_000, "prior_freedom": 1000.0})
    found = difference(poor, poorer)
    assert of(found, "model").any()
    assert not of(found, "reviewers").any()
    assert of(difference(poor, before), "reviewers").any()


def test_what_another_version_of_the_model_computes_otherwise_is_the_models_reason(first):
    before, _, _ = first
    other = replace(before, roots=before.roots + 2**31)
    found = difference(before, other)
    assert len(found.posts) == 40
    assert (of(found, "model") == found.moves).all()
    assert (found.moves > 0).all()


def test_epochs_of_other_forms_are_not_compared(first):
    before, _, after = first
    forms = replace(before.population.forms, weights=before.population.forms.weights[:, :-1])
    with pytest.raises(Invalid, match="other forms"):
        difference(replace(before, population=replace(before.population, forms=forms)), after)
