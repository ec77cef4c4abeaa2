"""`make pictures`: pictures of every page of the console, taken from the demonstration, for the documents."""
