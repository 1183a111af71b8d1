"""Taking money: what a tender may be, and the change; counting it: what should be there, what explains the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.counter.records import (
    AccountShare,
    Flow,
    FlowKind,
    MixedOrder,
    MixedTogetherOrder,
    PaymentOrder,
    Piece,
    ReceiptIssued,
    ReceiptPart,
    SuspectReason,
    TenderKind,
    TenderPart,
    TogetherOrder,
)
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.ledger.records import DueItem, Dues
from desktop.ledger.rules import allocate

MOST_TOGETHER = 500
"""Accounts one tender pays."""
LONGEST_NAME = 100
MOST_TENDERS = 9
"""Tenders of one payment."""
MUCH = 100
"""So many times what is due is asked about before it is taken: a slip of the hand, or a scanner's."""


def objection(order: PaymentOrder | TogetherOrder) -> Text | None:
    """Why a payment cannot be taken as ordered, or None."""
    if order.amount.raw <= 0:
        return Text("The amount must be more than zero.")
    if order.given < order.amount:
        return Text(
            "{given} was given, {amount} is to be paid: ask for the rest.",
            given=order.given,
            amount=order.amount,
        )
    if order.tender is not TenderKind.CASH and order.given != order.amount:
        return Text("Only cash gives change: enter the amount that was paid.")
    if order.tender is TenderKind.DEBIT:
        return Text("A direct debit is booked with the results of its bank.")
    if order.tender is TenderKind.CHEQUE and not order.reference.strip():
        return Text("Enter the number of the cheque: without it nobody finds it at the bank.")
    if order.tender is not TenderKind.CASH and not order.reference.strip():
        return Text("Enter the number of the card slip, transfer or wallet payment.")
    if len(order.paid_by) > LONGEST_NAME:
        return Text("Name who pays in {most} letters at most.", most=LONGEST_NAME)
    return None


def objection_together(order: TogetherOrder) -> Text | None:
    """Why a payment of several accounts cannot be taken as ordered, or None."""
    numbers = ["".join(share.account_number.split()) for share in order.shares]
    if not numbers:
        return Text("Name the accounts.")
    if len(set(numbers)) < len(numbers):
        return Text("An account is named twice.")
    if len(numbers) > MOST_TOGETHER:
        return Text(
            "One payment is for {most} accounts at most, these are {count}: take it in two.",
            most=MOST_TOGETHER,
            count=len(numbers),
        )
    if any(share.amount.raw <= 0 for share in order.shares):
        return Text("The amount must be more than zero.")
    over = next((share for share in order.shares if share.amount > share.due), None)
    if over is not None:
        return Text(
            "Account {number} has {due} to pay, {amount} is too much: take an advance on the account by itself.",
            number=over.account_number,
            due=over.due,
            amount=over.amount,
        )
    return objection(order)


def change(order: PaymentOrder | TogetherOrder) -> Money:
    """What goes back to the customer."""
    return order.given - order.amount


def cheque_notes(order: PaymentOrder | TogetherOrder) -> tuple[Text, ...]:
    """What a receipt says besides where it was paid by cheque."""
    if order.tender is not TenderKind.CHEQUE:
        return ()
    return (Text("Cheque {number}: it counts once the bank has credited it", number=order.reference.strip()),)


def said_notes(order: PaymentOrder | TogetherOrder) -> tuple[Text, ...]:
    """What a receipt says besides: which bill the money is meant for, and who paid in the customer's place."""
    notes = []
    if isinstance(order, PaymentOrder) and order.first.strip():
        words = Text("Bill {number} is settled first, as the customer wished", number=order.first.strip())
        notes.append(words)
    if order.paid_by.strip():
        notes.append(Text("Paid by {name}", name=" ".join(order.paid_by.split())))
    return tuple(notes)


def is_much(given: Sequence[Money], to_pay: Money, bills: Sequence[Money]) -> Money | None:
    """What one of the tenders given is more than a hundred times of: what is due, or the highest of some bills.

    None where none is so much, or where nothing is due and was ever billed: an advance of any size is as likely.
    """
    most = max(to_pay, *bills, Money.zero())
    return most if most and max(given) >= most * MUCH else None


def objection_mixed(order: MixedOrder | MixedTogetherOrder) -> Text | None:
    """Why a payment by several tenders cannot be taken as ordered, or None."""
    if not 2 <= len(order.tenders) <= MOST_TENDERS:
        return Text("A mixed payment has from 2 to {most} tenders.", most=MOST_TENDERS)
    numbers = [(one.tender, one.reference.strip()) for one in order.tenders if one.reference.strip()]
    if len(set(numbers)) < len(numbers):
        return Text("Two of the tenders have the same number: each slip counts once.")
    if any(one.amount.raw <= 0 for one in order.tenders):
        return Text("The amount must be more than zero.")
    return None


def in_turn(tenders: Sequence[TenderPart]) -> list[TenderPart]:
    """Tenders in the order they settle: as they were put down, cheques last. A cheque may come back, and what it
    reopens is then what was owed least long."""
    return sorted(tenders, key=lambda one: one.tender is TenderKind.CHEQUE)


def divided(order: MixedTogetherOrder) -> list[TogetherOrder]:
    """What each of several tenders pays: one after the other fills the accounts in their order until it is used up.

    So most accounts are paid by one tender, and at most one account between two tenders by both. Nothing is left over
    where the shares are what the tenders come to: see `objection_divided`.
    """
    left = list(order.shares)
    made = []
    for tender in in_turn(order.tenders):
        rest, got = tender.amount, []
        while rest and left:
            share = left.pop(0)
            paid = min(rest, share.amount)
            got.append(replace(share, amount=paid))
            rest -= paid
            if paid < share.amount:
                left.insert(0, replace(share, amount=share.amount - paid))
        made.append(
            TogetherOrder(
                tuple(got),
                tender.given,
                tender.tender,
                tender.reference,
                order.one_receipt,
                order.group,
                order.paid_by,
            )
        )
    return made


def objection_divided(order: MixedTogetherOrder) -> Text | None:
    """Why several tenders cannot pay several accounts as ordered, or None; each tender has `objection_together` too."""
    given = Money.total([share.amount for share in order.shares])
    if given != order.amount:
        return Text(
            "The tenders come to {amount}, the accounts get {given}: look again.",
            amount=order.amount,
            given=given,
        )
    return objection_mixed(order)


def stands_after(receipts: Sequence[ReceiptIssued]) -> list[ReceiptIssued | ReceiptPart]:
    """What the receipts of one payment say last of each of its accounts."""
    said = (part for receipt in receipts for part in receipt.parts or (receipt,))
    return list({part.account_number: part for part in said}.values())


def mixed_note(receipts: Sequence[ReceiptIssued], tenders: int) -> Text:
    """What each receipt of a payment by so many tenders says of all of them."""
    return Text(
        "One payment of {amount} by {count} tenders: receipts {first} to {last}",
        amount=Money.total([one.amount for one in receipts]),
        count=tenders,
        first=receipts[0].number,
        last=receipts[-1].number,
    )


def shares(amount: Money, dues: Sequence[Dues], *, late_fee_first: bool) -> tuple[AccountShare, ...]:
    """How an amount is spread over accounts: whatever is oldest is cleared first, whosever it is.

    Each account's own credit is used before. Accounts that get nothing are absent; what is more than all have to pay
    is spread nowhere.
    """
    left: list[DueItem] = []
    owner = {}
    for one in dues:
        covered, _ = allocate(one.credit, one.items, late_fee_first=late_fee_first)
        for part in covered:
            owner[part.item.open_item_id] = one.account_number
            left.append(
                replace(
                    part.item,
                    principal=part.item.principal - part.principal,
                    late_fee=part.item.late_fee - part.late_fee,
                )
            )
    got = dict.fromkeys((one.account_number for one in dues), Money.zero())
    for part in allocate(amount, left, late_fee_first=late_fee_first)[0]:
        got[owner[part.item.open_item_id]] += part.principal + part.late_fee
    return tuple(
        AccountShare(one.account_number, one.to_pay, got[one.account_number])
        for one in dues
        if got[one.account_number]
    )


def receipt_number(station: str, year: int, running: int) -> str:
    """A receipt's number: its station, the year, its place in the station's gapless series of that year.

    >>> receipt_number("3", 2026, 4182)
    '3-26004182'
    """
    return f"{station}-{year % 100:02}{running:06}"


def sheet_number(station: str, year: int, running: int) -> str:
    """The number of a cash sheet, in a gapless series of its own: that of a receipt with a letter before it."""
    return f"Z{receipt_number(station, year, running)}"


def refund_number(station: str, year: int, running: int) -> str:
    """The number of a refund, in a gapless series of its own: that of a receipt with a letter before it."""
    return f"R{receipt_number(station, year, running)}"


MOST_PIECES = 100_000
"""More notes of a kind than any drawer holds: a slip of the hand."""


def count_objection(amount: Money, pieces: Sequence[Piece]) -> Text | None:
    """Why a count cannot be as stated, or None."""
    if amount.raw < 0:
        return Text("The amount in the drawer cannot be negative.")
    if any(not 0 <= piece.count <= MOST_PIECES or piece.value.raw <= 0 for piece in pieces):
        return Text("Count each kind of note from 0 to {most}.", most=MOST_PIECES)
    counted = Money.total([piece.amount for piece in pieces])
    if counted > amount:
        return Text(
            "The notes and coins come to {counted}, more than the {amount} stated.",
            counted=counted,
            amount=amount,
        )
    return None


@dataclass(frozen=True, slots=True)
class Balance:
    """What a session comes to: net by tender in the order they first came, how many flows of a kind, expected cash."""

    net: dict[str, Money]
    counts: dict[FlowKind, int]
    expected: Money

    @property
    def net_total(self) -> Money:
        """All tenders together."""
        return Money.total(list(self.net.values()))


def balance(opening: Money, flows: Sequence[Flow], taken_out: Money) -> Balance:
    """What should be in a drawer: opening + cash received − cash given back − ``taken_out`` of it on the way.

    ``taken_out`` is what went to the safe or the bank less what came from there.
    """
    net: dict[str, Money] = {}
    for flow in flows:
        signed = flow.amount if flow.kind is FlowKind.RECEIPT else -flow.amount
        net[flow.tender] = net.get(flow.tender, Money.zero()) + signed
    found = Counter(flow.kind for flow in flows)
    cash = net.get(TenderKind.CASH.value, Money.zero())
    return Balance(net, {kind: found[kind] for kind in FlowKind}, opening + cash - taken_out)


def explains(difference: Money, tender: TenderKind, amount: Money, given: Money) -> SuspectReason | None:
    """How a receipt could explain a difference (negative: money is missing), or None.

    >>> explains(Money(-900), TenderKind.CASH, Money(5400), Money(5400))
    <SuspectReason.SWAPPED: 'swapped'>
    """
    size = abs(difference)
    if not size:
        return None
    if tender is not TenderKind.CASH:
        return SuspectReason.TENDER if amount == difference else None
    if amount == size:
        return SuspectReason.EQUAL
    if given - amount == size:
        return SuspectReason.CHANGE
    if amount * 2 == size:
        return SuspectReason.HALF
    if _swapped(amount.raw, amount.raw + difference.raw):
        return SuspectReason.SWAPPED
    return None


def _swapped(one: int, other: int) -> bool:
    """Whether two amounts differ by two neighbouring digits that changed places."""
    if other <= 0:
        return False
    width = max(len(str(one)), len(str(other)))
    first, second = str(one).zfill(width), str(other).zfill(width)
    apart = [at for at in range(width) if first[at] != second[at]]
    return (
        len(apart) == 2
        and apart[1] == apart[0] + 1
        and first[apart[0]] == second[apart[1]]
        and first[apart[1]] == second[apart[0]]
    )
