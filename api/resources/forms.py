"""Review forms."""

from api.blueprint import Blueprint
from api.schemas.forms import FormOut, FormsOut
from scholarnet.errors import NotFound
from scholarnet.forms import Form, PostKind, all_forms, form_of

blueprint = Blueprint("forms", "/forms", "What is asked of a reviewer, and what it weighs")


@blueprint.route("", permission="public.read")
@blueprint.response(200, FormsOut)
def list_forms() -> dict[str, list[Form]]:
    """List the forms of all kinds of post."""
    return {"results": list(all_forms().values())}


@blueprint.route("/<kind>", permission="public.read")
@blueprint.response(200, FormOut)
def get_form(kind: str) -> Form:
    """Return the form of a kind of post."""
    if kind not in set(PostKind):
        raise NotFound("form", kind)
    return form_of(PostKind(kind))
