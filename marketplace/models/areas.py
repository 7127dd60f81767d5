"""Kecamatan and kelurahan of the city, with official codes and centroids."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Name


class Area(Base):
    """One kelurahan. `code` is the official one (36.72.01.1001); latitude and longitude are its centroid in degrees."""

    __tablename__ = "areas"

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    kecamatan_code: Mapped[str] = mapped_column(String(8), index=True)
    kecamatan: Mapped[Name]
    kelurahan: Mapped[Name]
    lat: Mapped[float]
    lon: Mapped[float]
    aliases: Mapped[str] = mapped_column(String(400), default="")
