"""The commands of `valuenet`, one file each: `command(args)` does it and returns the exit code."""
