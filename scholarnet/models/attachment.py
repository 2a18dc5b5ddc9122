"""An attachment: a file that belongs to a version of a post."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId


class Attachment(Base):
    """The bytes are in the storage under `object_key`, which the next version's attachments share."""

    __tablename__ = "attachment"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    version_id: Mapped[int] = mapped_column(ForeignKey("post_version.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    object_key: Mapped[str] = mapped_column(String(32))
    has_thumbnail: Mapped[bool] = mapped_column(default=False)
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        Index("ix_attachment_version_id_position", "version_id", "position", unique=True),
        Index("ix_attachment_object_key", "object_key"),
    )
