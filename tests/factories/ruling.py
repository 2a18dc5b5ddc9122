"""Rulings on clusters."""

import factory

from scholarnet.models import Ruling, RulingMember
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class RulingFactory(RowFactory[Ruling]):
    """An editor lifted the budget of three; `of` names them."""

    class Meta:
        model = Ruling

    class Params:
        of = factory.LazyFunction(lambda: [ResearcherFactory() for _ in range(3)])

    actor = factory.SubFactory(ResearcherFactory, role="editor")
    budget = None
    reason = "They are one reading group, and say so."
    members = factory.LazyAttribute(lambda row: [RulingMember(researcher_id=person.id) for person in row.of])


class RulingMemberFactory(RowFactory[RulingMember]):
    """One more of those ruled on."""

    class Meta:
        model = RulingMember

    ruling_id = key_of(RulingFactory)
    researcher_id = key_of(ResearcherFactory)
