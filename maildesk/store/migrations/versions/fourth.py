"""The third step once more, for databases that took it while the second still grew."""

from __future__ import annotations

from maildesk.store.migrations.versions.third import complete

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    complete()
