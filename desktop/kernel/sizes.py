"""How large a server takes its tables to be."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from desktop.kernel.database import Base, Database

_SMALL = 5_000
"""Tables that a server takes for larger ones have been looked at since they grew."""


def look_anew(database: Database, models: Sequence[type[Base]]) -> None:
    """Let a server look at those of some tables that it takes for small ones; whoever is at them is not waited for.

    It does by itself, once a minute. Until then a table that was tiny not long ago is read from end to end for each
    key: foreign keys and triggers are checked by plans that are kept until somebody looks.
    """
    if not database.embedded:
        database.repeated(lambda: _look(database, [model.__tablename__ for model in models]))


def _look(database: Database, names: Sequence[str]) -> None:
    with database.write() as session:
        asked = sa.text(
            "SELECT relname FROM pg_class"
            " WHERE oid = ANY (CAST(CAST(:names AS text[]) AS regclass[])) AND reltuples < :small"
        )
        found = session.scalars(asked, {"names": names, "small": _SMALL}).all()
        if found:
            session.execute(sa.text(f"ANALYZE (SKIP_LOCKED) {', '.join(found)}"))
        session.commit()
