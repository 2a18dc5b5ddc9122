"""A believable community of any size, grown from one random seed through the services."""
