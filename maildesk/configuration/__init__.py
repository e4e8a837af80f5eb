"""How the config file is read: its keys, the values people write, the faults, the lines.

``maildesk.config`` is the face; nothing else needs to import from here.
"""
