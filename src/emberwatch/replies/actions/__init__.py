"""The only writers of drafts and replies."""
