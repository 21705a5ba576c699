"""The pages of listening: sources and their health, imports, brands."""
