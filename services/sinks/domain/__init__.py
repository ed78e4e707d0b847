"""What was sent, and how a provider misbehaves. Pure."""
