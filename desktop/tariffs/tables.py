"""Price agreements on offer, their versions, and the priced parts of a version as data."""

from __future__ import annotations

from datetime import date, datetime
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
    """The components of a tariff for a validity, with the notice they rest on; never changed.

    ``used`` repeats whether any bill rests on it, ``replaced`` whether a `VersionReplacement` took its place: never
    both.
    """

    __tablename__ = "tariffs_version"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        sa.CheckConstraint("used = 0 OR replaced = 0", name="used_or_replaced"),
        sa.Index(
            "uq_tariffs_version_standing",
            "tariff_id",
            "valid_from",
            unique=True,
            sqlite_where=sa.text("replaced = 0"),
            postgresql_where=sa.text("replaced = 0"),
        ),
    )
    KEPT = True
    DERIVED = frozenset({"used", "replaced"})
    tariff_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tariffs_tariff.id"))
    code: Mapped[str]
    notice: Mapped[str]
    source: Mapped[str]
    decimals: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    content_sha256: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    used: Mapped[int] = mapped_column(sort_order=1)
    replaced: Mapped[int] = mapped_column(sort_order=1)


class VersionReplacement(Recorded):
    """A version that took the place of one of the same day, by which nobody had been billed."""

    __tablename__ = "tariffs_replacement"
    KEPT = True
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tariffs_version.id"), unique=True)
    replaced_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tariffs_version.id"), unique=True)


class VersionProposal(Recorded):
    """A version somebody wants to take in; it waits for another person's `VersionDecision` about this very content.

    ``content`` is the tariff with this version alone, as canonical JSON of a tariff file.
    """

    __tablename__ = "tariffs_proposal"
    __table_args__ = (sa.UniqueConstraint("id", "proposed_by", "content_sha256"),)
    KEPT = True
    tariff_code: Mapped[str] = mapped_column(index=True)
    version_code: Mapped[str] = mapped_column(index=True)
    content: Mapped[str]
    content_sha256: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    proposed_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime]


class VersionDecision(Recorded):
    """What another person made of a proposed version: the same content, never the proposer's own."""

    __tablename__ = "tariffs_decision"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ("proposal_id", "proposed_by", "content_sha256"),
            ("tariffs_proposal.id", "tariffs_proposal.proposed_by", "tariffs_proposal.content_sha256"),
        ),
        sa.CheckConstraint("decided_by <> proposed_by", name="two_people"),
    )
    KEPT = True
    proposal_id: Mapped[UUID] = mapped_column(unique=True)
    proposed_by: Mapped[UUID]
    content_sha256: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    decided_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    decided_by_name: Mapped[str]
    decided_at: Mapped[datetime]
    approved: Mapped[bool]
    reason: Mapped[str]


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
