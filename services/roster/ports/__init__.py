"""What the roster needs from the outside, in its own words."""
