"""A full sync of all streams, with one fault at each of its requests in turn.

The matrix does faults to kinds of requests; here each single request of a sync meets them: the first for a parent, the
last of a partition, the token. Servers, forks, clock and judge are those of the matrix.
"""
