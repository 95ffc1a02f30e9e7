"""Tests of the examples, which run both connectors against a sandbox."""
