"""Cases of payments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from desktop.kernel.country import Country
from desktop.kernel.fields import Fields
from desktop.ledger.records import DueItem, ItemKind
from desktop.ledger.rules import allocate
from desktop.rating.case import money


def allocation(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """A payment and a credit balance spread over receivables, oldest first."""
    fields = Fields(data)
    pool = money(fields, "payment", country) + money(fields, "prepaid_before", country)
    within = fields.text("within")
    parts = [(part.text("id"), _due_item(part, country)) for part in fields.each("receivables", [])]
    fields.refuse()
    # Among receivables of one day the id decides, as text here and as the id's own order in the ledger.
    items = {
        name: replace(item, open_item_id=UUID(int=place))
        for place, (name, item) in enumerate(sorted(parts, key=_name))
    }
    names = {item.open_item_id: name for name, item in items.items()}
    spread, left = allocate(pool, tuple(items.values()), late_fee_first=within != "principal_first")
    written = country.currency.decimal
    return {
        "allocations": [
            {
                "id": names[part.item.open_item_id],
                "principal_paid": str(written(part.principal)),
                "late_fee_paid": str(written(part.late_fee)),
                "settled": part.settled,
            }
            for part in spread
        ],
        "prepaid_after": str(written(left)),
    }


def _name(pair: tuple[str, DueItem]) -> str:
    return pair[0]


def _due_item(fields: Fields, country: Country) -> DueItem:
    due_on = fields.day("due_date")
    principal, late_fee = money(fields, "principal", country), money(fields, "late_fee", country)
    return DueItem(UUID(int=0), ItemKind.ELECTRICITY, due_on, "", None, due_on, 0, principal, late_fee)
