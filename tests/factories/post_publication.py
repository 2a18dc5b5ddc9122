"""Posts that became publications."""

from scholarnet.models import PostPublication
from tests.factories.post import PostFactory
from tests.factories.publication import PublicationFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class PostPublicationFactory(RowFactory[PostPublication]):
    class Meta:
        model = PostPublication

    post_id = key_of(PostFactory)
    publication_id = key_of(PublicationFactory)
    linked_by_id = key_of(ResearcherFactory)
