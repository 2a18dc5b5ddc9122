"""LaTeX as bibliographies have it, to plain Unicode and back: accents, signs, braces; mathematics stays as it is."""

import re
import unicodedata

ACCENTS = dict(
    zip(
        "`'^\"~=.uvHckrdbt",
        "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0306\u030c\u030b\u0327\u0328\u030a\u0323\u0331\u0361",
        strict=True,
    )
)
SIGNS = {
    "ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł",
    "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "S": "§", "P": "¶",
    "ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "textregistered": "®",
    "texttrademark": "™", "textcopyright": "©", "copyright": "©", "textdegree": "°", "texteuro": "€", "pounds": "£",
    "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textbraceleft": "{", "textbraceright": "}",
    "textdollar": "$", "textunderscore": "_", "TeX": "TeX", "LaTeX": "LaTeX", "BibTeX": "BibTeX",
}  # fmt: skip
SHAPES = frozenset(
    ("em", "it", "bf", "sc", "tt", "rm", "sl", "sf", "textup", "itshape", "bfseries", "relax", "protect", "newblock")
)
WRITTEN = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    **{sign: f"\\{sign}" for sign in "%&#_$"},
}
MATHEMATICS = r"\$(?:\\.|[^$\\])+\$"
TOKEN = re.compile(
    rf"(?P<math>{MATHEMATICS})"
    r"|\\(?P<mark>[`'^\"~=.])\s*(?:\{\s*\\?(?P<a>[^\W\d_]?)\s*\}|\\?(?P<b>[^\W\d_]))"
    r"|\\(?P<hook>[uvHckrdbt])(?:\s*\{\s*\\?(?P<c>[^\W\d_]?)\s*\}|\s+\\?(?P<d>[^\W\d_])(?![^\W\d_]))"
    r"|\\(?P<name>[a-zA-Z]+)(?:\{\}|(?P<gap>\s+)|(?P<argument>(?=\{)))?"
    r"|\\(?P<sign>.)|(?P<brace>[{}])|(?P<tie>~)",
    re.DOTALL,
)


def to_unicode(text: str) -> str:
    """Return what LaTeX would print, on one line; a command that is not known stays, or gives its argument."""
    return TOKEN.sub(_printed, text)


def to_latex(text: str) -> str:
    """Return LaTeX that :func:`to_unicode` reads as `text` again; braces in it are balanced."""
    return re.sub(rf"{MATHEMATICS}|[\\~^{{}}%&#_$]", _written, text, flags=re.DOTALL)


def is_balanced(text: str) -> bool:
    """Whether a value can stand in braces as it is: every brace has its other, and no backslash hides the last."""
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0 and not text.endswith("\\")


def _printed(match: re.Match[str]) -> str:
    found = match.groupdict()
    if found["math"]:
        return match[0] if is_balanced(match[0]) else match[0][0] + to_unicode(match[0][1:])
    mark = found["mark"] or found["hook"]
    if mark:
        base = next((found[name] for name in "abcd" if found[name] is not None), "")
        return unicodedata.normalize("NFC", base + ACCENTS[mark]) if base else ""
    if found["name"]:
        return _named(match, found["name"])
    if found["tie"]:
        return " "
    sign = found["sign"] or ""
    return "" if found["brace"] or sign in "-/," else " " if sign == "\\" else sign


def _named(match: re.Match[str], name: str) -> str:
    if name in SIGNS:
        return SIGNS[name]
    if name in SHAPES or match["argument"] is not None:
        return ""
    return match[0].removesuffix("{}")


def _written(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 1:
        return WRITTEN[found]
    return found if is_balanced(found) else WRITTEN["$"] + to_latex(found[1:])
