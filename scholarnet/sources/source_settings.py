"""Who asks outside sources, which addresses, and how long and how large it may be."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from scholarnet.errors import Invalid

LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost"))
ADDRESSES = ("crossref_url", "openalex_url", "orcid_url")


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """Times in seconds, sizes in bytes.

    `contact` is an e-mail address that the sources may write to; with one Crossref and OpenAlex answer faster. The
    addresses are https, or http on this machine. `request_seconds` is for one answer, `total_seconds` for all requests
    of a query with what is waited between them; `attempts` is how often one is made that failed for now.
    Raises Invalid for what cannot be.
    """

    contact: str = ""
    crossref_url: str = "https://api.crossref.org"
    openalex_url: str = "https://api.openalex.org"
    openalex_key: str = ""
    orcid_url: str = "https://pub.orcid.org/v3.0"
    orcid_token: str = ""
    request_seconds: float = 30.0
    total_seconds: float = 900.0
    attempts: int = 5
    largest_answer: int = 1 << 25
    most_entries: int = 10_000

    def __post_init__(self) -> None:
        for name in ADDRESSES:
            parts = urlsplit(getattr(self, name))
            is_here = parts.scheme == "http" and parts.hostname in LOOPBACK
            if not parts.hostname or not (parts.scheme == "https" or is_here):
                raise Invalid(name, "must be an address that begins with https:// (or http:// on this machine)")
            if parts.query or parts.fragment or parts.username:
                raise Invalid(name, "must be an address without user, ? and #")
        if self.contact and ("@" not in self.contact or not self.contact.isascii() or not self.contact.isprintable()):
            raise Invalid("contact", "must be an e-mail address")
        if not all(key.isascii() and key.isprintable() for key in (self.openalex_key, self.orcid_token)):
            raise Invalid("openalex_key", "a key is letters, digits and signs of ASCII")
