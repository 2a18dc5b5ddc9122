"""What the first bytes of a file give away."""

HEAD = 132  # where the mark of DICOM ends
MARKS = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpeg": (b"\xff\xd8\xff",),
    "tiff": (b"II*\0", b"MM\0*"),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xe3", b"\xff\xe2"),
}
EXECUTABLES = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\0asm",
)
PROGRAMS = frozenset(["exe", "dll", "scr", "msi", "bat", "cmd", "com", "ps1", "vbs", "jar", "apk", "app", "lnk", "hta"])
DICOM_NAMES = frozenset({"dcm", "dicom"})


def mark_of(head: bytes) -> str | None:
    """Return the kind that a file begins like, if it is one of those with a mark."""
    if head[4:8] == b"ftyp":
        return "mp4"
    return next((kind for kind, marks in MARKS.items() if head.startswith(marks)), None)


def is_dicom(head: bytes, extension: str) -> bool:
    """Whether it is an image from a scanner, with the patient in its header."""
    return head[128:132] == b"DICM" or extension in DICOM_NAMES


def is_program(head: bytes, extension: str) -> bool:
    """Whether a machine would run it."""
    return head.startswith(EXECUTABLES) or extension in PROGRAMS
