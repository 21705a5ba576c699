"""The append-only record: who changed what, when, from what, to what."""
