"""Benchmarks that anyone can run: `make bench`, or `python -m benchmarks`.

A benchmark is a module with `run(options: Options) -> Section`, and a line in the list of `__main__`. Here are:

sections       what a benchmark takes and returns
processes      a whole process, its time, processor time and peak memory
sink           nginx that accepts everything, and where to get it
rows           the records that are written, and the configuration that maps them
throughput     the destination's speed beside mParticle's own client and beside the ceiling
contenders     runs the three in turn
official_client, ceiling    the processes that the destination is compared with
limit          the pace at mParticle's limit, of one sync and of two
audiences      many audiences, beside a bare manifest
catalog        a whole account against a slow mParticle
startup        every command, beside those of stock connectors of the CDK (stock_destination is one)
machine        what it was measured on
page, chart    docs/performance.md and its charts, out of benchmarks/results.json. Pure
"""
