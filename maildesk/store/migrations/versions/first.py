"""The tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from maildesk.store.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    op.execute(sa.text("INSERT INTO site (name, value) VALUES ('next_ticket', '1001')"))
