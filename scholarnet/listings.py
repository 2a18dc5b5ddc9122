"""What a list can be asked for: its filters, its orders, and the fields of an entry."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from scholarnet.errors import BadQuery
from scholarnet.filters import Filter, clauses, parse


@dataclass(frozen=True, slots=True)
class Listing:
    """The fields one can filter by, and the orders: the column each descends by, then by public id."""

    filters: Mapping[str, Filter]
    sorts: Mapping[str, InstrumentedAttribute[Any]]
    key: InstrumentedAttribute[str]

    def ask(self, query: Select[Any], *, sort: str, filters: str) -> Select[Any]:
        """Return `query` narrowed and in that order; BadQuery names what there is."""
        name, descends = read_sort(sort, self.sorts)
        keys = (self.sorts[name], self.key)
        order = (key.desc() if descends else key.asc() for key in keys)
        return query.where(*clauses(parse(filters), self.filters)).order_by(None).order_by(*order)


def read_sort(sort: str, allowed: Collection[str]) -> tuple[str, bool]:
    """Return the name of an order and whether it descends: it does, unless a minus turns it round."""
    name = sort.removeprefix("-")
    if name not in allowed:
        msg = f"sort: there is no {sort!r}; there are: {', '.join(f'{one}, -{one}' for one in allowed)}"
        raise BadQuery(msg)
    return name, not sort.startswith("-")


def read_select(text: str, allowed: Collection[str]) -> list[str]:
    """Return the fields that a list of names, with commas, asks for; none if there is no text."""
    names = [name.strip() for name in text.split(",")] if text else []
    for name in names:
        if name not in allowed:
            msg = f"select: there is no field {name!r}; there are: {', '.join(allowed)}"
            raise BadQuery(msg)
    return names
