"""More machines than one: what the compose profile `scale` starts, as real processes here."""
