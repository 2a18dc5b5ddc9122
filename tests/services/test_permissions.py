"""The table of permissions: nothing is allowed that is not in it."""

import pytest

from scholarnet.errors import Forbidden, NotSignedIn
from scholarnet.models import Post, PostAuthor, Researcher, Role
from scholarnet.permissions import RULES, permit

VISITOR = None
MEMBER, EDITOR, MODERATOR, ADMIN = (Researcher(id=at, role=role) for at, role in enumerate(Role, start=1))
PEOPLE = {"visitor": VISITOR, "member": MEMBER, "editor": EDITOR, "moderator": MODERATOR, "admin": ADMIN}

FROM = {  # the least who may, in general
    "visitor": {"public.read", "account.register", "account.login", "account.recover"},
    "editor": {
        "researcher.verify",
        "researcher.load",
        "researcher.merge",
        "tag.accept",
        "cluster.read",
        "cluster.rule",
        "decision.override",
        "publication.duplicates",
        "epoch.runs",
        "trend.read",
    },
    "moderator": {"post.release", "post.return", "moderation.read"},
    "admin": {"epoch.export", "metrics.read"},
}


def least_for(action: str) -> str:
    return next((who for who, actions in FROM.items() if action in actions), "member")


def may(person: Researcher | None, action: str, thing: object = None) -> bool:
    try:
        permit(person, action, thing)
    except (Forbidden, NotSignedIn):
        return False
    return True


@pytest.mark.parametrize("action", ["", "post.destroy", "POST.EDIT"])
def test_an_unknown_action_is_an_error_for_anybody(action: str) -> None:
    for person in PEOPLE.values():
        with pytest.raises(KeyError):
            permit(person, action)


@pytest.mark.parametrize("action", sorted(RULES))
def test_an_action_is_for_its_role_and_those_above(action: str) -> None:
    least = list(PEOPLE).index(least_for(action))
    assert [may(person, action) for person in PEOPLE.values()] == [at >= least for at in range(len(PEOPLE))]


def test_a_visitor_is_asked_to_sign_in_and_a_member_is_refused() -> None:
    with pytest.raises(NotSignedIn):
        permit(VISITOR, "post.release")
    with pytest.raises(Forbidden, match="moderators"):
        permit(MEMBER, "post.release")


@pytest.mark.parametrize(
    ("action", "above"), [("post.edit", None), ("post.publish", None), ("post.withdraw", Role.MODERATOR)]
)
def test_a_post_is_for_its_authors_and_those_above(action: str, above: Role | None) -> None:
    post = Post(authors=[PostAuthor(researcher_id=MEMBER.id, position=1)])
    assert may(MEMBER, action, post)
    assert not may(Researcher(id=99, role=Role.MEMBER), action, post)
    assert not may(EDITOR, action, post)
    assert may(MODERATOR, action, post) is may(ADMIN, action, post) is (above is Role.MODERATOR)
