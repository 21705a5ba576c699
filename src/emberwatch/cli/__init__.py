"""The command line: everything the screen can do, for scripts and terminals."""
