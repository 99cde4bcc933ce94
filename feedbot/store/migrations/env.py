"""Runs migrations on the connection that the store hands over, in its transaction: all of them, or none."""

from alembic import context

from feedbot.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
