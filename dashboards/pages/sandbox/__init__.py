"""The page 'Sandbox': one scenario, changed at will, against what it was before."""
