"""The probe: asks a real account what mParticle's documentation leaves open, and reports only that.

Every response is reduced to its shape in `observation.py`; only shapes reach the questions and the report.
"""
