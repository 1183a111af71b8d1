"""Control totals of what waits: rows by sheet, energy, and money by customer class."""

from __future__ import annotations

from desktop.kernel.measures import Energy, Money, Power, Reading
from desktop.takeover.documents.agreed import TERMS
from desktop.takeover.documents.sheets import ACCOUNTS, COUNTED, HISTORY, METERS
from desktop.takeover.records import ClassTotals, Totals
from desktop.takeover.service.waiting import SHARED, Waiting


def classes(waiting: Waiting, by_tariff: dict[str, str]) -> None:
    """Give every account the customer class of its main service point; ``by_tariff`` are the classes of tariffs.

    That is the contract which runs longest, of those the one at the point supplied first, as accounts are shown.
    """
    waiting.run("CREATE TABLE tariff_class (code PRIMARY KEY, class)")
    waiting.run_many("INSERT INTO tariff_class VALUES (?, ?)", by_tariff.items())
    waiting.run(
        "CREATE TABLE class_of AS SELECT account, class FROM (SELECT account, class, row_number() OVER (PARTITION BY"
        " account ORDER BY coalesce(valid_to, '9999') DESC, since, place) AS nth FROM (SELECT account, class, valid_to,"
        " min(valid_from) OVER (PARTITION BY account, point) AS since,"
        " coalesce((SELECT id FROM points WHERE number = contracts.point), 0) AS place"
        " FROM contracts JOIN tariff_class ON code = tariff)) WHERE nth = 1"
    )
    waiting.run("CREATE INDEX ix_class_of ON class_of (account)")


def totals(waiting: Waiting, *, taken: bool) -> Totals:
    """Control totals of the whole workbook, or of what is taken of it: ``part.good`` tells which groups are."""
    good = f"part IN (SELECT id FROM part WHERE good) OR (part = {SHARED} AND NOT bad)" if taken else "1"
    counts = tuple(
        (sheet.name, waiting.one(f"SELECT count(*) FROM {sheet.name} WHERE {good}")[0]) for sheet in COUNTED
    )
    months = " + ".join(f"coalesce(m{month}, 0)" for month in range(1, 13))
    reads = waiting.one(f"SELECT coalesce(sum(last_read), 0) FROM {METERS.name} WHERE {good}")[0]
    used = waiting.one(f"SELECT coalesce(sum({months}), 0) FROM {HISTORY.name} WHERE {good}")[0]
    agreed = waiting.one(
        f"SELECT coalesce(sum(capacity), 0), coalesce(sum(contract_demand), 0) FROM {TERMS.name} WHERE {good}"
    )
    deposits = waiting.one(f"SELECT coalesce(sum(deposit), 0) FROM {ACCOUNTS.name} WHERE {good}")[0]
    return Totals(
        counts,
        Reading(reads),
        Energy(used),
        Power(agreed[0]),
        Power(agreed[1]),
        Money(deposits),
        _by_class(waiting, good),
    )


def _by_class(waiting: Waiting, good: str) -> tuple[ClassTotals, ...]:
    rows = waiting.ask(
        "SELECT class, sum(items), sum(billed), sum(billed - paid), sum(credit) FROM ("
        " SELECT coalesce(customer_class, class, '') AS class, 1 AS items, amount AS billed, coalesce((SELECT"
        " sum(principal) FROM payments WHERE item = items.number AND account = items.account), 0) AS paid, 0 AS credit"
        f" FROM items LEFT JOIN class_of USING (account) WHERE {good}"
        " UNION ALL SELECT coalesce(class, ''), 0, 0, 0, credit FROM accounts LEFT JOIN class_of ON account = number"
        f" WHERE credit > 0 AND ({good})) GROUP BY class ORDER BY class"
    )
    return tuple(
        ClassTotals(name, items, Money(billed or 0), Money(left or 0), Money(credit or 0))
        for name, items, billed, left, credit in rows
    )
