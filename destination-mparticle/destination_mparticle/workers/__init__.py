"""Processes that prepare records ahead, since Python uses one processor for a process.

What they do is never needed: a record that they have not prepared is prepared by the one that reads it. So they may
start late, leave out what is out of the ordinary, and fail.

process        what runs in such a process
worker         such a process, as the one that reads sees it
read_ahead     the lines of the input, most of them with what was prepared of them
pipes          what goes to and fro
"""
