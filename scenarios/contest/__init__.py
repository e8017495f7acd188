"""The contest: one firm of yours among ten, and where it lands among a thousand strategies (`docs/contest.md`)."""
