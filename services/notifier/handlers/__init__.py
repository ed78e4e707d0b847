"""Load, decide, append: what happens between an event and a provider's answer."""
