"""Review forms."""

from dataclasses import asdict
from typing import Any

from api.blueprint import Blueprint
from api.schemas.forms import FormOut, FormsOut
from scholarnet.errors import NotFound
from scholarnet.forms import Form, PostKind, all_forms, form_of
from scholarnet.identifiers import checklist

blueprint = Blueprint("forms", "/forms", "What is asked of a reviewer, and what it weighs")


@blueprint.route("", permission="public.read")
@blueprint.response(200, FormsOut)
def list_forms() -> dict[str, list[dict[str, Any]]]:
    """List the forms of all kinds of post."""
    return {"results": [_view(form) for form in all_forms().values()]}


@blueprint.route("/<kind>", permission="public.read")
@blueprint.response(200, FormOut)
def get_form(kind: str) -> dict[str, Any]:
    """Return the form of a kind of post, and for a case the checklist that its author confirms."""
    if kind not in set(PostKind):
        raise NotFound("form", kind)
    return _view(form_of(PostKind(kind)))


def _view(form: Form) -> dict[str, Any]:
    return asdict(form) | {"checklist": checklist() if form.kind is PostKind.CASE else {}}
