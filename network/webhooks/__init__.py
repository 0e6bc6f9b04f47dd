"""Webhooks: what an institution's own systems are told, signed, at an address that is theirs to name."""
