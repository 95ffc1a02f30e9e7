"""A matrix of every stream times every fault: each cell is COMPLETE with all its rows, or a failure with a cause.

resources   what the source asks for, and which stream needs which of it
*_faults    ways in which an answer can be wrong, each with what a stream may make of it
cases       each fault for all requests, for one of several, for the first alone; at leaves, at parents, at the token
server      the sandbox's own answers, damaged
forks       the process that forks a sync for each case, and syncs, which speaks to it
judge       what each stream should have done
"""
