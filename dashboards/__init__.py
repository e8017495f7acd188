"""What a person sees: the pages of the dashboard, its widgets and its words in every language."""
