"""Attachments."""

import factory

from scholarnet.models import Attachment
from tests.factories.post_version import PostVersionFactory
from tests.factories.row import RowFactory, key_of


class AttachmentFactory(RowFactory[Attachment]):
    """A table of a draft; only the row, with no object behind it."""

    class Meta:
        model = Attachment

    version_id = key_of(PostVersionFactory)
    position = factory.Sequence(lambda n: n)
    name = "knees.csv"
    media_type = "text/csv; charset=utf-8"
    size_bytes = 12
    sha256 = "0" * 64
    object_key = factory.Sequence(lambda n: f"{n:032x}")
