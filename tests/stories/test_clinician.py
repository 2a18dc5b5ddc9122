"""A clinician shows a case: with consent it is released; without, or with something that tells who it is, it is not."""

from tests.api.calls import Caller, declare, draft
from tests.api.fixtures import Join

CASE = {
    "kind": "case",
    "title": "A popliteal mass in a runner",
    "abstract": "A 45-year-old runner with a painless mass behind the knee: a Baker cyst with a loose body.",
    "tags": ["musculoskeletal"],
}


def test_a_clinician_shows_a_case(join: Join, visitor: Caller) -> None:
    mod = join("mod", role="moderator", scopes=["read", "write", "admin"])
    carla = join("carla")

    # Carla writes it down with the name in the text and an image from elsewhere, and forgets about the consent.
    first = {"body": "Mrs Miller noticed it on 4 March 2021.\n\n![MRI](https://images.example/mri.png)"}
    case = draft(carla, **CASE, **first)
    errors = carla.post(f"/posts/{case}/publish", expect=422).json["errors"]
    assert set(errors) == {"declaration", "body"}
    said = " ".join(errors["body"])
    assert all(part in said for part in ("Mrs Miller", "4 March 2021", "attach the image"))

    # She mends the text and declares, but has not looked at the images yet.
    path = f"/posts/{case}"
    body = {"body": "The patient noticed it two months earlier."}
    carla.patch(path, body, headers=carla.tag_of(path))
    declare(carla, case, checklist=["names", "dates", "places", "numbers", "addresses_online", "rarity", "attachments"])
    (left,) = carla.post(f"{path}/publish", expect=422).json["errors"]["checklist"]
    assert left.startswith("images")
    declare(carla, case)
    assert carla.post(f"{path}/publish").json["status"] == "pending"

    # Nobody else sees it; the moderator finds it in the queue and sends it back with a reason.
    visitor.get(path, expect=404)
    join("tom").get(path, expect=404)
    assert case not in {post["id"] for post in visitor.get("/posts?sort=new").json["results"]}
    (waiting,) = mod.get("/moderation").json["results"]
    assert (waiting["post_id"], waiting["declaration"]["consent"]) == (case, "written")
    mod.post(f"{path}/return", {"reason": "Say the decade of life, not the age: she is known in her club."})
    assert carla.get(f"{path}/moderation").json["results"][0]["outcome"] == "returned"

    # She mends that, submits again, and it is released.
    abstract = {"abstract": "A runner in the fifth decade of life with a painless mass behind the knee: a Baker cyst."}
    carla.patch(path, abstract, headers=carla.tag_of(path))
    carla.post(f"{path}/publish")
    mod.post(f"{path}/release", {"reason": "Consent is declared; nobody can be recognised."})
    assert visitor.get(path).json["status"] == "published"
    assert mod.get("/moderation").json["results"] == []
    assert mod.handle not in visitor.get(path).get_data(as_text=True)


def test_somebody_whom_nobody_knows_shows_no_case(join: Join) -> None:
    nobody, eva = join("nobody", unverified=True), join("eva", role="editor", scopes=["read", "admin"])
    case = draft(nobody, **CASE)
    declare(nobody, case)
    refused = nobody.post(f"/posts/{case}/publish", expect=403).json
    assert "verify" in refused["detail"]
    eva.put(f"/researchers/{nobody.id}/verification", {"reason": "License seen.", "by": "license"})
    assert nobody.post(f"/posts/{case}/publish").json["status"] == "pending"
