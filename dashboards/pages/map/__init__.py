"""The page 'Strategy map': which way of organising exchange creates the most value where, and how surely."""
