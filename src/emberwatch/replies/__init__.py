"""Drafts and the outbox: an answer is sent once, to the right place, or somebody knows why not."""
