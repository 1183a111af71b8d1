"""One tender for several accounts: a landlord's flats, a payment group. A payment for each, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.contracts import service as contracts
from desktop.contracts.tables import SupplyContract
from desktop.counter import rules
from desktop.counter.records import (
    AccountDue,
    AccountShare,
    ReceiptIssued,
    ReceiptPart,
    ReceiptQuery,
    TakenTogether,
    TenderKind,
    Together,
    TogetherOrder,
    TogetherQuery,
)
from desktop.counter.service.drawer import check_room, limit_here
from desktop.counter.service.payments import (
    ROLES,
    keep_receipt,
    reprint_receipt,
)
from desktop.counter.service.till import RECEIPT, not_taking, open_session
from desktop.counter.tables import Payment, PaymentPart, PaymentSet, Receipt, Tender, Till, TillSession
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Settlement
from desktop.ledger.tables import ContractAccount
from desktop.papers import service as papers
from desktop.parties import service as parties
from desktop.premises.tables import Premise, ServicePoint
from desktop.staff import service as staff


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays: a party, its language, and the payment group it pays as (None: as itself)."""

    party_id: UUID
    name: str
    language: str
    group_id: UUID | None = None
    group: str = ""
    group_name: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose an account is, where, and what they speak."""

    number: str
    customer_name: str
    language: str
    address: str


# Which accounts


@query("counter.view")
def paid_together(work: Work, asked: TogetherQuery) -> Together:
    """Accounts with what each owes today, and who pays them: see `TogetherQuery`. What owes nothing is there too."""
    keys, group = _wanted(work, asked)
    payer = payer_of(work, group, keys)
    places, dues = places_of(work, keys), ledger.dues_of(work, keys)
    rows = (
        AccountDue(places[key].number, places[key].customer_name, places[key].address, dues[key])
        for key in keys
    )
    return Together(payer.name, payer.language, payer.group, payer.group_name, tuple(rows))


def _wanted(work: Work, asked: TogetherQuery) -> tuple[list[UUID], str]:
    """The accounts in the order they are shown, and the number of the group they are paid as."""
    if asked.group and not asked.accounts:
        group = contracts.find_group(work, asked.group)
        members = contracts.members_on(work, group.id, work.today)
        if not members:
            raise Refused(Text("Payment group {number} has no account today.", number=group.number))
        return members[: rules.MOST_TOGETHER], group.number
    keys = _by_number(work, asked.accounts)
    if not asked.family:
        return keys, asked.group
    joined = contracts.group_of(work, keys[0])
    if joined is not None:
        return contracts.members_on(work, joined.id, work.today)[: rules.MOST_TOGETHER], joined.number
    owner = ledger.accounts(work, keys)[keys[0]].party_id
    others = [key for key in ledger.accounts_of(work, owner) if key != keys[0]]
    return [keys[0], *others][: rules.MOST_TOGETHER], ""


def _by_number(work: Work, numbers: Sequence[str]) -> list[UUID]:
    """The accounts with these numbers (spaces do not matter); NotFound names the first there is not."""
    plain = ["".join(number.split()) for number in numbers]
    rows = work.session.execute(
        sa.select(ContractAccount.number, ContractAccount.id).where(ContractAccount.number.in_(plain))
    )
    known: dict[str, UUID] = dict(rows.all())
    for number in plain:
        if number not in known:
            raise NotFound(
                Text(
                    "No account has the number {number}. Check it, or search by name or meter.", number=number
                )
            )
    if not plain:
        raise Refused(Text("Name the accounts."))
    return [known[number] for number in plain]


def payer_of(work: Work, group: str, keys: Sequence[UUID]) -> Payer:
    """The payer of a group; without one, the customer of the first account."""
    if not group:
        party = parties.party(work, ledger.accounts(work, keys[:1])[keys[0]].party_id)
        return Payer(party.id, party.name, party.language)
    row = contracts.find_group(work, group)
    party = parties.party(work, parties.current(work, row.party_id))
    return Payer(party.id, party.name, party.language, row.id, row.number, row.name)


def places_of(work: Work, keys: Sequence[UUID]) -> dict[UUID, Place]:
    """Whose accounts are, and where, by id."""
    main = sa.and_(SupplyContract.contract_account_id == ContractAccount.id, contracts.is_main())
    held = ledger.accounts(work, keys)
    people = parties.parties(work, {one.party_id for one in held.values()})
    rows = work.session.execute(
        sa.select(ContractAccount.id, Premise.address)
        .select_from(ContractAccount)
        .join(SupplyContract, main)
        .join(ServicePoint, ServicePoint.id == SupplyContract.service_point_id)
        .join(Premise, Premise.id == ServicePoint.premise_id)
        .where(ContractAccount.id.in_(keys))
    )
    at: dict[UUID, str] = dict(rows.all())
    return {
        key: Place(one.number, people[one.party_id].name, people[one.party_id].language, at.get(key, ""))
        for key, one in held.items()
    }


# Taking


@operation("counter.take_payment")
def take_together(work: Work, order: TogetherOrder) -> TakenTogether:
    """Take one tender for several accounts: a payment, a posting set and a share of the tender for each.

    Refused as a whole where the tender does not fit, the till is closed, or an account has something else to pay than
    when the shares were made. Receipt numbers, their rows and the head of the journal are the last things written.
    """
    objection = rules.objection_together(order)
    if objection is not None:
        raise Refused(objection)
    keys = held_as_seen(work, order.shares)
    return take_shares(work, order, keys, payer_of(work, order.group, keys))


def held_as_seen(work: Work, shares: Sequence[AccountShare]) -> list[UUID]:
    """The accounts of shares, locked; refused where one of them has something else to pay than when they were made."""
    keys = _by_number(work, [share.account_number for share in shares])
    work.lock(ContractAccount, keys)
    _check_dues(work, keys, shares)
    return keys


def take_shares(work: Work, order: TogetherOrder, keys: Sequence[UUID], payer: Payer) -> TakenTogether:
    """Take a tender for accounts that are held, each getting its share: a payment, a posting set and receipts."""
    settled = [
        ledger.settle(work, key, share.amount, ROLES[order.tender])
        for key, share in zip(keys, order.shares, strict=True)
    ]
    opened = open_session(work)
    if opened is None:
        raise not_taking(work)
    if order.tender is TenderKind.CASH:
        session = opened[1]
        check_room(work, session.id, session.opening_float, limit_here(work).refused_above)
    whole = PaymentSet(
        id=work.new_id(),
        till_session_id=opened[1].id,
        party_id=payer.party_id,
        group_id=payer.group_id,
        paid_at=work.at,
        kind=order.tender,
        reference=order.reference.strip(),
        given=order.given,
        amount=order.amount,
    )
    work.add(whole)
    taken = _keep_payments(work, order, keys, settled, opened[1])
    return _issue(work, order, payer, whole, opened[0], taken, settled)


def _check_dues(work: Work, keys: Sequence[UUID], shares: Sequence[AccountShare]) -> None:
    """Refuse what was reckoned from other figures than those of now: somebody may have paid one of them meanwhile."""
    dues = ledger.dues_of(work, keys)
    for key, share in zip(keys, shares, strict=True):
        if dues[key].to_pay != share.due:
            raise Refused(
                Text(
                    "Account {number} has {now} to pay, not {seen} any more. Nothing was booked: look again.",
                    number=dues[key].account_number,
                    now=dues[key].to_pay,
                    seen=share.due,
                )
            )


def _keep_payments(
    work: Work,
    order: TogetherOrder,
    keys: Sequence[UUID],
    settled: Sequence[Settlement],
    session: TillSession,
) -> list[Payment]:
    """A payment for each account, with its share of the tender."""
    made = []
    for key, share, settlement in zip(keys, order.shares, settled, strict=True):
        assert settlement.posting_set_id is not None
        made.append(
            Payment(
                id=work.new_id(),
                till_session_id=session.id,
                contract_account_id=key,
                posting_set_id=settlement.posting_set_id,
                paid_at=work.at,
                amount=share.amount,
            )
        )
        work.add(made[-1])
    work.session.flush()
    work.insert_many(
        Tender,
        [
            {
                "payment_id": payment.id,
                "kind": order.tender,
                "reference": order.reference.strip(),
                "given": payment.amount,
                "amount": payment.amount,
                "id": work.new_id(),
            }
            for payment in made
        ],
    )
    return made


# Receipts


def _issue(
    work: Work,
    order: TogetherOrder,
    payer: Payer,
    whole: PaymentSet,
    drawer: Till,
    taken: Sequence[Payment],
    settled: Sequence[Settlement],
) -> TakenTogether:
    """Number and keep the receipts, and the parts that name them."""
    places = places_of(work, [payment.contract_account_id for payment in taken])
    parts = [
        _part(places[one.contract_account_id], one, how) for one, how in zip(taken, settled, strict=True)
    ]
    together = order.one_receipt and len(parts) > 1
    blank = partial(
        ReceiptIssued,
        letterhead=staff.letterhead(work),
        paid_at=work.at,
        cashier=work.actor.name,
        till_name=drawer.name,
        tender=order.tender,
        notes=(*rules.cheque_notes(order), *rules.said_notes(order)),
    )
    running = work.number(work.station.id, RECEIPT, 1 if together else len(parts))
    numbers = (rules.receipt_number(work.station.code, work.today.year, at) for at in count(running))
    if together:
        issued = [_receipt(work, blank, next(numbers), order, payer, whole, tuple(parts))]
    else:
        issued = [
            _own_receipt(work, blank, next(numbers), places[one.contract_account_id].language, one, part)
            for one, part in zip(taken, parts, strict=True)
        ]
    kept = [keep_receipt(work, one, running + at) for at, one in enumerate(issued)]
    work.session.flush()
    work.insert_many(
        PaymentPart,
        [
            {
                "payment_set_id": whole.id, "position": at + 1, "payment_id": payment.id,
                "receipt_id": kept[0 if together else at], "id": work.new_id(),
            }
            for at, payment in enumerate(taken)
        ],
    )  # fmt: skip
    return TakenTogether(
        customer_name=payer.name,
        accounts=len(parts),
        amount=order.amount,
        given=order.given,
        change=rules.change(order),
        tender=order.tender,
        owed_after=Money.total([part.owed_after for part in parts]),
        credit_after=Money.total([part.credit_after for part in parts]),
        receipts=tuple(issued),
    )


def _part(place: Place, payment: Payment, settlement: Settlement) -> ReceiptPart:
    return ReceiptPart(
        payment_id=payment.id,
        account_number=place.number,
        customer_name=place.customer_name,
        address=place.address,
        items=settlement.items,
        amount=payment.amount,
        credit_used=settlement.credit_used,
        credit_made=settlement.credit_made,
        owed_after=settlement.owed_after,
        credit_after=settlement.credit_after,
    )


def _receipt(
    work: Work,
    blank: Callable[..., ReceiptIssued],
    number: str,
    order: TogetherOrder,
    payer: Payer,
    whole: PaymentSet,
    parts: tuple[ReceiptPart, ...],
) -> ReceiptIssued:
    """The one receipt of all, in the language of who pays."""
    return blank(
        payment_id=parts[0].payment_id,
        number=number,
        language=payer.language,
        account_number=payer.group,
        customer_name=payer.name,
        address=payer.group_name,
        items=(),
        amount=order.amount,
        amount_words=_words(work, order.amount),
        given=order.given,
        change=rules.change(order),
        credit_used=Money.total([part.credit_used for part in parts]),
        credit_made=Money.total([part.credit_made for part in parts]),
        owed_after=Money.total([part.owed_after for part in parts]),
        credit_after=Money.total([part.credit_after for part in parts]),
        check_code=papers.check_code(whole.hash),
        parts=parts,
    )


def _own_receipt(
    work: Work,
    blank: Callable[..., ReceiptIssued],
    number: str,
    language: str,
    payment: Payment,
    part: ReceiptPart,
) -> ReceiptIssued:
    """The receipt of one of them, as if it had been paid alone and exactly; the change is the tender's, not its."""
    return blank(
        payment_id=payment.id,
        number=number,
        language=language,
        account_number=part.account_number,
        customer_name=part.customer_name,
        address=part.address,
        items=part.items,
        amount=part.amount,
        amount_words=_words(work, part.amount),
        given=part.amount,
        change=Money.zero(),
        credit_used=part.credit_used,
        credit_made=part.credit_made,
        owed_after=part.owed_after,
        credit_after=part.credit_after,
        check_code=papers.check_code(payment.hash),
    )


def _words(work: Work, amount: Money) -> str:
    country = work.country
    return country.amount_in_words(country.currency.decimal(amount)) if country.amount_in_words else ""


@operation("counter.reprint_receipt")
def reprint_receipts(work: Work, numbers: tuple[str, ...]) -> tuple[ReceiptIssued, ...]:
    """The same receipts once more, each marked COPY n and entered in the print journal."""
    return tuple(reprint_receipt(work, ReceiptQuery(number)) for number in numbers)


# Proof


def prove_together(session: orm.Session) -> Iterator[Finding]:
    """A tender of several accounts is the sum of their payments, all of its shift, each on a receipt of its own or
    on that of all; a receipt of all shows what each of them paid."""
    elsewhere = sa.case((Payment.till_session_id != PaymentSet.till_session_id, 1), else_=0)
    rows = session.execute(
        sa.select(PaymentSet.id, PaymentSet.amount, sa.func.sum(Payment.amount), sa.func.sum(elsewhere))
        .select_from(PaymentSet)
        .outerjoin(PaymentPart, PaymentPart.payment_set_id == PaymentSet.id)
        .outerjoin(Payment, Payment.id == PaymentPart.payment_id)
        .group_by(PaymentSet.id, PaymentSet.amount)
    )
    for key, amount, paid, astray in rows:
        if amount != paid or astray:
            words = Text("This tender is not the sum of the payments it was taken for")
            yield Finding("I18", PaymentSet.__tablename__, key, "together_sum", words)
    first = orm.aliased(PaymentPart)
    own = sa.and_(first.payment_set_id == PaymentPart.payment_set_id, first.payment_id == Receipt.payment_id)
    foreign = session.scalars(
        sa.select(PaymentPart.id)
        .join(Receipt, Receipt.id == PaymentPart.receipt_id)
        .outerjoin(first, own)
        .where(first.id.is_(None))
    )
    for key in foreign:
        words = Text("This payment names a receipt of another tender")
        yield Finding("I17", PaymentPart.__tablename__, key, "together_receipt", words)
