"""Posts."""

from datetime import UTC, datetime

import factory

from scholarnet.forms import PostKind
from scholarnet.models import Audience, Post, PostAuthor, PostStatus, PostVersion
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory


class PostFactory(RowFactory[Post]):
    """A published public preprint with version 1; `by` names its authors in order, one by default.

    Only the row: no score event and no score. `draft=True` and `pending=True` stand before publication.
    """

    class Meta:
        model = Post

    class Params:
        by = factory.LazyFunction(lambda: [ResearcherFactory()])
        title = factory.Sequence(lambda n: f"A low-field MRI protocol for the knee, study {n}")
        abstract = "We scanned forty knees at 0.55 T and 3 T, and two readers compared the images."
        draft = factory.Trait(status=PostStatus.DRAFT, version_number=0, published_at=None)
        pending = factory.Trait(kind=PostKind.CASE, status=PostStatus.PENDING, version_number=0, published_at=None)

    kind = PostKind.PREPRINT
    status = PostStatus.PUBLISHED
    audience = Audience.PUBLIC
    version_number = 1
    created_by_id = factory.LazyAttribute(lambda row: row.by[0].id)
    published_at = datetime(2026, 2, 1, 12, tzinfo=UTC)
    versions = factory.LazyAttribute(
        lambda row: [
            PostVersion(
                number=1,
                title=row.title,
                abstract=row.abstract,
                submitted_at=datetime(2026, 2, 1, 11, tzinfo=UTC) if row.status is PostStatus.PENDING else None,
                published_at=row.published_at,
            )
        ]
    )
    authors = factory.LazyAttribute(
        lambda row: [PostAuthor(researcher=person, position=at) for at, person in enumerate(row.by, start=1)]
    )
    tags = factory.LazyFunction(list)
