"""Merging profiles: what moves, what is refused, the record, the way back, and that no import brings them again."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from scholarnet.graph import ego
from scholarnet.models import (
    AuditEntry,
    Authorship,
    Follow,
    Identity,
    PostAuthor,
    PublicationType,
    Researcher,
    ResearcherMerge,
    Role,
    Vouch,
)
from scholarnet.services.import_people import ensure_people
from scholarnet.services.import_publications import import_publications
from scholarnet.services.researcher_merges import get_merge, list_merges, merge, undo_merge
from scholarnet.services.researchers import add_unclaimed, get_researcher, list_researchers
from scholarnet.sources.references import Name, Reference
from scholarnet.sources.venue_reviews import ItemRow
from tests.factories import (
    AuthorshipFactory,
    FollowFactory,
    PostFactory,
    PublicationFactory,
    ResearcherFactory,
    ReviewFactory,
    VouchFactory,
)

ORCID, OTHER = "0000-0002-1825-0097", "0000-0002-1694-233X"


def unclaimed(name: str = "Anna Weil", *, works: int = 1, **columns: object) -> Researcher:
    """An author of `works` publications, second after somebody else."""
    person = ResearcherFactory(unclaimed=True, name=name, **columns)
    for _ in range(works):
        AuthorshipFactory(researcher=person, roles=["software"])
    return person


def editor() -> Researcher:
    return ResearcherFactory(role=Role.EDITOR)


def join_profiles(session: Session, kept: Researcher, duplicate: Researcher) -> ResearcherMerge:
    return merge(session, actor=editor(), kept=kept, duplicate=duplicate, reason="One address.")


def places(session: Session, person: Researcher) -> list[tuple[int, int, list[str], str | None]]:
    columns = (Authorship.publication_id, Authorship.position, Authorship.roles, Authorship.confirmed_by)
    rows = session.execute(select(*columns).where(Authorship.researcher_id == person.id))
    return sorted(tuple(row) for row in rows)


def test_the_works_move_with_place_and_roles_and_come_back(session: Session) -> None:
    kept, duplicate = ResearcherFactory(), unclaimed(works=2)
    own = PublicationFactory(by=[kept]).id
    before = places(session, duplicate)
    entry = join_profiles(session, kept, duplicate)
    assert entry.is_whole
    assert len(entry.moved["publications"]) == 2
    moved = [(work, 2, ["software"], "editor") for work, *_ in before]
    assert places(session, kept) == sorted([(own, 1, [], None), *moved])
    assert places(session, duplicate) == []
    undo_merge(session, actor=editor(), entry=entry)
    undo_merge(session, actor=editor(), entry=entry)
    assert places(session, duplicate) == before
    assert places(session, kept) == [(own, 1, [], None)]
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["researcher.merge", "researcher.unmerge"]


def test_a_merged_profile_is_found_nowhere_but_leads_to_the_kept_one(session: Session) -> None:
    kept, duplicate = unclaimed(), unclaimed()
    voucher = VouchFactory(vouchee=duplicate)
    entry = join_profiles(session, kept, duplicate)
    assert get_researcher(session, duplicate.public_id) is kept
    assert duplicate not in session.scalars(list_researchers()).all()
    with pytest.raises(NotFound):
        ego(session, node=f"researcher:{duplicate.public_id}")
    assert voucher.revoked_at is not None
    undo_merge(session, actor=editor(), entry=entry)
    session.expire_all()
    assert get_researcher(session, duplicate.public_id) is duplicate
    assert session.get_one(Vouch, voucher.id).revoked_at is None


def test_who_follows_the_duplicate_follows_the_kept_one(session: Session) -> None:
    kept, duplicate = ResearcherFactory(), unclaimed()
    followers = [ResearcherFactory(), ResearcherFactory()]
    for follower, followed in [(one, duplicate) for one in (*followers, kept)] + [(followers[0], kept)]:
        FollowFactory(follower=follower, followed=followed)
    join_profiles(session, kept, duplicate)
    rows = session.execute(select(Follow.follower_id, Follow.followed_id)).all()
    assert sorted(rows) == sorted((one.id, kept.id) for one in followers)


def test_an_import_finds_the_kept_one_again(session: Session) -> None:
    row = ItemRow(item="1", title="T", abstract="", authors=("Anna Weil",), keywords=())
    people = {"venue": "ICLR", "items": [row], "reviews": [], "by_item": False, "is_verified": False}
    author = session.get_one(Researcher, ensure_people(session, **people).author_ids["Anna Weil"])
    AuthorshipFactory(researcher=author)
    kept, with_id = unclaimed(), unclaimed(orcid=ORCID)
    join_profiles(session, kept, author)
    entry = join_profiles(session, kept, with_id)
    again = ensure_people(session, **people)
    assert (again.author_ids["Anna Weil"], again.n_new_authors) == (kept.id, 0)
    assert add_unclaimed(session, name="A. Weil", orcid=ORCID) is kept
    names = (Name("Weil", "Anna", orcid=ORCID),)
    work = Reference(line=1, key="w", type=PublicationType.ARTICLE, title="New", year=2020, authors=names)
    import_publications(session, [work])
    assert len(places(session, kept)) == 4
    undo_merge(session, actor=editor(), entry=entry)
    assert (kept.orcid, with_id.orcid) == (None, ORCID)


def test_an_import_finds_the_account_that_an_id_was_merged_into(session: Session) -> None:
    account, with_id = ResearcherFactory(), unclaimed(orcid=ORCID)
    join_profiles(session, account, with_id)
    assert account.orcid is None  # an account proves its iD, and does not get it so
    assert add_unclaimed(session, name="A. Weil", orcid=ORCID) is account


def test_the_posts_of_an_unclaimed_profile_go_to_another_and_to_no_account(session: Session) -> None:
    duplicate, kept, account = unclaimed(), unclaimed(), ResearcherFactory()
    post = PostFactory(by=[duplicate])
    stamp = post.updated_at
    entry = join_profiles(session, kept, duplicate)
    owner = select(PostAuthor.researcher_id).where(PostAuthor.post_id == post.id)
    assert session.scalar(owner) == kept.id
    session.refresh(post, ["updated_at"])
    assert post.updated_at > stamp
    undo_merge(session, actor=editor(), entry=entry)
    assert session.scalar(owner) == duplicate.id
    ReviewFactory(post=post, reviewer=account, identity=Identity.ANONYMOUS)
    entry = join_profiles(session, account, duplicate)
    assert not entry.is_whole  # the works went, the post and its author stay, whatever the account has reviewed
    assert (session.scalar(owner), duplicate.merged_into_id) == (duplicate.id, None)
    assert len(places(session, account)) == 1


@pytest.mark.parametrize("identity", list(Identity))
def test_a_profile_that_has_reviews_is_not_merged_either_way(session: Session, identity: Identity) -> None:
    author, reviewer = unclaimed(), unclaimed()
    ReviewFactory(reviewer=reviewer, identity=identity)
    for pair in ((author, reviewer), (reviewer, author), (ResearcherFactory(), reviewer)):
        with pytest.raises(Conflict, match="more than authorships"):
            join_profiles(session, *pair)


def test_whether_somebody_reviews_is_not_told_of_who_is_no_author(session: Session) -> None:
    nobody, reviewer = (ResearcherFactory(unclaimed=True, name="R1") for _ in range(2))
    ReviewFactory(reviewer=reviewer, identity=Identity.ANONYMOUS)
    said = set()
    for one in (nobody, reviewer):
        with pytest.raises(Conflict) as refused:
            join_profiles(session, ResearcherFactory(), one)
        said.add(refused.value.message)
    assert len(said) == 1


def test_two_people_are_not_merged(session: Session) -> None:
    first, second = ResearcherFactory(), unclaimed()
    with pytest.raises(Conflict, match="both are accounts"):
        join_profiles(session, first, ResearcherFactory())
    with pytest.raises(Conflict, match="merge the other one into it"):
        join_profiles(session, second, first)
    with pytest.raises(Invalid, match="duplicate_id"):
        join_profiles(session, second, second)
    with pytest.raises(Conflict, match="different ORCID"):
        join_profiles(session, unclaimed(orcid=ORCID), unclaimed(orcid=OTHER))
    PublicationFactory(by=[first, second])
    with pytest.raises(Conflict, match="one publication"):
        join_profiles(session, first, second)
    third, fourth = unclaimed(), unclaimed()
    PostFactory(by=[third, fourth])
    with pytest.raises(Conflict, match="one post"):
        join_profiles(session, third, fourth)


def test_only_an_editor_merges_and_not_into_themself(session: Session) -> None:
    duplicate, one = unclaimed(), editor()
    for actor, kept in ((ResearcherFactory(), ResearcherFactory()), (one, one)):
        with pytest.raises(Forbidden):
            merge(session, actor=actor, kept=kept, duplicate=duplicate, reason="Me.")
    entry = join_profiles(session, account := ResearcherFactory(), duplicate)
    for act in (
        lambda who: list_merges(actor=who, kept=account),
        lambda who: undo_merge(session, actor=who, entry=entry),
    ):
        with pytest.raises(Forbidden):
            act(ResearcherFactory())
    assert session.scalars(list_merges(actor=account, kept=account)).all() == [entry]
    undo_merge(session, actor=account, entry=get_merge(session, entry.public_id, kept=account))
    assert len(places(session, duplicate)) == 1


def test_merges_are_undone_in_the_opposite_order(session: Session) -> None:
    first, second, third = (unclaimed() for _ in range(3))
    early = join_profiles(session, second, first)
    late = join_profiles(session, third, second)
    early_id, late_id = early.public_id, late.public_id
    assert get_researcher(session, first.public_id) is third
    with pytest.raises(Conflict, match="undo that first"):
        undo_merge(session, actor=editor(), entry=early)
    session.expire_all()
    undo_merge(session, actor=editor(), entry=get_merge(session, late_id, kept=third))
    session.expire_all()
    assert get_researcher(session, first.public_id) is second
    undo_merge(session, actor=editor(), entry=get_merge(session, early_id, kept=second))
    assert [len(places(session, one)) for one in (first, second, third)] == [1, 1, 1]


def test_one_of_two_merges_wins_when_both_come_at_once(engine: Engine, session: Session) -> None:
    kept, duplicate, actor = [ResearcherFactory(), ResearcherFactory()], unclaimed(), editor()
    ids, duplicate_id, actor_id = [one.id for one in kept], duplicate.id, actor.id
    session.commit()

    def work(kept_id: int) -> str:
        with Session(engine) as other:
            people = [other.get_one(Researcher, key) for key in (actor_id, kept_id, duplicate_id)]
            try:
                merge(other, actor=people[0], kept=people[1], duplicate=people[2], reason="At once.")
            except DomainError as error:
                return type(error).__name__
            other.commit()
            return "merged"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, ids)) == ["Conflict", "merged"]
    assert session.scalar(select(func.count()).select_from(ResearcherMerge)) == 1
    assert session.scalar(select(func.count()).where(Authorship.researcher_id.in_(ids))) == 1
