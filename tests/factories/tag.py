"""Tags, and their use on posts."""

import factory

from scholarnet.models import PostTag, Tag, TagStatus
from tests.factories.post import PostFactory
from tests.factories.row import RowFactory, key_of


class TagFactory(RowFactory[Tag]):
    class Meta:
        model = Tag

    name = factory.Sequence(lambda n: f"low-field-mri-{n}")
    label = factory.LazyAttribute(lambda row: row.name.replace("-", " "))
    status = TagStatus.ACCEPTED


class PostTagFactory(RowFactory[PostTag]):
    class Meta:
        model = PostTag

    post_id = key_of(PostFactory)
    tag_id = key_of(TagFactory)
