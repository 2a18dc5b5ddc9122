"""What a text is about, as words."""

from scholarnet.topics import MOST_TERMS, document, key_terms, spelled, stem, terms_of


def test_a_stem_begins_its_word_and_is_that_of_its_inflections() -> None:
    assert {stem(word) for word in ("category", "categories")} == {"categor"}
    assert {stem(word) for word in ("reconstructs", "reconstructed", "reconstructing")} == {"reconstruct"}
    assert [stem(word) for word in ("bones", "mri", "ages", "spins")] == ["bone", "mri", "ages", "spin"]


def test_what_every_text_has_and_bare_numbers_are_no_terms() -> None:
    assert terms_of("The 12 T1 maps of THE T1-mapping, 0.55 and p53") == {"t1": 2, "maps": 1, "mapp": 1, "p53": 1}


def test_the_title_comes_first_and_its_neighbours_stand_together_too() -> None:
    terms = key_terms("Knee cartilage at low field", "Low field, cheap field. Menisci; field.")
    assert terms[:5] == [("knee",), ("cartilage",), ("low",), ("field",), ("cheap",)]
    assert terms[-3:] == [("knee", "cartilage"), ("cartilage", "low"), ("low", "field")]
    assert len(key_terms("word", " ".join(f"w{at}x" for at in range(99)))) == MOST_TERMS


def test_a_title_counts_twice_and_a_tag_as_a_word_of_its_own() -> None:
    assert document("Knee", "Knee of mice", ["mri"]) == {"knee": 3, "mice": 1, "#mri": 2}
    assert document("Knee", None) == {"knee": 2}


def test_a_stem_is_shown_as_the_word_that_came_first() -> None:
    assert spelled("Segmenting; segmented") == {"segment": "segmenting"}
