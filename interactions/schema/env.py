"""Where alembic finds the connection that `interactions.store.migrate` hands it."""

from alembic import context

from interactions.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite")
context.run_migrations()
