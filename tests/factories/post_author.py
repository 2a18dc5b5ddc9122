"""Authors of posts."""

import factory

from scholarnet.models import PostAuthor
from tests.factories.post import PostFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class PostAuthorFactory(RowFactory[PostAuthor]):
    """The second author of a post."""

    class Meta:
        model = PostAuthor

    post_id = key_of(PostFactory)
    researcher = factory.SubFactory(ResearcherFactory)
    position = 2
