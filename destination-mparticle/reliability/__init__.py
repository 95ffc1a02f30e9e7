"""Long runs that prove what the destination promises about records. Every run is drawn from its seed alone.

faults, kills   the two kinds of runs, and what `python -m reliability.faults` and `python -m reliability.kills` do
hostile         runs on odd records and lines
backpressure    memory, reading and states against a slow mParticle
plan            what a run is like: streams, states, rejected rows, faults
service_faults  the ways in which mParticle goes wrong
rows            a row as it is sent, and as mParticle has it
inputs          the rows and states of a run, and what a source sends again after a failure
syncs, stored   one sync, and what the sandbox has after it
proxy           a connection to the sandbox that can be refused or reset
judge           whether anything was lost, doubled, unreported, or confirmed too early. Pure
contents        whether what arrived and what was stored is what was sent. Pure
workers, table  seeds shared out to processes, and their results
"""
