"""Companies that buy, and their sites."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.areas import Area
from marketplace.models.base import Base, Code, Key, Name, Rupiah, word
from marketplace.rules.tenders import DeliveryPoint


class Buyer(Base):
    """A factory's company. Awards above `approval_limit` rupiah need its approver."""

    __tablename__ = "buyers"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    industry: Mapped[Name] = mapped_column(default="")
    npwp: Mapped[str] = mapped_column(String(22), default="")
    address: Mapped[Name] = mapped_column(default="")
    approval_limit: Mapped[Rupiah]
    payment_days: Mapped[int] = mapped_column(default=30)
    local_pledge: Mapped[int] = mapped_column(default=0)
    """Percent of its local-able spending that the company pledged to give to UMKM of the city."""
    created_at: Mapped[datetime]

    sites: Mapped[list[Site]] = relationship(back_populates="buyer", order_by="Site.id")

    @property
    def buyer_id(self) -> int:
        """Its own id, so that the policy sees whose it is."""
        return self.id


class Site(Base):
    """A plant or office where things are delivered."""

    __tablename__ = "sites"

    id: Mapped[Key]
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyers.id"), index=True)
    name: Mapped[Name]
    address: Mapped[Name] = mapped_column(default="")
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"))
    lat: Mapped[float]
    lon: Mapped[float]
    delivery_point: Mapped[DeliveryPoint] = mapped_column(word(DeliveryPoint), default=DeliveryPoint.GATE)

    buyer: Mapped[Buyer] = relationship(back_populates="sites")
    area: Mapped[Area] = relationship()

    @property
    def whereabouts(self) -> str:
        """Where a driver is to go: the name, the address as the company wrote it, kelurahan and kecamatan."""
        parts = (self.name, self.address, self.area.kelurahan, self.area.kecamatan)
        return ", ".join(dict.fromkeys(part for part in parts if part))
