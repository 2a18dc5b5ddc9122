"""Epochs: the frozen fits that scores rest on."""

from typing import Any

from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.epoch_runs import EpochRunOut
from api.schemas.epochs import EpochDetailOut, EpochOut
from scholarnet.models import Epoch
from scholarnet.services import epoch_runs, epochs

blueprint = Blueprint("epochs", "/epochs", "The frozen fits that scores rest on")


@blueprint.route("", permission="public.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(EpochOut))
def list_epochs(page: dict[str, Any]) -> dict[str, Any]:
    """List epochs, newest first."""
    return paginate(epochs.list_epochs(), page)


@blueprint.route("/runs", permission="epoch.runs")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(EpochRunOut))
def list_epoch_runs(page: dict[str, Any]) -> dict[str, Any]:
    """List the runs of the epoch job, newest first: what is at work, what came of it, and why a fit failed."""
    return paginate(epoch_runs.list_runs(), page)


@blueprint.route("/<epoch_id>", permission="public.read")
@blueprint.response(200, EpochDetailOut)
def get_epoch(epoch_id: str) -> Epoch:
    """Return an epoch with the parameters of its population."""
    return epochs.get_epoch(db.session(), epoch_id)
