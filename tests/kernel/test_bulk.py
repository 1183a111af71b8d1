"""Many rows written at once: a file holds just those that were handed over, whatever is the same in all of them."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlcipher

from desktop.kernel.bulk import insertions
from desktop.kernel.hashing import Same

values = st.none() | st.integers(-(2**40), 2**40) | st.text(max_size=3).filter(str.isprintable)


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, list[Any] | Same], int]:
    """Some columns of as many rows as fill statements of many, and those beside them, or neither."""
    count = draw(st.sampled_from([0, 1, 3, 49, 50, 51, 99, 100, 101, 149]))
    column = st.builds(Same, values) | st.lists(values, min_size=count, max_size=count)
    return draw(st.dictionaries(st.sampled_from("abcd"), column, min_size=1)), count


@given(tables())
def test_what_is_handed_over_is_what_stands_there(table: tuple[dict[str, list[Any] | Same], int]) -> None:
    columns, count = table
    with closing(sqlcipher.connect(":memory:")) as file:
        file.execute(f"CREATE TABLE some (id INTEGER PRIMARY KEY, {', '.join(columns)})")
        for statement, turns in insertions("some", columns, count):
            file.executemany(statement, turns)
        found = file.execute(f"SELECT {', '.join(columns)} FROM some ORDER BY id").fetchall()
    spelled = [one.value if isinstance(one, Same) else one for one in columns.values()]
    assert found == [tuple(it[row] if isinstance(it, list) else it for it in spelled) for row in range(count)]


def test_a_column_of_another_length_is_no_table() -> None:
    with pytest.raises(ValueError, match="assign sequence of size 1"):
        list(insertions("some", {"a": [1, 2], "b": [1]}, 2))
