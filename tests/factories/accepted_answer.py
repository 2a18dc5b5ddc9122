"""Accepted answers of questions."""

import factory

from scholarnet.forms import PostKind
from scholarnet.models import AcceptedAnswer
from tests.factories.comment import CommentFactory
from tests.factories.row import RowFactory


class AcceptedAnswerFactory(RowFactory[AcceptedAnswer]):
    """A comment on a new question, unless one is given as `comment`."""

    class Meta:
        model = AcceptedAnswer
        exclude = ("comment",)

    comment = factory.SubFactory(CommentFactory, post__kind=PostKind.QUESTION)
    post_id = factory.SelfAttribute("comment.post_id")
    comment_id = factory.SelfAttribute("comment.id")
