"""From a checkpoint of somebody's training tool to a bundle; the tool runs in a process of its own."""
