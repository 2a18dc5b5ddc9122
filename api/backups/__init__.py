"""Backups: one consistent moment of the database and the files that it refers to, taken while everybody goes on.

A backup is a folder: `manifest.json` with the revision of the tables, the rows of each, and size and sha256 of every
file; `database.sqlite`, or a file of `COPY` for each table of PostgreSQL; and the attachments below `objects/`.

Why not `pg_dump`: it must be there, at least as new as the server, on every machine that makes or reads a backup. COPY
within one REPEATABLE READ transaction is what it does itself; the tables come from our own migrations, which know every
older revision, so a backup outlives releases of both.
"""
