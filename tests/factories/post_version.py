"""Versions of posts."""

from scholarnet.models import PostVersion
from tests.factories.post import PostFactory
from tests.factories.row import RowFactory, key_of


class PostVersionFactory(RowFactory[PostVersion]):
    """The draft of a second version."""

    class Meta:
        model = PostVersion

    post_id = key_of(PostFactory)
    number = 2
    title = "A low-field MRI protocol for the knee, revised"
    abstract = "We scanned eighty knees, and four readers compared the images."
    changes = "Twice as many knees, as the reviewers asked."
