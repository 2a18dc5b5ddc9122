"""How much of what tells who a patient is the automatic check finds in made-up sentences, and how often it errs."""

from collections.abc import Collection, Mapping

from scholarnet.identifiers import find_identifiers
from tests.services.case_texts import HARMLESS, TELLING


def main() -> None:
    """Print the figures, and what was missed or found in vain."""
    missed, in_vain = errors(TELLING, HARMLESS)
    recall, precision = rates(TELLING, HARMLESS)
    print(f"recall {recall:.3f} of {len(TELLING)}, precision {precision:.3f} with {len(HARMLESS)} harmless")
    print(*(f"  missed: {text}" for text in missed), *(f"  in vain: {text}" for text in in_vain), sep="\n")


def rates(telling: Mapping[str, str], harmless: Collection[str]) -> tuple[float, float]:
    """Return recall, and precision where as many sentences tell something as do not."""
    missed, in_vain = errors(telling, harmless)
    found, wrong = 1 - len(missed) / len(telling), len(in_vain) / len(harmless)
    return found, found / (found + wrong)


def errors(telling: Mapping[str, str], harmless: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the sentences whose identifier no finding touches, and the harmless ones with a finding."""
    missed = [text for part, text in telling.items() if not any(map(set(part.split()).intersection, found(text)))]
    return missed, [f"{text} {found(text)}" for text in harmless if found(text)]


def found(text: str) -> list[list[str]]:
    """Return the words of each finding."""
    return [finding.excerpt.replace(",", "").split() for finding in find_identifiers({"body": text})]


if __name__ == "__main__":
    main()
