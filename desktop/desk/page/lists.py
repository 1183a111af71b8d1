"""The tables on the cards of accounts and parties: every bill, read, payment, contract, contact and note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from desktop.billing.records import InstalmentShown
from desktop.counter.page import bill_states_room
from desktop.counter.records import ChequeState, PaymentRow
from desktop.desk.records import BillRow, ContractRow
from desktop.kernel.country import Country
from desktop.kernel.text import Catalog
from desktop.ledger.records import ItemKind, SettledItem
from desktop.metering.records import ReadShown, ReadSource, RegisterCode
from desktop.parties.records import ContactShown, NoteShown
from desktop.qt.cells import badge_room, title_room, words_room
from desktop.qt.figures import grouped, signed
from desktop.qt.table import Cell, Column, Table, money_cell

NONE = "–"


def bill_state(say: Catalog, found: BillRow, today: date) -> Cell:
    """How a bill stands: taken back, paid and when, overdue and how long, not yet due; whether it holds an estimate."""
    if found.reversed_on is not None:
        return Cell(say("taken back {day}", day=found.reversed_on), state="plain")
    if not found.open and found.cheque:
        return Cell(say("cheque pending"), state="due")
    if not found.open:
        paid = say("paid {day}", day=found.paid_on) if found.paid_on else say("paid")
        return (
            Cell(say("{paid}, estimate", paid=paid), state="est")
            if found.estimated
            else Cell(paid, state="ok")
        )
    if found.disputed:
        return Cell(say("disputed"), state="warn")
    if found.due_on < today:
        days = (today - found.due_on).days
        return Cell(say.plural("overdue {count} day", "overdue {count} days", days), state="bad")
    if found.estimated:
        return Cell(say("not yet due, estimate"), state="est")
    return Cell(say("not yet due"), state="due")


def _difference(say: Catalog, found: BillRow) -> Cell:
    if found.difference is None:
        return Cell(NONE, ink="ink3")
    return Cell(signed(say.money(found.difference), found.difference.raw), ink="ink2")


def average(found: BillRow, country: Country) -> Decimal | None:
    """What a kilowatt-hour of a bill cost on average; None where none was used."""
    return country.currency.decimal(found.amount) / found.energy.decimal if found.energy else None


def _average_cell(say: Catalog, found: BillRow, country: Country) -> Cell:
    price = average(found, country)
    return Cell(NONE if price is None else say.number(price, 4), ink="ink2")


def bills_table(say: Catalog, country: Country, today: date, *, full: bool) -> Table:
    """An account's bills: the columns of the overview, or all of them."""
    sign = country.currency.sign
    month = Column(say("Month"), lambda found: say.month(found.month), 78)
    energy = Column("kWh", lambda found: say.number(found.energy), 72, right=True)
    amount = Column(
        say("Amount {sign}", sign=sign), lambda found: money_cell(say.money(found.amount)), 96, right=True
    )
    change = Column(say("To last month"), lambda found: _difference(say, found), 108, right=True)
    due = Column(say("Due"), lambda found: say.date(found.due_on), 100, right=True)
    state = Column(say("State"), lambda found: bill_state(say, found, today), least=bill_states_room(say))
    if full:
        columns = (
            month,
            Column(say("Bill"), lambda found: Cell(found.number, ink="ink2"), 140),
            Column(say("Days"), lambda found: say.number(found.days), 64, right=True),
            energy,
            Column(say("Average price"), lambda found: _average_cell(say, found, country), 100, right=True),
            amount,
            Column(
                say("Open {sign}", sign=sign),
                lambda found: money_cell(say.money(found.open), zero=not found.open),
                90,
                right=True,
            ),
            state,
        )
    else:
        read = Column(say("Read on"), lambda found: say.date(found.read_on) if found.read_on else NONE, 96)
        columns = (month, read, energy, amount, change, due, state)
    table = Table(say("Bills"), columns)
    table.show_empty(say("No bill yet"), say("The first one comes with the next bill run"), "receipt-text")
    return table


def instalments_table(say: Catalog, country: Country, today: date) -> Table:
    """What an account was asked for before its months were billed, and which bill deducts it."""
    sign = country.currency.sign
    states = (say("taken back"), say("paid"), say("due {day}", day=today))

    def state(one: InstalmentShown) -> Cell:
        if one.reversed_on is not None:
            return Cell(states[0], state="withdrawn")
        if not one.open:
            return Cell(states[1], state="ok")
        return Cell(say("due {day}", day=one.due_on), state="bad" if one.due_on < today else "due")

    def part(one: InstalmentShown) -> str:
        return say("{place} of {places}", place=one.place, places=one.places)

    left = say("Open {sign}", sign=sign)
    return Table(
        say("Instalments"),
        (
            Column(say("Month"), lambda one: say.month(one.month), 78),
            Column(say("Number"), lambda one: Cell(one.number, ink="ink2"), 150),
            Column(say("Part"), part, words_room(part_words(say), least=90)),
            Column(say("Deducted by bill"), lambda one: Cell(one.bill_number or NONE, ink="ink2")),
            Column(say("State"), state, badge_room(say("State"), states)),
            Column(say("Amount {sign}", sign=sign), lambda one: money_cell(say.money(one.amount)), 96, right=True),
            Column(left, lambda one: money_cell(say.money(one.open), zero=not one.open), title_room(left, 90),
                   right=True),
        ),
    )  # fmt: skip


def part_words(say: Catalog) -> str:
    """The widest words of a part."""
    return say("{place} of {places}", place=10, places=10)


def reads_table(say: Catalog, bills: Mapping[UUID, str]) -> Table:
    """Every read of an account's registers; ``bills`` names the bill that a read closed, by the read's id."""

    def value(read: ReadShown) -> Cell:
        return Cell(say.number(read.value), strong=True)

    table = Table(
        say("Reads"),
        (
            Column(say("Read on"), lambda read: say.date(read.read_on), 110),
            Column(say("Meter"), lambda read: Cell(grouped(read.meter_serial), ink="ink2"), 130),
            Column(
                say("Register"),
                lambda read: say(read.register.text),
                words_room(say(RegisterCode.ACTIVE.text), least=180),
            ),
            Column(say("Reading"), value, 110, right=True),
            Column(
                say("Used kWh"), lambda read: _used(say, read), title_room(say("Used kWh"), 100), right=True
            ),
            Column(say("Source"), lambda read: _source(say, read), 140),
            Column(say("Reason"), lambda read: say(read.reason.text), 110),
            Column(say("Reader"), lambda read: read.reader or NONE, 120),
            Column(say("Bill"), lambda read: Cell(bills.get(read.read_id, NONE), ink="ink2")),
        ),
    )
    table.show_empty(say("No read yet"), say("Reads come in with a reading sheet"), "gauge")
    return table


def _used(say: Catalog, read: ReadShown) -> Cell:
    return Cell(NONE, ink="ink3") if read.energy is None else Cell(say.number(read.energy))


def _source(say: Catalog, read: ReadShown) -> Cell:
    if read.reversed:
        return Cell(say("Taken back"), state="withdrawn")
    estimated = read.source is ReadSource.ESTIMATED
    return Cell(say(read.source.text), state="est" if estimated else "")


def payments_table(say: Catalog, country: Country) -> Table:
    """Every payment of an account, with its receipt and what it settled."""
    sign = country.currency.sign
    table = Table(
        say("Payments"),
        (
            Column(say("Paid at"), lambda paid: say.moment(paid.paid_at), 140),
            Column(say("Receipt"), lambda paid: Cell(paid.receipt_number, ink="ink2"), 120),
            Column(say("Tender"), lambda paid: say(paid.tender.text), 110),
            Column(say("Settled"), lambda paid: _settled(say, paid)),
            Column(
                say("State"),
                lambda paid: _standing(say, paid),
                badge_room(
                    say("State"),
                    (
                        say("Taken back"),
                        say("Moved away"),
                        say("Moved here"),
                        *(say(one.text) for one in ChequeState),
                    ),
                ),
            ),
            Column(say("Cashier"), lambda paid: Cell(paid.cashier, ink="ink2"), 120),
            Column(
                say("Amount {sign}", sign=sign),
                lambda paid: money_cell(say.money(paid.amount)),
                110,
                right=True,
            ),
        ),
    )
    table.show_empty(say("No payment yet"), say("F12 takes one"), "wallet")
    return table


def item_words(say: Catalog, item: SettledItem) -> str:
    """The month a payment settled, and what of it where that is not its bill."""
    month = say.month(item.month)
    return month if item.kind is ItemKind.ELECTRICITY else say("{month} {kind}", month=month, kind=item.kind)


def _settled(say: Catalog, paid: PaymentRow) -> str:
    parts = [item_words(say, item) for item in paid.settled]
    if paid.credit_made:
        parts.append(say("credit {amount}", amount=paid.credit_made))
    if paid.together > 1:
        parts.append(say("for {count} accounts together", count=paid.together))
    return say.join(parts) or NONE


def _standing(say: Catalog, paid: PaymentRow) -> Cell:
    if paid.cheque is ChequeState.RETURNED:
        return Cell(say(paid.cheque.text), state="bad")
    if paid.elsewhere or paid.taken_back:
        return Cell(say("Moved away") if paid.elsewhere else say("Taken back"), state="withdrawn")
    if paid.cheque is ChequeState.PENDING:
        return Cell(say(paid.cheque.text), state="due")
    return Cell(say("Moved here"), state="info") if paid.moved else Cell("")


def contracts_table(say: Catalog, today: date) -> Table:
    """An account's contracts from–to."""

    def state(one: ContractRow) -> Cell:
        if one.valid_to is not None and one.valid_to <= today:
            return Cell(say("ended"), state="withdrawn")
        return (
            Cell(say("in force"), state="ok")
            if one.valid_from <= today
            else Cell(say("to come"), state="due")
        )

    table = Table(
        say("Contracts"),
        (
            Column(say("Contract"), lambda one: Cell(one.number, strong=True), 180),
            Column(say("Service"), lambda one: say(one.service.text), 130),
            Column(say("From"), lambda one: say.date(one.valid_from), 104),
            Column(say("Until"), lambda one: say.date(one.valid_to) if one.valid_to else NONE, 104),
            Column(say("Tariff"), lambda one: Cell(one.tariff_name)),
            Column(say("Kind of use"), lambda one: say(one.use_class), 200),
            Column(say("Address"), lambda one: Cell(one.address, ink="ink2"), head=0.3),
            Column(
                say("State"), state, badge_room(say("State"), (say("in force"), say("to come"), say("ended")))
            ),
        ),
        persons=True,
    )
    table.show_empty(say("No contract"), "", "file-text")
    return table


def versions_table(say: Catalog) -> Table:
    """The price versions that held while a contract ran, newest first."""
    table = Table(
        say("Prices of this contract"),
        (
            Column(say("Valid from"), lambda one: say.date(one.valid_from), 110),
            Column(say("Version"), lambda one: Cell(one.version, strong=True), 140),
            Column(say("Tariff"), lambda one: one.name, 240),
            Column(say("Notice"), lambda one: Cell(one.notice, ink="ink2")),
        ),
    )
    table.show_empty(say("No price was in force"), "", "tags")
    return table


def contacts_table(say: Catalog) -> Table:
    """How a party is reached, and the numbers it is known by."""

    def state(one: ContactShown) -> Cell:
        if one.valid_to is not None:
            return Cell(say("closed {day}", day=one.valid_to), state="withdrawn")
        return Cell(say("notices go here"), state="info") if one.notices else Cell("")

    table = Table(
        say("Contacts"),
        (
            Column(say("Kind"), lambda one: say(one.kind.text), 150),
            Column(say("Contact"), _contact),
            Column(say("Since"), lambda one: say.date(one.valid_from), 110),
            Column(say("State"), state, 190),
            Column(say("Entered by"), lambda one: Cell(one.entered_by or NONE, ink="ink2"), 140),
        ),
        persons=True,
    )
    table.show_empty(say("No contact yet"), say("A adds one"), "user-round")
    return table


def _contact(one: ContactShown) -> Cell:
    return Cell(one.value, ink="ink3") if one.valid_to else Cell(one.value, strong=True)


def notes_table(say: Catalog) -> Table:
    """What was noted, newest first, open alerts before all."""

    def state(note: NoteShown) -> Cell:
        if note.pinned:
            return Cell(say("alert"), state="warn")
        if note.alert:
            return Cell(say("alert, settled"), state="ok")
        return Cell(say("settles an alert"), state="plain") if note.settles else Cell("")

    table = Table(
        say("Notes"),
        (
            Column(say("Written at"), lambda note: say.moment(note.written_at), 140),
            Column(say("Author"), lambda note: Cell(note.author, ink="ink2"), 120),
            Column(
                say("About"),
                lambda note: say("this account") if note.account_id else say("the customer"),
                110,
            ),
            Column(say("What was noted"), lambda note: Cell(note.text, strong=note.pinned)),
            Column(say("State"), state, 150),
        ),
        persons=True,
    )
    table.show_empty(say("No note yet"), say("N writes one"), "pencil")
    return table
