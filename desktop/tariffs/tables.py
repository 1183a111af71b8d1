"""Price agreements on offer, their versions, and the priced parts of a version as data."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Recorded
from desktop.tariffs.records import PriceOrigin


class Tariff(Recorded):
    """A price agreement on offer to a class of customers."""

    __tablename__ = "tariffs_tariff"
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    use_class: Mapped[str]
    customer_class: Mapped[str]


class TariffVersion(Recorded):
    """The components of a tariff for a validity, with the notice they rest on; never changed."""

    __tablename__ = "tariffs_version"
    __table_args__ = (sa.UniqueConstraint("tariff_id", "valid_from"), sa.UniqueConstraint("code"))
    KEPT = True
    tariff_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tariffs_tariff.id"))
    code: Mapped[str]
    notice: Mapped[str]
    source: Mapped[str]
    decimals: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    content_sha256: Mapped[bytes] = mapped_column(sa.LargeBinary(32))


class TariffComponent(Recorded):
    """One priced part of a version: what kind of pricing, and its parameters as canonical JSON."""

    __tablename__ = "tariffs_component"
    __table_args__ = (sa.UniqueConstraint("version_id", "position"),)
    KEPT = True
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tariffs_version.id"))
    position: Mapped[int]
    code: Mapped[str]
    kind: Mapped[str]
    price_origin: Mapped[PriceOrigin]
    parameters: Mapped[str]
