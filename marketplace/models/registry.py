"""Imports of the registry: files, every row of them raw beside clean, and what each list last said of a business.

Everything personal in here (file, rows) is ciphertext; with the database alone no NIK or phone can be read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from marketplace.models.accounts import User
from marketplace.models.base import Base, Code, Key, Name, word
from marketplace.models.businesses import Business
from marketplace.rules.registry import Source
from marketplace.rules.registry_imports import ImportState, Outcome


class RegistryImport(Base):
    """One file of one list, from upload to report."""

    __tablename__ = "registry_imports"
    __table_args__ = (
        CheckConstraint("(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_iff_at"),
        CheckConstraint("state != 'running' OR started_at IS NOT NULL", name="running_has_start"),
        CheckConstraint("source != 'keduanya'", name="of_one_list"),
        CheckConstraint(
            "state != 'done' OR new_count + changed_count + unchanged_count + rejected_count = rows_total",
            name="every_row_accounted_for",
        ),
        Index(
            "uq_registry_imports_one_running",
            "state",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    source: Mapped[Source] = mapped_column(word(Source))
    state: Mapped[ImportState] = mapped_column(word(ImportState), default=ImportState.UPLOADED, index=True)
    file_name: Mapped[Name]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    """Keyed hash of the file's content, so that the same file is recognised."""
    size: Mapped[int]
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """The file as ciphertext."""
    head: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """The first rows as read, ciphertext of JSON: what mapping and preview look at. None once it ended."""
    sheets: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Names of the workbook's sheets; empty for CSV."""
    sheet: Mapped[Name] = mapped_column(default="")
    notes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """[code, params] of what the reader noticed."""
    header_line: Mapped[int] = mapped_column(default=1)
    header_rows: Mapped[int] = mapped_column(default=1)
    titles: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Title of each column."""
    columns: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Field read from each column, "" where it is left out; see rules.registry_columns.Field."""
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    new_count: Mapped[int] = mapped_column(default=0)
    changed_count: Mapped[int] = mapped_column(default=0)
    unchanged_count: Mapped[int] = mapped_column(default=0)
    rejected_count: Mapped[int] = mapped_column(default=0)
    warned_count: Mapped[int] = mapped_column(default=0)
    """Rows taken over with a warning; they are among the new, changed or unchanged ones."""
    missing_count: Mapped[int] = mapped_column(default=0)
    """Records of the list that this file no longer names; they stay as they are."""
    failure: Mapped[str] = mapped_column(String(40), default="")
    failure_params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    worker: Mapped[str] = mapped_column(String(32), default="")
    """Token of the process that reads it; another process may take over after rules.registry_imports.PATIENCE."""
    alive_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    uploaded_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()


class RegistryRow(Base):
    """One row of one file: how it ended, what was wrong, what it changed, and its cells raw beside clean.

    A row that changed nothing keeps no second copy: `same_as_id` is the earlier row that holds the same cells.
    """

    __tablename__ = "registry_rows"
    __table_args__ = (
        UniqueConstraint("import_id", "line"),
        Index("ix_registry_rows_outcome", "import_id", "outcome"),
        CheckConstraint("(outcome = 'rejected') = (business_id IS NULL)", name="rejected_iff_no_business"),
    )

    id: Mapped[Key]
    import_id: Mapped[int] = mapped_column(ForeignKey("registry_imports.id"))
    line: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(word(Outcome))
    warned: Mapped[bool] = mapped_column(default=False)
    business_id: Mapped[int | None] = mapped_column(ForeignKey("businesses.id"), index=True)
    faults: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """[code, field, column number or -1, params] of every rejection and warning; nothing personal in it."""
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What it changed in the business: [before, after] by column, "*" where the value is personal."""
    digest: Mapped[str] = mapped_column(String(64))
    """Keyed hash of the cells that are read."""
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """Ciphertext of JSON {"raw": cells, "clean": values by field}; None where `same_as_id` has it, or it was erased."""
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("registry_rows.id"))

    of: Mapped[RegistryImport] = relationship()
    business: Mapped[Business | None] = relationship()


class RegistryRecord(Base):
    """What a list says of one of its entries at present: the row that said it last, and the business it is."""

    __tablename__ = "registry_records"
    __table_args__ = (UniqueConstraint("source", "key"), Index("ix_registry_records_digest", "source", "digest"))

    id: Mapped[Key]
    source: Mapped[Source] = mapped_column(word(Source))
    key: Mapped[str] = mapped_column(String(64))
    """Keyed hash of what identifies the entry within its list: its id, or NIB, NIK and name."""
    digest: Mapped[str] = mapped_column(String(64))
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    row_id: Mapped[int] = mapped_column(ForeignKey("registry_rows.id"))
    """The row that holds its cells."""
    seen_import_id: Mapped[int] = mapped_column(ForeignKey("registry_imports.id"))
    """The last import that named it."""

    business: Mapped[Business] = relationship()
    row: Mapped[RegistryRow] = relationship()


class RegistryTitle(Base):
    """What a column title of a list meant the last time, so that the next file of that list needs no mapping."""

    __tablename__ = "registry_titles"

    source: Mapped[Source] = mapped_column(word(Source), primary_key=True)
    title: Mapped[str] = mapped_column(String(200), primary_key=True)
    """The title in small letters with single spaces."""
    field: Mapped[str] = mapped_column(String(24))
    """See rules.registry_columns.Field; "" where the column is left out."""
