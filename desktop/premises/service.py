"""Premises and service points: entering them and reading them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.work import Work
from desktop.premises.records import KnownPoint, KnownPremise, Place, SupplyState
from desktop.premises.tables import Premise, ServicePoint


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
