"""One meter comes down, another is hung in its place on the same day."""

from __future__ import annotations

import sqlalchemy as sa

from desktop.kernel.errors import Refused
from desktop.kernel.fields import refusal
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.metering import rules
from desktop.metering.records import ExchangeOrder, FinalRead, MeterExchanged, ReadReason, RegisterCode
from desktop.metering.service.points import found_by_meter, install
from desktop.metering.service.reads import read_values
from desktop.metering.service.targets import Target, hanging
from desktop.metering.service.wishes import end_wishes
from desktop.metering.tables import Installation, Meter, MeterExchange, RegisterRead


@operation("metering.exchange_meter")
def exchange_meter(work: Work, order: ExchangeOrder) -> MeterExchanged:
    """Close every register of the old meter with its final read and start the new ones with their opening reads."""
    on = order.exchanged_on
    old = hanging(work, order.account_number, on, order.meter_serial)
    serial = old[0].meter_serial
    if on > work.today:
        raise Refused(Text("The day of the exchange lies in the future."))
    if on <= old[0].installed_on:
        raise Refused(
            Text(
                "Meter {serial} was hung on {day}: it comes down later.",
                serial=serial,
                day=old[0].installed_on,
            )
        )
    if any(target.waiting for target in old):
        raise Refused(
            Text("A reading of meter {serial} waits for a decision: decide it first.", serial=serial)
        )
    finals = {one.code: one for one in order.finals}
    if len(finals) != len(order.finals) or not finals.keys() <= {target.code for target in old}:
        raise Refused(Text("Name every register of meter {serial} once.", serial=serial))
    rows = [
        read_values(
            work,
            target.register_id,
            _final(work, target, finals.get(target.code), order).value,
            on,
            ReadReason.FINAL,
            reader=order.reader.strip() or work.actor.name,
            rollover=finals[target.code].rollover,
        )
        for target in old
    ]
    hung = work.session.scalars(
        sa.select(Installation)
        .join(Meter, Meter.id == Installation.meter_id)
        .where(Meter.serial_number == serial, Installation.removed_on.is_(None))
        .with_for_update(of=Installation)
    ).one()
    work.insert_many(RegisterRead, rows)
    end_wishes(work, old, on)
    hung.removed_on = on
    work.session.flush()
    new = install(
        work,
        hung.service_point_id,
        order.new_serial.strip(),
        order.new_multiplier,
        on,
        order.new_registers,
        reader=order.reader.strip() or work.actor.name,
    )
    work.add(
        MeterExchange(
            id=work.new_id(),
            old_installation_id=hung.id,
            new_installation_id=new,
            exchanged_on=on,
            reason=order.reason,
            entered_by=work.actor.name,
        )
    )
    found_by_meter(work, hung.service_point_id, serial, order.new_serial.strip())
    return MeterExchanged(serial, order.new_serial.strip())


def _final(work: Work, target: Target, final: FinalRead | None, order: ExchangeOrder) -> FinalRead:
    """The final read of one register, possible as it is; a doubtful one is a person's word here."""
    if final is None:
        raise Refused(Text("The final reading of “{register}” is missing.", register=target.code))
    last = target.last
    if last is not None and last.read_on == order.exchanged_on:
        # Read and taken down on one day: the final read says the same and closes the register.
        if final.value < last.value:
            raise Refused(
                Text("The final reading {value} is below {previous} of the same day.",
                     value=final.value, previous=last.value)
            )  # fmt: skip
        return final
    found = rules.problems(
        final.value,
        order.exchanged_on,
        work.today,
        digits=target.digits,
        last=last,
        billed_on=target.billed_on,
        below=final.rollover or target.code is RegisterCode.DEMAND,
    )
    if found:
        raise refusal(found[0])
    if final.rollover and (last is None or final.value >= last.value):
        raise Refused(Text("This reading is not below the one before it: nothing went round."))
    return final
