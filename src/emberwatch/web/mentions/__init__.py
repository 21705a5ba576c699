"""Every post heard, whether or not it became a case."""
