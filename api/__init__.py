"""The edges: HTTP, the command line and the jobs. Only here are status codes, tokens, JSON and commits."""

from api import later

later.wait()
