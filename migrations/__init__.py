"""Alembic migrations, from an empty database to head and back."""
