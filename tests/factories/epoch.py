"""Epochs, and what they hold of a reviewer."""

from datetime import UTC, datetime

import factory

from scholarnet.models import Epoch, ReviewerFit
from scholarnet.services.clock import hash_of, stored_population
from scholarnet.services.observations import forms_table
from scoring.parameters import DEFAULT, MODEL_VERSION
from scoring.population import prior_population
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


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


class ReviewerFitFactory(RowFactory[ReviewerFit]):
    """A reviewer of average severity and care, trusted as one that is verified."""

    class Meta:
        model = ReviewerFit

    epoch_id = key_of(EpochFactory)
    researcher_id = key_of(ResearcherFactory)
    bias = 0.0
    slope = 1.0
    variance = 0.5
    trust = 0.8
    n_reviews = 12
