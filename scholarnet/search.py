"""Search in titles and abstracts: every word must begin one of theirs, in any order and case, accents as they are.

The database keeps the index (migration 0002): FTS5 on SQLite, an index of a tsvector on PostgreSQL.
"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Select,
    String,
    column,
    literal,
    literal_column,
    select,
)
from sqlalchemy import table as table_of
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from scholarnet.models import PostVersion, Publication

RARE = 2000  # rows that are put in order sooner than an index of the order is read until they come
WORD = re.compile(r"[^\W_]+")
BETWEEN = r"[!-/:-@[-`{-~\u00a0-\u00a9\u00ab-\u00b1\u00b6-\u00b8\u00bb\u00bf\u2000-\u206f\u3000-\u303f]+"  # as indexed


class has_word(FunctionElement[bool]):  # noqa: N801  (named like the SQL function it stands for)
    """Whether a word of the row's text begins with this: of the id, title and abstract columns, and the word."""

    type = Boolean()
    inherit_cache = True


@compiles(has_word)
def _on_postgresql(element: has_word, compiler: SQLCompiler, **kw: Any) -> str:
    _, title, abstract, word = (compiler.process(part, **kw) for part in element.clauses)
    text = f"regexp_replace({title} || ' ' || coalesce({abstract}, ''), '{BETWEEN}', ' ', 'g')"
    return f"to_tsvector('simple', {text}) @@ to_tsquery('simple', '''' || {word} || ''':*')"


@compiles(has_word, "sqlite")
def _on_sqlite(element: has_word, compiler: SQLCompiler, **kw: Any) -> str:
    key, word = element.clauses.clauses[0], compiler.process(element.clauses.clauses[-1], **kw)
    index = f"search_{key.table.name}"
    found = f"SELECT rowid FROM {index} WHERE {index} MATCH '\"' || {word} || '\"*'"  # noqa: S608  (a table of ours)
    return f"{compiler.process(key, **kw)} IN ({found})"


def matching(table: type[PostVersion | Publication], text: str) -> list[ColumnElement[bool]]:
    """The conditions that rows of `table` with all words of `text` fulfil; without a word there are none."""
    return [has_word(table.id, table.title, table.abstract, literal(word, String)) for word in words_of(text)]


def words_of(text: str) -> list[str]:
    """What `matching` looks for: the words of a text in lower case, each once."""
    return list(dict.fromkeys(WORD.findall(text.lower())))


def find_rare(session: Session, table: type[PostVersion | Publication], text: str) -> list[int] | None:
    """Return the keys of the rows with all words of `text`, which are then looked up; None if they are above RARE."""
    words = words_of(text)
    found = session.scalars(having(session.get_bind(), table, words).limit(RARE + 1)).all() if words else []
    return list(found) if words and len(found) <= RARE else None


def having(bind: Engine | Connection, table: type[PostVersion | Publication], words: Iterable[str]) -> Select[int]:
    """Select the keys of the rows of `table` that have all of these words, each of letters and digits, in no order.

    Made for a LIMIT: SQLite is asked along its index, which gives the rows one by one, and not for all of them first.
    """
    if bind.dialect.name != "sqlite":
        return (
            select(table.id)
            .select_from(table)
            .where(*(has_word(table.id, table.title, table.abstract, literal(word, String)) for word in words))
        )
    index = table_of(f"search_{table.__tablename__}", column("rowid", Integer))
    asked = " ".join(f'"{word}"*' for word in words)
    found = literal_column(index.name).bool_op("MATCH")(asked)
    return select(table.id).select_from(index).join(table, table.id == index.c.rowid).where(found)
