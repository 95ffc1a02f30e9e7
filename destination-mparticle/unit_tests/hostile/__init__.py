"""Input that nobody should send, by name: records, lines, states, catalogs and configurations.

Everything is made when it is asked for, from a name and, where chance decides, from a seeded generator.
"""
