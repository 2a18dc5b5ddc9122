"""Comments on posts."""

import factory

from scholarnet.models import Comment
from tests.factories.post import PostFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory


class CommentFactory(RowFactory[Comment]):
    """At the top of a new post; one with a `parent` stands under it, on the same post."""

    class Meta:
        model = Comment

    class Params:
        is_reply = factory.LazyAttribute(lambda row: row.parent is not None)

    parent = None
    post = factory.Maybe("is_reply", factory.SelfAttribute("parent.post"), factory.SubFactory(PostFactory))
    author = factory.SubFactory(ResearcherFactory)
    depth = factory.LazyAttribute(lambda row: row.parent.depth + 1 if row.parent else 0)
    body = "Did you look at scanners of one vendor alone?"
