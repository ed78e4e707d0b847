"""The tests of Muster, beside its bench and its chaos."""
