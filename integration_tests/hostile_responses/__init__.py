"""Responses that nobody would send by accident: what the matrix has names for, and mutations that seeds choose."""
