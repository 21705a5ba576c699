"""The only writers of brands, sources and posts."""
