"""A load of readers and writers on the server as production starts it, with a backup taken under it."""
