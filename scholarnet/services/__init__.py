"""What people do, one noun a file: check permission and rules, change rows, flush, return them."""
