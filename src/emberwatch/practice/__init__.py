"""Commons, a small simulated social network of its own. No room imports it; the desk reaches it over HTTP."""
