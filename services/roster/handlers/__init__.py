"""Load → decide → append: one module for each kind of thing the roster is told."""
