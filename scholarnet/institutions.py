"""Which e-mail addresses are given out by institutions of research, teaching and care."""

import re

# Domains that registries keep for such institutions: .edu, .ac.uk, .edu.au, .gov, .mil, .int and their likes.
RESERVED = re.compile(r"(?:^|\.)(?:edu|ac|gov|gouv|mil|nhs)(?:\.[a-z]{2})?$|\.int$")
ADDRESS = re.compile(r"[^@\s]{1,64}@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})")


def is_institutional(email: str, *, domains: tuple[str, ...] = ()) -> bool:
    """Whether `email`, in lower case, lies at an institution; `domains` adds those of this community."""
    match = ADDRESS.fullmatch(email)
    if match is None:
        return False
    domain = match[1]
    return bool(RESERVED.search(domain)) or any(domain == one or domain.endswith("." + one) for one in domains)
