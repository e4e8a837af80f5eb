"""What databases lack that took the fifth step before it was whole: it grew for a while under the same name."""

from __future__ import annotations

from maildesk.store.migrations.versions.fifth import complete

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    complete()
