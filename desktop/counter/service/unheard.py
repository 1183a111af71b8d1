"""Steps with money that this computer sent and heard no answer of: each is asked for by its id."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from desktop.counter.records import LostKind, LostPayment, LostState, MovementKind, TakeBackOrder
from desktop.counter.service.payments import TAKING
from desktop.counter.service.refunds import refund_asked
from desktop.counter.service.reversing import asked_back
from desktop.kernel import canonical, intent
from desktop.kernel.errors import Uncertain
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat

_REFUND, _MOVEMENT, _BACK = "counter.pay_refund", "counter.move_cash", "counter.reverse_payment"
_WITH_MONEY = (*TAKING, _REFUND, _MOVEMENT, _BACK)
"""The operations by which money comes to a till or leaves it, and of which an answer may be lost."""


def lost(seat: Seat) -> tuple[LostPayment, ...]:
    """The steps with money of this computer whose booking nobody has seen yet, oldest first.

    What may still be under way, here or in another program, waits; of the rest the database knows.
    """
    folder = seat.app.intents
    if folder is None:
        return ()
    gone, _ = intent.Left(folder, _WITH_MONEY).lost()
    found = []
    for one in intent.unsettled(folder):
        if one.operation in _WITH_MONEY:
            state = _became(seat, one) if one in gone else LostState.WAITS
            found.append(_told(seat, one, state))
    return tuple(found)


def _became(seat: Seat, gone: intent.Intent) -> LostState:
    """What became of a step whose program has ended; a server may have it under way all the same."""
    try:
        return LostState.BOOKED if seat.app.took_effect(gone.entry_id) else LostState.UNBOOKED
    except Uncertain:
        return LostState.WAITS


def heard(seat: Seat, told: Iterable[LostPayment]) -> None:
    """Somebody knows now what became of these: forget them. What still waits is kept."""
    for one in told:
        if one.state is not LostState.WAITS and seat.app.intents is not None:
            intent.settled(seat.app.intents, one.entry_id)


def _told(seat: Seat, one: intent.Intent, state: LostState) -> LostPayment:
    kind, number, amount = _what(seat, one.operation, json.loads(one.request))
    sent_at = datetime.fromtimestamp(int(one.kept_at), seat.app.country.zone)
    return LostPayment(one.entry_id, number, amount, kind, sent_at, state)


def _what(seat: Seat, operation: str, asked: Any) -> tuple[LostKind, str, Money]:
    """What kind of step it was, for which account, about how much."""
    if operation == _MOVEMENT:
        kind = LostKind.DROP if asked["kind"] == MovementKind.DROP.value else LostKind.FLOAT
        return kind, "", Money(asked["amount"])
    if operation == _REFUND:
        refund = seat.ask(refund_asked, UUID(asked))
        return LostKind.REFUND, *((refund.account_number, refund.amount) if refund else ("", Money.zero()))
    if operation == _BACK:
        return LostKind.TAKEN_BACK, *seat.ask(asked_back, canonical.load(TakeBackOrder, json.dumps(asked)))
    parts = asked.get("shares") or asked.get("tenders") or [asked]
    first = asked if "account_number" in asked else parts[0]
    return LostKind.PAYMENT, first["account_number"], Money(sum(part["amount"] for part in parts))
