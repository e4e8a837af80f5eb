"""What alembic runs for each command: in the transaction and on the connection that ``store.migrating`` holds."""

from __future__ import annotations

from alembic import context

from maildesk.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=False,  # the caller's transaction is the only one
)
context.run_migrations()
