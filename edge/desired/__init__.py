"""What the centre wants changed of a node's own configuration: merged, checked, applied, kept, reported."""
