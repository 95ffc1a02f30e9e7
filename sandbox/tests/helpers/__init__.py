"""Helpers of the tests: clients of the sandbox, a runner of the probe, examples for the schema. No tests."""
