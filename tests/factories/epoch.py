"""Epochs."""

from datetime import UTC, datetime

import factory

from scholarnet.models import Epoch
from scholarnet.services.clock import hash_of, stored_population
from scholarnet.services.observations import forms_table
from scoring.parameters import DEFAULT, MODEL_VERSION
from scoring.population import prior_population
from tests.factories.row import RowFactory


class EpochFactory(RowFactory[Epoch]):
    """A complete epoch with the population before any fit; the log does not point at it."""

    class Meta:
        model = Epoch

    class Params:
        fitted = factory.LazyFunction(lambda: prior_population(forms_table(), DEFAULT))

    model_version = MODEL_VERSION
    hash = factory.LazyAttribute(lambda row: hash_of(row.fitted))
    log_position = 0
    as_of = datetime(2026, 3, 1, tzinfo=UTC)
    population = factory.LazyAttribute(lambda row: stored_population(row.fitted))
    is_complete = True
