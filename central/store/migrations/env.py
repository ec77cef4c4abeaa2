"""Run by alembic, on the connection (and in the transaction) that `central.store.migrate` gives it."""

from alembic import context

from central.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite changes a table by making it anew
)
context.run_migrations()
