"""The history of the tables, for alembic. ``store.migrating`` runs it; nothing else should."""
