"""Conversations and cases: who must hear from us, by when, and how it ended."""
