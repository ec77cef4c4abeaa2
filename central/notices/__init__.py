"""Who hears of what, when and in which words. Pure."""
