"""Brands, sources and posts: what is heard, stored once."""
