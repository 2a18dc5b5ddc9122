"""Who asks outside sources, which addresses, and how long and how large it may be."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from scholarnet.errors import Invalid

CROSSREF, OPENALEX, ORCID = "https://api.crossref.org", "https://api.openalex.org", "https://pub.orcid.org/v3.0"
LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost"))
ADDRESSES = ("crossref_url", "openalex_url", "orcid_api_url")


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """Times in seconds, sizes in bytes.

    `contact_mail` is an e-mail address that the sources may write to; with one Crossref and OpenAlex answer faster. The
    addresses are https, or http on this machine. `request_seconds` is for one answer, `total_seconds` for all requests
    of a query with what is waited between them; `attempts` is how often one is made that failed for now.
    Raises Invalid for what cannot be.
    """

    contact_mail: str = ""
    crossref_url: str = CROSSREF
    openalex_url: str = OPENALEX
    openalex_key: str = field(default="", repr=False)
    orcid_api_url: str = ORCID
    orcid_api_token: str = field(default="", repr=False)
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
        mail = self.contact_mail
        if mail and not ("@" in mail and mail.isascii() and mail.isprintable()):
            raise Invalid("contact_mail", "must be an e-mail address")
        for name in ("openalex_key", "orcid_api_token"):
            if not (getattr(self, name).isascii() and getattr(self, name).isprintable()):
                raise Invalid(name, "must be letters, digits and signs of ASCII")
