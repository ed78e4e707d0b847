"""Ways out: one sender a channel and lane, all of them behind one address rule."""
