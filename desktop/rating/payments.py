"""Cases of payments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from desktop.counter.records import Flow, FlowKind
from desktop.counter.rules import balance
from desktop.kernel.country import Country
from desktop.kernel.fields import Fields
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.ledger.records import DueItem, ItemKind
from desktop.ledger.rules import allocate
from desktop.rating.case import money


def allocation(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """A payment and a credit balance spread over receivables, oldest first."""
    fields = Fields(data)
    pool = _amount(fields, "payment", country) + _amount(fields, "prepaid_before", country)
    within = _word(fields, "within", ("late_fee_first", "principal_first"))
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


def cashier(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """A shift of a till: what it took by tender, what should be in the drawer, and the difference to the count."""
    fields = Fields(data)
    opening, banked, counted = (
        _amount(fields, key, country) for key in ("opening_float", "banked", "counted_cash")
    )
    flows = [_flow(part, country) for part in fields.each("transactions", [])]
    fields.refuse()
    found, written = balance(opening, flows, banked), country.currency.decimal
    return {
        "net_by_method": {tender: str(written(amount)) for tender, amount in found.net.items()},
        "net_total": str(written(found.net_total)),
        "cash_expected": str(written(found.expected)),
        "over_short": str(written(counted - found.expected)),
        "counts": {kind.value: count for kind, count in found.counts.items()},
    }


def _flow(fields: Fields, country: Country) -> Flow:
    known = {kind.value: kind for kind in FlowKind}
    kind, amount = _word(fields, "type", known), _amount(fields, "amount", country)
    return Flow(known.get(kind, FlowKind.RECEIPT), fields.text("method"), amount)


def _word(fields: Fields, key: str, known: Collection[str]) -> str:
    """One of the words known under a key; nothing where it is another."""
    word = fields.text(key)
    if word and word not in known:
        what = Text("This is not one of the known words")
        fields.note(key, word, what, Text("Use one of: {words}", words=", ".join(known)))
    return word if word in known else ""


def _amount(fields: Fields, key: str, country: Country) -> Money:
    """Money that is nothing or more."""
    amount = money(fields, key, country)
    if amount < Money.zero():
        fields.note(key, amount.raw, Text("This is no amount of money"), Text("Mend the value"))
    return amount


def _name(pair: tuple[str, DueItem]) -> str:
    return pair[0]


def _due_item(fields: Fields, country: Country) -> DueItem:
    due_on = fields.day("due_date")
    principal, late_fee = _amount(fields, "principal", country), _amount(fields, "late_fee", country)
    return DueItem(UUID(int=0), ItemKind.ELECTRICITY, due_on, "", None, due_on, 0, principal, late_fee)
