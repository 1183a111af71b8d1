"""Direct debits of the sample hall: a file whose results came, and one whose results the bank still owes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date

from desktop.debits import service as debits
from desktop.debits.records import (
    DebitBank,
    FileOrder,
    MandateOrder,
    Meaning,
    ResultRead,
    ResultsRead,
    SentOrder,
)
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.treasury import service as treasury

BANK = "工商银行（样例）"
SIGNED, COLLECTED, BACK, AGAIN = date(2025, 11, 3), date(2026, 1, 12), date(2026, 1, 15), date(2026, 2, 6)
DUE_BY = date(2026, 1, 31)


def collect(
    on: Callable[[date], Seat],
    paying: Sequence[tuple[str, str]],
    empty: tuple[str, str],
    back: tuple[str, str],
) -> None:
    """Collect December of accounts and holders by mandate: most pay, one has not enough money, one takes it back.

    What those two still owe is in a second file, whose results have not come.
    """
    seat = on(COLLECTED)
    seat.do(debits.set_debit_bank, DebitBank(BANK, "3301-0001"))
    for place, (number, holder) in enumerate((*paying, empty, back), 1):
        card = f"62220212020{place:08}"
        seat.do(
            debits.set_mandate, MandateOrder(number, BANK, card, holder, f"DK-{place:04}", SIGNED, SIGNED)
        )
    said = {empty[0]: Meaning.FUNDS}
    made = seat.do(debits.make_file, FileOrder(BANK, COLLECTED, DUE_BY))
    seat.do(debits.note_sent, SentOrder(made.number, _sha256(made.number)))
    items = seat.ask(debits.debit_items, made.number)
    _booked(seat, [(one.number, one.amount, said.get(one.account_number, Meaning.PAID)) for one in items])
    gone = [(one.number, one.amount, Meaning.RETURNED) for one in items if one.account_number == back[0]]
    _booked(on(BACK), gone)
    seat = on(AGAIN.replace(day=3))
    again = seat.do(debits.make_file, FileOrder(BANK, AGAIN, DUE_BY))
    seat.do(debits.note_sent, SentOrder(again.number, _sha256(again.number)))


def _booked(seat: Seat, said: Sequence[tuple[str, Money, Meaning]]) -> None:
    """A file of results as a bank would give it."""
    words = {Meaning.FUNDS: "余额不足", Meaning.RETURNED: "客户对扣款有异议"}
    rows = tuple(
        ResultRead(
            row, f"{number}-{meaning.value}", number, amount, meaning, words.get(meaning, "扣款成功"), None
        )
        for row, (number, amount, meaning) in enumerate(said, 2)
    )
    read = ResultsRead("results.xlsx", _sha256(repr(rows)), rows, (), (), ())
    treasury.take_results_in(seat, read, BANK)


def _sha256(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
