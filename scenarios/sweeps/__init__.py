"""Sweeps: experiments of many runs that survive whatever happens meanwhile (`docs/sweeps.md`).

A design (`design`, `sampling`) becomes a plan in a folder (`plan`, `folder`); a coordinator hands batches of runs to
workers (`coordinator`, `executors`, `work`) and keeps what they return (`shards`); `results` reads it.
"""
