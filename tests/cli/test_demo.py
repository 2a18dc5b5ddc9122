"""`scholarnet demo`: one command, and there is a community to look at; a second run keeps it."""

import shutil
import socket
from contextlib import closing

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.cli import main, planting
from scholarnet.db import make_engine
from scholarnet.models import (
    Cluster,
    ClusterEffect,
    Decision,
    Epoch,
    PostAuthor,
    Researcher,
    Review,
    ReviewerFit,
    Tier,
)
from scholarnet.services.researchers import authenticate
from seed.people import KNOWN, PASSWORD, RING_SIZE


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The result of the first run, and its database, at the demo's own size."""
    path = tmp_path_factory.mktemp("demo") / "instance" / "demo.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCHOLARNET_DATABASE_URL", f"sqlite:///{path}")
        patch.setenv("COLUMNS", "160")
        yield CliRunner().invoke(main, ["demo", "--no-serve"]), path


@pytest.fixture
def demo_engine(first, tmp_path, monkeypatch):
    """A copy of the demo's database, configured."""
    url = f"sqlite:///{shutil.copy(first[1], tmp_path / 'copy.db')}"
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "160")
    engine = make_engine(url)
    yield engine
    engine.dispose()


def test_the_first_run_prints_a_ranking_with_every_tier_and_decision(first):
    result, _ = first
    assert (result.exit_code, result.stderr) == (0, "")
    head, *lines = result.stdout.splitlines()
    assert head.split() == ["rank", "score", "interval", "tier", "decision", "reviews", "kind", "title"]
    ranked = [line for line in lines if line[:4].strip().isdigit()]
    assert len(ranked) >= 60
    for word in (*Tier, *Decision):
        assert any(f" {word} " in line for line in ranked), word
    assert PASSWORD in result.stdout


def test_whom_it_names_can_sign_in(demo_engine):
    with Session(demo_engine) as session:
        for known in KNOWN:
            researcher = authenticate(session, handle=known.handle, password=PASSWORD)
            assert researcher is not None
            assert researcher.role is known.role
            assert researcher.is_verified


def test_a_second_run_seeds_and_fits_nothing_and_prints_the_same(first, demo_engine):
    def size() -> tuple[int | None, int | None]:
        with Session(demo_engine) as session:
            return session.scalar(select(func.count(Review.id))), session.scalar(select(func.max(Epoch.id)))

    before = size()
    result = CliRunner().invoke(main, ["demo", "--no-serve"])
    assert (result.exit_code, result.stdout) == (0, first[0].stdout)
    assert size() == before


def test_a_port_in_use_is_told_before_anything_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", f"sqlite:///{tmp_path / 'instance' / 'x.db'}")
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = CliRunner().invoke(main, ["demo", "--port", str(taken.getsockname()[1])])
    assert result.exit_code == 2
    assert "--port" in result.stderr
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize("name", ["demo", "seed"])
def test_production_gets_no_accounts_with_a_public_password(name, monkeypatch):
    monkeypatch.setenv("SCHOLARNET_ENVIRONMENT", "production")
    monkeypatch.setenv("SCHOLARNET_SECRET_KEY", "a key that is long enough")
    result = CliRunner().invoke(main, [name])
    assert result.exit_code == 2
    assert "production" in result.stderr


def test_a_run_that_broke_off_after_the_seed_is_finished_by_the_next(engine, monkeypatch):
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    planting.plant(engine, n_researchers=20, seed=2)
    assert CliRunner().invoke(main, ["demo", "--no-serve"]).exit_code == 0
    with Session(engine) as session:
        assert session.scalar(select(func.max(Epoch.log_position))) > 0


def test_the_ring_is_found_and_nobody_else_and_it_costs_the_ring_its_push(demo_engine):
    with Session(demo_engine) as session:
        ring = set(session.scalars(select(Researcher.id).order_by(Researcher.id.desc()).limit(RING_SIZE)))
        clusters = session.scalars(select(Cluster).where(Cluster.budget.is_not(None))).all()
        fits = session.scalars(select(ReviewerFit).where(ReviewerFit.cluster_id.in_([one.id for one in clusters])))
        found = {fit.researcher_id for fit in fits}
        assert len(clusters) == 1
        assert found <= ring
        assert len(found) >= 5
        theirs = select(PostAuthor.post_id).where(PostAuthor.researcher_id.in_(ring))
        effects = session.scalars(select(ClusterEffect).where(ClusterEffect.post_id.in_(theirs))).all()
        assert len(effects) == RING_SIZE
        assert all(effect.value < 6 for effect in effects)  # they are worth 3.5
        assert sum(effect.value_in_full - effect.value for effect in effects) / RING_SIZE > 2
    printed = CliRunner().invoke(main, ["clusters"]).output
    assert sum(line.startswith("cluster ") for line in printed.splitlines()) >= 1
