"""The desk in the browser: shell, design system, live updates, and the pages that join rooms."""
