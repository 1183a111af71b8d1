"""Print a first draft of a migration from the tables in the code: ``python tests/house/draft_migration.py sqlite``.

What it prints is edited into the next numbered step and then kept as it is; tables that stand already in an earlier
step are left out by hand. The triggers that keep kept rows and posting sets come from here too, so that both
databases get the same ones.
"""

from __future__ import annotations

import sys

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, ForeignKeyConstraint

import desktop.app
from desktop.kernel.database import Base, Recorded
from desktop.kernel.journal import Change, Entry
from desktop.kernel.proof import recorded_tables

BREAK = "\n-- ;\n"


def tables(dialect: sa.Dialect) -> list[str]:
    """CREATE statements of every table and index."""
    drawn = []
    for table in Base.metadata.sorted_tables:
        late = [c for c in table.constraints if isinstance(c, ForeignKeyConstraint) and c.use_alter]
        drawn.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        if dialect.name == "postgresql":
            late_foreign_keys.extend(
                str(sa.schema.AddConstraint(c, isolate_from_table=False).compile(dialect=dialect))
                for c in late
            )
        drawn += [
            str(CreateIndex(index).compile(dialect=dialect))
            for index in sorted(table.indexes, key=lambda i: i.name)
        ]
    return drawn


late_foreign_keys: list[str] = []


def _same_in_index(index: sa.Index) -> str:
    """When a new row would take the place of another in a unique index over some rows only."""
    names = [column.name for column in index.columns]
    condition = str(index.dialect_options["sqlite"]["where"])
    new = condition
    for name in [column.name for column in index.table.columns if column.name in condition.split()]:
        new = new.replace(name, f'NEW."{name}"')
    return " AND ".join([*(f'"{name}" = NEW."{name}"' for name in names), condition, new])


def kept() -> list[tuple[str, list[str], list[str]]]:
    """Kept tables: name, the columns that never change, and when a new row would replace a kept one."""
    found = [(Entry.__table__, None), (Change.__table__, None)]
    found += [(model.__table__, model) for model in recorded_tables() if model.KEPT]
    drawn = []
    for table, model in found:
        derived = model.DERIVED if model is not None and issubclass(model, Recorded) else frozenset()
        frozen = [column.name for column in table.columns if column.name not in derived]
        unique = [[c.name for c in table.primary_key.columns]]
        unique += [
            [c.name for c in u.columns] for u in table.constraints if isinstance(u, sa.UniqueConstraint)
        ]
        same = [" AND ".join(f'"{name}" = NEW."{name}"' for name in names) for names in sorted(unique)]
        same += [
            _same_in_index(index) for index in sorted(table.indexes, key=lambda i: i.name) if index.unique
        ]
        drawn.append((table.name, frozen, same))
    return drawn


def sqlite_triggers() -> list[str]:
    """Triggers that keep rows and close posting sets, one row at a time."""
    drawn = []
    for name, frozen, unique in kept():
        columns = ", ".join(f'"{column}"' for column in frozen)
        same = " OR ".join(f"({one})" for one in unique)
        drawn += [
            (
                f"CREATE TRIGGER {name}_no_update BEFORE UPDATE OF {columns} ON {name}\n"
                f"BEGIN SELECT RAISE(ABORT, '{name}: rows are kept as they were written'); END"
            ),
            (
                f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name}\n"
                f"BEGIN SELECT RAISE(ABORT, '{name}: rows are never deleted'); END"
            ),
            (
                f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name}\n"
                f"WHEN EXISTS (SELECT 1 FROM {name} WHERE {same})\n"
                f"BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: {name}'); END"
            ),
        ]
    drawn += [
        (
            'CREATE TRIGGER metering_read_stays_reversed BEFORE UPDATE OF "reversed" ON metering_read\n'
            'WHEN NEW."reversed" <> 1\n'
            "BEGIN SELECT RAISE(ABORT, 'metering_read: a reversed read stays reversed'); END"
        ),
        (
            "CREATE TRIGGER ledger_posting_late BEFORE INSERT ON ledger_posting\n"
            "WHEN EXISTS (SELECT 1 FROM ledger_posting_set WHERE id = NEW.posting_set_id)\n"
            "BEGIN SELECT RAISE(ABORT, 'ledger_posting: its posting set is closed'); END"
        ),
        (
            "CREATE TRIGGER ledger_posting_set_sum AFTER INSERT ON ledger_posting_set\n"
            "WHEN (SELECT coalesce(sum(amount), 1) <> 0 OR count(*) < 2 FROM ledger_posting WHERE posting_set_id = NEW.id)\n"
            "BEGIN SELECT RAISE(ABORT, 'ledger_posting_set: its postings do not sum to zero'); END"
        ),
        (
            "CREATE TRIGGER ledger_posting_set_month BEFORE INSERT ON ledger_posting_set\n"
            "WHEN EXISTS (SELECT 1 FROM ledger_month WHERE closed AND month >= substr(NEW.posted_on, 1, 7) || '-01')\n"
            "BEGIN SELECT RAISE(ABORT, 'ledger_posting_set: its month is closed'); END"
        ),
        (
            "CREATE TRIGGER ledger_month_stays_closed BEFORE UPDATE ON ledger_month\n"
            "WHEN OLD.closed AND (NEW.closed IS NOT OLD.closed OR NEW.month IS NOT OLD.month)\n"
            "BEGIN SELECT RAISE(ABORT, 'ledger_month: a closed month stays closed'); END"
        ),
        (
            "CREATE TRIGGER ledger_month_no_delete BEFORE DELETE ON ledger_month\n"
            "WHEN OLD.closed BEGIN SELECT RAISE(ABORT, 'ledger_month: a closed month stays closed'); END"
        ),
        (
            "CREATE TRIGGER ledger_month_no_replace BEFORE INSERT ON ledger_month\n"
            "WHEN EXISTS (SELECT 1 FROM ledger_month WHERE closed AND month = NEW.month)\n"
            "BEGIN SELECT RAISE(ABORT, 'ledger_month: a closed month stays closed'); END"
        ),
    ]
    drawn += [
        (
            f"CREATE TRIGGER {table}_till BEFORE INSERT ON {table}\n"
            f"WHEN {shut}\n"
            f"BEGIN SELECT RAISE(ABORT, '{table}: its till is closed'); END"
        )
        for table, shut in (
            ("counter_payment", _COUNTED),
            ("counter_payment_reversal", _COUNTED),
            ("counter_refund", _COUNTED),
            ("counter_till_movement", f"{_SHUT} OR (NEW.kind IN ('float', 'drop') AND {_COUNTED})"),
            ("counter_cash_count", _SHUT),
        )
    ]
    drawn += [
        (
            "CREATE TRIGGER counter_till_session_stays_closed BEFORE UPDATE ON counter_till_session\n"
            "WHEN OLD.closed_at IS NOT NULL\n"
            "BEGIN SELECT RAISE(ABORT, 'counter_till_session: a closed session stays closed'); END"
        ),
        (
            "CREATE TRIGGER counter_till_session_no_delete BEFORE DELETE ON counter_till_session\n"
            "BEGIN SELECT RAISE(ABORT, 'counter_till_session: rows are never deleted'); END"
        ),
        (
            "CREATE TRIGGER counter_till_session_no_replace BEFORE INSERT ON counter_till_session\n"
            "WHEN EXISTS (SELECT 1 FROM counter_till_session WHERE id = NEW.id)\n"
            "BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_till_session'); END"
        ),
    ]
    return drawn


_COUNTED = "EXISTS (SELECT 1 FROM counter_cash_count WHERE till_session_id = NEW.till_session_id AND kind = 'closing')"
_SHUT = "EXISTS (SELECT 1 FROM counter_till_closed WHERE till_session_id = NEW.till_session_id)"


def postgresql_triggers() -> list[str]:
    """The same, per statement; a set that another transaction is making is seen at the commit only."""
    drawn = [
        (
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$\n"
            "BEGIN RAISE EXCEPTION '%: rows are kept as they were written', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
        ),
        (
            "CREATE FUNCTION refuse_late_posting() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "BEGIN\n"
            "  IF EXISTS (SELECT 1 FROM made JOIN ledger_posting_set s ON s.id = made.posting_set_id) THEN\n"
            "    RAISE EXCEPTION 'ledger_posting: its posting set is closed' USING ERRCODE = 'integrity_constraint_violation';\n"
            "  END IF;\n"
            "  RETURN NULL;\n"
            "END $$"
        ),
        (
            "CREATE FUNCTION refuse_unbalanced_set() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "BEGIN\n"
            "  IF EXISTS (\n"
            "    SELECT 1 FROM made LEFT JOIN ledger_posting p ON p.posting_set_id = made.id\n"
            "    GROUP BY made.id HAVING count(p.id) < 2 OR sum(p.amount) <> 0\n"
            "  ) THEN\n"
            "    RAISE EXCEPTION 'ledger_posting_set: its postings do not sum to zero' USING ERRCODE = 'integrity_constraint_violation';\n"
            "  END IF;\n"
            "  RETURN NULL;\n"
            "END $$"
        ),
        (
            "CREATE FUNCTION refuse_foreign_posting() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "BEGIN\n"
            "  IF NOT EXISTS (\n"
            "    SELECT 1 FROM ledger_posting_set WHERE id = NEW.posting_set_id AND xmin = pg_current_xact_id()::xid\n"
            "  ) THEN\n"
            "    RAISE EXCEPTION 'ledger_posting: its posting set was not made with it' USING ERRCODE = 'integrity_constraint_violation';\n"
            "  END IF;\n"
            "  RETURN NULL;\n"
            "END $$"
        ),
        (
            "CREATE CONSTRAINT TRIGGER ledger_posting_foreign AFTER INSERT ON ledger_posting\n"
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_foreign_posting()"
        ),
        (
            "CREATE TRIGGER ledger_posting_late AFTER INSERT ON ledger_posting\n"
            "REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_posting()"
        ),
        (
            "CREATE TRIGGER ledger_posting_set_sum AFTER INSERT ON ledger_posting_set\n"
            "REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION refuse_unbalanced_set()"
        ),
    ]
    drawn += [
        (
            "CREATE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "DECLARE its_month date; is_closed boolean;\n"
            "BEGIN\n"
            "  FOR its_month IN SELECT DISTINCT date_trunc('month', posted_on)::date FROM made ORDER BY 1 LOOP\n"
            "    INSERT INTO ledger_month (month, closed) VALUES (its_month, FALSE) ON CONFLICT DO NOTHING;\n"
            "    SELECT closed INTO is_closed FROM ledger_month WHERE month = its_month FOR SHARE;\n"
            "    IF is_closed OR EXISTS (SELECT 1 FROM ledger_month WHERE closed AND month > its_month) THEN\n"
            "      RAISE EXCEPTION 'ledger_posting_set: its month is closed' USING ERRCODE = 'integrity_constraint_violation';\n"
            "    END IF;\n"
            "  END LOOP;\n"
            "  RETURN NULL;\n"
            "END $$"
        ),
        (
            "CREATE TRIGGER ledger_posting_set_month AFTER INSERT ON ledger_posting_set\n"
            "REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_month()"
        ),
        (
            "CREATE FUNCTION refuse_opening_month() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "BEGIN\n"
            "  IF TG_OP = 'UPDATE' AND (NEW.closed, NEW.month) IS NOT DISTINCT FROM (OLD.closed, OLD.month) THEN\n"
            "    RETURN NEW;\n"
            "  END IF;\n"
            "  RAISE EXCEPTION 'ledger_month: a closed month stays closed' USING ERRCODE = 'integrity_constraint_violation';\n"
            "END $$"
        ),
        (
            "CREATE TRIGGER ledger_month_stays_closed BEFORE UPDATE OR DELETE ON ledger_month\n"
            "FOR EACH ROW WHEN (OLD.closed) EXECUTE FUNCTION refuse_opening_month()"
        ),
        (
            "CREATE TRIGGER ledger_month_no_truncate BEFORE TRUNCATE ON ledger_month\n"
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ),
    ]
    drawn += [
        (
            "CREATE FUNCTION refuse_closed_till() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "DECLARE one uuid; until_count boolean;\n"
            "BEGIN\n"
            "  until_count := TG_TABLE_NAME IN ('counter_payment', 'counter_payment_reversal', 'counter_refund');\n"
            "  IF TG_TABLE_NAME = 'counter_till_movement' THEN\n"
            "    until_count := EXISTS (SELECT 1 FROM made WHERE kind IN ('float', 'drop'));\n"
            "  END IF;\n"
            "  FOR one IN SELECT DISTINCT till_session_id FROM made ORDER BY 1 LOOP\n"
            "    PERFORM 1 FROM counter_till_session WHERE id = one FOR SHARE;\n"
            "    IF EXISTS (SELECT 1 FROM counter_till_closed WHERE till_session_id = one) OR (until_count AND EXISTS (\n"
            "      SELECT 1 FROM counter_cash_count WHERE till_session_id = one AND kind = 'closing'\n"
            "    )) THEN\n"
            "      RAISE EXCEPTION '%: its till is closed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';\n"
            "    END IF;\n"
            "  END LOOP;\n"
            "  RETURN NULL;\n"
            "END $$"
        ),
        *(
            f"CREATE TRIGGER {table}_till AFTER INSERT ON {table}\n"
            "REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_till()"
            for table in (
                "counter_payment",
                "counter_payment_reversal",
                "counter_refund",
                "counter_till_movement",
                "counter_cash_count",
            )
        ),
        (
            "CREATE FUNCTION refuse_opening_till() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "BEGIN\n"
            "  RAISE EXCEPTION 'counter_till_session: a closed session stays closed' USING ERRCODE = 'integrity_constraint_violation';\n"
            "END $$"
        ),
        (
            "CREATE TRIGGER counter_till_session_stays_closed BEFORE UPDATE ON counter_till_session\n"
            "FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_opening_till()"
        ),
        (
            "CREATE TRIGGER counter_till_session_no_delete BEFORE DELETE ON counter_till_session\n"
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ),
        (
            "CREATE TRIGGER counter_till_session_no_truncate BEFORE TRUNCATE ON counter_till_session\n"
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ),
    ]
    for name, frozen, _ in kept():
        columns = ", ".join(f'"{column}"' for column in frozen)
        drawn += [
            (
                f"CREATE TRIGGER {name}_no_update BEFORE UPDATE OF {columns} ON {name}\n"
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            ),
            (
                f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name}\n"
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            ),
            (
                f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name}\n"
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            ),
        ]
    return drawn


def draft(kind: str) -> str:
    """The whole draft for one kind of database."""
    assert desktop.app.SERVICES
    dialect = sqlite.dialect() if kind == "sqlite" else postgresql.dialect()
    drawn = tables(dialect)
    drawn += late_foreign_keys
    drawn += sqlite_triggers() if kind == "sqlite" else postgresql_triggers()
    return BREAK.join(drawn) + "\n"


if __name__ == "__main__":
    sys.stdout.write(draft(sys.argv[1]))
