"""Tables, rules and the graph of an open-review network.

Functions here take a SQLAlchemy ``Session`` and nothing of a web framework; they flush and never commit.
"""
