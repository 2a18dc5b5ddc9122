"""Claims of authorship: who may confirm them, what a ring cannot do, disputes, and the way back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from scholarnet.models import Authorship, Claim, ClaimState, Confirmation, Publication, Researcher, Role, Verification
from scholarnet.services import claims
from scholarnet.services.claim_views import objection_to
from scholarnet.services.claims import (
    claim,
    decide_claim,
    find_author,
    get_claim,
    list_claims,
    list_claims_to_decide,
    take_back,
)
from scholarnet.services.publication_merges import merge_publications
from scholarnet.services.publications import add_publication, get_publication
from scholarnet.services.researcher_merges import merge
from scholarnet.services.researchers import get_researcher
from tests.factories import ClaimFactory, PostFactory, PublicationFactory, ResearcherFactory

ORCID = "0000-0002-1825-0097"


def unclaimed(name: str = "Anna Weil", **columns: object) -> Researcher:
    return ResearcherFactory(unclaimed=True, name=name, **columns)


def witness(session: Session, *works: Publication, by: Confirmation | None = Confirmation.ORCID) -> Researcher:
    """An account with a place in these works that rests on this."""
    person = ResearcherFactory()
    session.add_all(Authorship(publication_id=one.id, researcher=person, position=9, confirmed_by=by) for one in works)
    session.flush()
    return person


def confirm(session: Session, claim: Claim, by: Researcher) -> Claim:
    return decide_claim(session, actor=by, claim=claim, accepts=True, reason="We wrote it.")


def owner(session: Session, work: Publication, position: int = 1) -> tuple[int, Confirmation | None]:
    columns = (Authorship.researcher_id, Authorship.confirmed_by)
    place = (Authorship.publication_id == work.id, Authorship.position == position)
    return tuple(session.execute(select(*columns).where(*place)).one())


@pytest.mark.parametrize("by", [Confirmation.ORCID, Confirmation.EDITOR])
def test_a_co_author_whose_place_is_shown_confirms(session: Session, by: Confirmation) -> None:
    author = unclaimed()
    work = PublicationFactory(by=[author])
    anna, tom = ResearcherFactory(name="A. Weil"), witness(session, work, by=by)
    made = claim(session, actor=anna, author=author, publication=work)
    assert session.scalars(list_claims_to_decide(actor=tom)).all() == [made]
    assert get_claim(session, made.public_id, viewer=tom) is made
    confirm(session, made, tom)
    assert made.state is ClaimState.CONFIRMED
    assert owner(session, work) == (anna.id, Confirmation.COAUTHOR)
    assert get_researcher(session, author.public_id) is anna
    assert session.scalars(list_claims_to_decide(actor=tom)).all() == []
    take_back(session, actor=anna, claim=made)
    take_back(session, actor=anna, claim=made)
    assert made.state is ClaimState.UNDONE
    assert owner(session, work) == (author.id, None)


def test_who_entered_a_work_confirms_its_authors(session: Session) -> None:
    tom, anna = ResearcherFactory(), ResearcherFactory(name="Anna Weil")
    people = [{"researcher_id": tom.public_id}, {"name": "Anna Weil"}]
    work = add_publication(session, actor=tom, content={"title": "Livers", "year": 2019}, authors=people)
    author = find_author(work, position=2)
    confirm(session, claim(session, actor=anna, author=author, publication=work), tom)
    assert owner(session, work, 2) == (anna.id, Confirmation.COAUTHOR)


@pytest.mark.parametrize("by", [None, Confirmation.ORCID])
def test_nobody_confirms_an_author_whom_a_merge_brought(session: Session, by: Confirmation | None) -> None:
    tom, anna = ResearcherFactory(), ResearcherFactory(name="Anna Weil")
    like = {"title": "Livers", "year": 2019, "doi": None}
    work = PublicationFactory(**like, by=[tom], created_by_id=tom.id)
    session.execute(update(Authorship).values(confirmed_by=by))
    old = PublicationFactory(**like, by=[tom, unclaimed()])
    work = get_publication(session, work.public_id)
    entry = merge_publications(session, actor=tom, publication=work, duplicate_id=old.public_id)
    session.expire_all()
    work = get_publication(session, work.public_id)
    made = claim(session, actor=anna, author=find_author(work, position=2), publication=work)
    with pytest.raises(Forbidden, match="whose own place"):
        confirm(session, made, tom)
    entry.undone_at = now()
    session.flush()
    confirm(session, made, tom)


def test_a_ring_ends_with_its_first_false_place(session: Session) -> None:
    """One true author lets a friend in, who can let nobody in; nor can who was merely named, or is unverified."""
    names = ["Eve One", "Eve Two", "Eve Three"]
    work = PublicationFactory(by=[unclaimed(name) for name in names])
    friend, second = (ResearcherFactory(name=name) for name in names[:2])
    authors = [one.researcher for one in get_publication(session, work.public_id).authorships]
    confirm(session, claim(session, actor=friend, author=authors[0], publication=work), witness(session, work))
    made = claim(session, actor=second, author=authors[1], publication=work)
    named = witness(session, work, by=None)
    doubtful = witness(session, work)
    doubtful.verification = Verification.NONE
    for one in (friend, named, doubtful, second, ResearcherFactory()):
        with pytest.raises(Forbidden):
            confirm(session, made, one)
        assert session.scalars(list_claims_to_decide(actor=one)).all() == []
    for one in (friend, named, doubtful, ResearcherFactory()):
        with pytest.raises(NotFound):
            get_claim(session, made.public_id, viewer=one)
    assert owner(session, work, 2) == (authors[1].id, None)


@pytest.mark.parametrize("doubt", ["name", "dispute", "rejected"])
def test_an_editor_decides_where_a_co_authors_word_is_not_enough(session: Session, doubt: str) -> None:
    author = unclaimed("Anna Weil")
    work = PublicationFactory(by=[author])
    tom, editor = witness(session, work), ResearcherFactory(role=Role.EDITOR)
    anna = ResearcherFactory(name="Adam Weil" if doubt == "name" else "Anna Weil")
    made = claim(session, actor=anna, author=author, publication=work)
    if doubt == "rejected":
        decide_claim(session, actor=tom, claim=made, accepts=False, reason="Not her.")
        assert made.state is ClaimState.REJECTED
        made = claim(session, actor=anna, author=author, publication=work)
    other = claim(session, actor=ResearcherFactory(name="A. Weil"), author=author) if doubt == "dispute" else None
    assert objection_to(session, made) is not None
    with pytest.raises(Forbidden, match="an editor decides"):
        confirm(session, made, tom)
    assert made in session.scalars(list_claims_to_decide(actor=editor)).all()
    confirm(session, made, editor)
    assert owner(session, work) == (anna.id, Confirmation.EDITOR)
    assert other is None or other.state is ClaimState.REJECTED


def test_a_profile_is_confirmed_by_who_knows_all_of_its_works(session: Session) -> None:
    author = unclaimed()
    first, second = PublicationFactory(by=[author]), PublicationFactory(by=[author])
    half, whole = witness(session, first), witness(session, first, second)
    anna = ResearcherFactory(name="Anna M. Weil")
    made = claim(session, actor=anna, author=author)
    with pytest.raises(Forbidden):
        confirm(session, made, half)
    confirm(session, made, whole)
    assert {owner(session, one) for one in (first, second)} == {(anna.id, Confirmation.COAUTHOR)}


def test_one_place_of_several_moves_alone(session: Session) -> None:
    author = unclaimed()
    first, second = PublicationFactory(by=[author]), PublicationFactory(by=[author])
    anna, editor = ResearcherFactory(), ResearcherFactory(role=Role.EDITOR)
    made = claim(session, actor=anna, author=author, publication=first)
    confirm(session, made, editor)
    assert (owner(session, first)[0], owner(session, second)[0]) == (anna.id, author.id)
    assert get_researcher(session, author.public_id) is author
    rest = claim(session, actor=anna, author=author, publication=second)
    confirm(session, rest, editor)
    assert get_researcher(session, author.public_id) is anna
    with pytest.raises(Conflict, match="undo that first"):
        take_back(session, actor=editor, claim=made)
    take_back(session, actor=editor, claim=rest)
    take_back(session, actor=editor, claim=made)
    assert {owner(session, one) for one in (first, second)} == {(author.id, None)}


def test_what_cannot_be_claimed_is_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, author = ResearcherFactory(), unclaimed()
    work = PublicationFactory(by=[author, ResearcherFactory()])
    reviewer = unclaimed("Reviewer 1")
    PostFactory(by=[reviewer])
    with pytest.raises(Conflict, match="an account already"):
        claim(session, actor=anna, author=ResearcherFactory(), publication=work)
    with pytest.raises(Conflict, match="no publication"):
        claim(session, actor=anna, author=reviewer)
    own = PublicationFactory(by=[anna, other := unclaimed()])
    with pytest.raises(Conflict, match="same publication"):
        claim(session, actor=anna, author=other, publication=own)
    PublicationFactory(by=[known := unclaimed(orcid=ORCID)])
    with pytest.raises(Conflict, match="ORCID"):
        claim(session, actor=anna, author=known)
    claim(session, actor=anna, author=author, publication=work)
    with pytest.raises(Conflict, match="already"):
        claim(session, actor=anna, author=author, publication=work)
    monkeypatch.setattr(claims, "MOST_OPEN", 1)
    with pytest.raises(Conflict, match="at most 1"):
        claim(session, actor=anna, author=author)


def test_a_claim_of_a_profile_that_is_merged_into_an_unclaimed_one_is_to_be_made_anew(session: Session) -> None:
    made, kept, editor = ClaimFactory(), unclaimed(), ResearcherFactory(role=Role.EDITOR)
    PublicationFactory(by=[kept])
    merge(session, actor=editor, kept=kept, duplicate=made.author, reason="One address.")
    assert made.state is ClaimState.WITHDRAWN
    claim(session, actor=made.claimant, author=get_researcher(session, made.author.public_id))


def test_a_claim_of_what_is_gone_moves_nothing(session: Session) -> None:
    made, editor = ClaimFactory(), ResearcherFactory(role=Role.EDITOR)
    session.execute(delete(Authorship))
    with pytest.raises(Conflict, match="not there any more"):
        confirm(session, made, editor)


def test_an_author_is_found_by_place_or_id(session: Session) -> None:
    work = PublicationFactory(by=[unclaimed("A B"), second := unclaimed("C D")])
    work = get_publication(session, work.public_id)
    assert find_author(work, position=2) is find_author(work, author_id=second.public_id) is second
    for given, field in (({}, "position"), ({"position": 3}, "position"), ({"author_id": "x"}, "author_id")):
        with pytest.raises(Invalid, match=field):
            find_author(work, **given)


def test_nobody_decides_on_their_own_claim_nor_twice(session: Session) -> None:
    editor, made = ResearcherFactory(role=Role.EDITOR), ClaimFactory()
    own = ClaimFactory(claimant=editor)
    assert own not in session.scalars(list_claims_to_decide(actor=editor)).all()
    with pytest.raises(Forbidden, match="their own"):
        confirm(session, own, editor)
    confirm(session, made, editor)
    with pytest.raises(Conflict, match="confirmed already"):
        decide_claim(session, actor=editor, claim=made, accepts=False, reason="No.")


def test_an_open_claim_is_its_claimants_to_withdraw(session: Session) -> None:
    made, editor = ClaimFactory(), ResearcherFactory(role=Role.EDITOR)
    with pytest.raises(Forbidden, match="decide on it"):
        take_back(session, actor=editor, claim=made)
    take_back(session, actor=made.claimant, claim=made)
    assert made.state is ClaimState.WITHDRAWN
    assert session.scalars(list_claims(claimant=made.claimant)).all() == [made]
    with pytest.raises(NotFound):
        get_claim(session, made.public_id, viewer=ResearcherFactory())


def test_one_of_two_claims_wins_when_both_are_confirmed_at_once(engine: Engine, session: Session) -> None:
    author = unclaimed()
    work = PublicationFactory(by=[author])
    people = [ResearcherFactory(name="Anna Weil") for _ in range(2)]
    ids = [claim(session, actor=one, author=author, publication=work).id for one in people]
    editor_id = ResearcherFactory(role=Role.EDITOR).id
    session.commit()

    def work_on(claim_id: int) -> str:
        with Session(engine) as other:
            made = other.get_one(Claim, claim_id, options=claims.WHOLE)
            try:
                confirm(other, made, other.get_one(Researcher, editor_id))
            except DomainError as error:
                return type(error).__name__
            other.commit()
            return "confirmed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work_on, ids)) == ["Conflict", "confirmed"]
    assert sorted(session.scalars(select(Claim.state)).all()) == ["confirmed", "rejected"]
    assert session.scalar(select(func.count()).select_from(Authorship)) == 1
