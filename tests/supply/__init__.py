"""What Gewu is made of beside its own code: `python -m tests.supply sbom | licences | audit`."""
