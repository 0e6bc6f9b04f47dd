"""IATI 2.03: what is public, as activities of the International Aid Transparency Initiative."""
