"""The page "Your strategy": one firm of one's own, and where it lands among a thousand strategies."""
