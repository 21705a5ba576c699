"""The frozen values that all rooms speak. Nothing here knows of Django, a network, a clock or chance."""
