"""What goes in and comes out, as shapes: no database, no user."""
