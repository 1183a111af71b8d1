"""Premises and service points: entering them and reading them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.premises.records import (
    LONGEST_REASON,
    KnownPoint,
    KnownPremise,
    Place,
    PlaceNow,
    SupplyChanged,
    SupplyState,
)
from desktop.premises.tables import Premise, ServicePoint, SupplyChange

LONGEST_ADDRESS = 200


def register(
    work: Work,
    postcode: str,
    region: str,
    address: str,
    voltage: str,
    feeder_code: str,
    transformer_code: str,
) -> UUID:
    """Enter a premise with one connected service point; the service point's id."""
    premise = Premise(id=work.new_id(), postcode=postcode, region=region, address=address)
    work.add(premise)
    work.session.flush()
    return register_point(work, premise.id, voltage, feeder_code, transformer_code)


def register_point(
    work: Work, premise_id: UUID, voltage: str, feeder_code: str, transformer_code: str
) -> UUID:
    """Enter one more service point, connected, in a premise; its id. `NotFound` where there is no such premise."""
    if work.session.get(Premise, premise_id) is None:
        raise NotFound(Text("This premise is not known."))
    point = ServicePoint(
        id=work.new_id(),
        premise_id=premise_id,
        supply_state=SupplyState.CONNECTED,
        voltage=voltage,
        feeder_code=feeder_code,
        transformer_code=transformer_code,
    )
    work.add(point)
    return point.id


def register_many(work: Work, premises: Sequence[KnownPremise], points: Sequence[KnownPoint]) -> None:
    """Enter premises and service points that come in from another system, under ids of the caller's."""
    work.insert_many(
        Premise,
        [
            {"id": one.id, "postcode": one.postcode, "region": one.region, "address": one.address}
            for one in premises
        ],
    )
    work.insert_many(
        ServicePoint,
        [
            {
                "id": one.id,
                "premise_id": one.premise_id,
                "supply_state": one.supply_state,
                "voltage": one.voltage,
                "feeder_code": one.feeder_code,
                "transformer_code": one.transformer_code,
            }
            for one in points
        ],
    )


def places(work: Work, service_point_ids: set[UUID]) -> dict[UUID, Place]:
    """Where service points are, by id."""
    rows = work.session.execute(
        sa.select(ServicePoint, Premise)
        .join(Premise, Premise.id == ServicePoint.premise_id)
        .where(ServicePoint.id.in_(service_point_ids))
    )
    return {
        point.id: Place(premise.postcode, premise.region, premise.address, point.voltage, point.supply_state)
        for point, premise in rows
    }


def place_now(work: Work, service_point_id: UUID) -> PlaceNow:
    """All that is kept of a service point and its premise; `NotFound` where there is none."""
    row = work.session.execute(
        sa.select(ServicePoint, Premise)
        .join(Premise, Premise.id == ServicePoint.premise_id)
        .where(ServicePoint.id == service_point_id)
    ).one_or_none()
    if row is None:
        raise NotFound(Text("This service point is not known."))
    point, premise = row
    return PlaceNow(
        premise_id=premise.id,
        service_point_id=point.id,
        postcode=premise.postcode,
        region=premise.region,
        address=premise.address,
        voltage=point.voltage,
        feeder_code=point.feeder_code,
        transformer_code=point.transformer_code,
        supply_state=point.supply_state,
    )


def points_of(work: Work, premise_id: UUID) -> Collection[UUID]:
    """The service points of a premise."""
    return work.session.scalars(sa.select(ServicePoint.id).filter_by(premise_id=premise_id)).all()


def change(
    work: Work,
    service_point_id: UUID,
    postcode: str,
    region: str,
    address: str,
    voltage: str,
    feeder_code: str,
    transformer_code: str,
) -> bool:
    """Keep other facts of a service point and its premise from now on; whether one is another than before."""
    now = place_now(work, service_point_id)
    premise = work.lock(Premise, [now.premise_id])[now.premise_id]
    point = work.lock(ServicePoint, [service_point_id])[service_point_id]
    check(address, voltage)
    premise.postcode, premise.region, premise.address = postcode.strip(), region.strip(), tidied(address)
    point.voltage, point.feeder_code = voltage.strip(), feeder_code.strip()
    point.transformer_code = transformer_code.strip()
    return work.session.is_modified(premise) or work.session.is_modified(point)


def set_supply(work: Work, service_point_id: UUID, state: SupplyState, since: date, reason: str) -> None:
    """Put down what is true at a service point: its supply since a day, and how that is known.

    Nothing is switched by it. `Refused` without a reason, for a day to come, and where the state is kept already.
    """
    why = tidied(reason)
    if not why:
        raise Refused(Text("Say why: it stands in the history."))
    if len(why) > LONGEST_REASON:
        raise Refused(Text("A reason has at most {count} characters.", count=LONGEST_REASON))
    if since > work.today:
        raise Refused(Text("Only what is true already is put down: take {day} at most.", day=work.today))
    place_now(work, service_point_id)
    point = work.lock(ServicePoint, [service_point_id])[service_point_id]
    if point.supply_state is state:
        raise Refused(Text("Nothing was changed: “{state}” is kept already.", state=state))
    work.add(
        SupplyChange(
            id=work.new_id(),
            service_point_id=service_point_id,
            before=point.supply_state,
            after=state,
            since=since,
            reason=why,
            changed_at=work.at,
            changed_by=work.actor.name,
        )
    )
    point.supply_state = state


def supply_changes(work: Work, service_point_id: UUID) -> tuple[SupplyChanged, ...]:
    """What was put down about the supply of a service point, newest first."""
    rows = work.session.scalars(
        sa.select(SupplyChange)
        .filter_by(service_point_id=service_point_id)
        .order_by(SupplyChange.changed_at.desc(), SupplyChange.id.desc())
    )
    return tuple(
        SupplyChanged(
            work.local(row.changed_at), row.changed_by, row.before, row.after, row.since, row.reason
        )
        for row in rows
    )


def tidied(words: str) -> str:
    """Words with single spaces between them and none around."""
    return " ".join(words.split())


def check(address: str, voltage: str) -> None:
    """`Refused` for a place without an address or voltage, or with more of it than papers can show."""
    if not address.strip():
        raise Refused(Text("Type the address: bills and readers need it."))
    if not voltage.strip():
        raise Refused(Text("Type the voltage, such as 220 V."))
    if len(address) > LONGEST_ADDRESS:
        raise Refused(Text("An address has at most {count} characters.", count=LONGEST_ADDRESS))
