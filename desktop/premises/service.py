"""Premises and service points: entering them and reading them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.premises.records import KnownPoint, KnownPremise, Place, PlaceNow, SupplyState
from desktop.premises.tables import Premise, ServicePoint

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
    point = ServicePoint(
        id=work.new_id(),
        premise_id=premise.id,
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
