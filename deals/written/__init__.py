"""Amounts, numbers and dates as people write them, in the partners' languages: read exactly, or not at all."""
