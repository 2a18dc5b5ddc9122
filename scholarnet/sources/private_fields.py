"""Fields by which a reference manager keeps house: paths on somebody's machine, names of its users, marks and moments.

They say nothing of a work, and are neither kept nor given away. Nor are addresses of people that a list of papers has.
"""

import re

PRIVATE = re.compile(
    r"bibtex\.(?:"
    # JabRef
    r"file|localfile|owner|timestamp|creationdate|modificationdate|groups|groupsearch|__markedentry|readstatus|priority"
    r"|ranking|printed|qualityassured|relevance|username|comment-.+"
    # BibDesk, Mendeley, Papers, Zotero
    r"|date-(?:added|modified|created)|bdsk-file-\d+|read|rating|local-url|mendeley-(?:groups|tags)|attachments?|(?:\w+_)?pdf"
    r")(?:-\d+)?"
    # RIS: links to files and pictures, unless they are addresses
    r"|ris\.L[1-4]"
    r"|csl\..*e-?mails?",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def is_private(name: str, value: object) -> bool:
    """Whether a field of a :class:`scholarnet.sources.references.Reference` is of this kind; an address is not."""
    texts = value if isinstance(value, list) else [value]
    is_open = all(isinstance(text, str) and ADDRESS.fullmatch(text.strip()) for text in texts)
    return bool(PRIVATE.fullmatch(name)) and not is_open
