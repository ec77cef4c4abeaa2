"""Whether the models that the node needs are there, are the right ones, and run."""

from edge.diagnosis.sign import Sign

FINE = Sign("model_fine", "fine", "it is there, is what it should be, and runs")
NOT_NEEDED = Sign("model_not_needed", "fine", "nothing here looks at pictures")
MISSING = Sign(
    "model_missing",
    "fault",
    "without it the node does not start",
    "`gewu-models pull {name}`, with GEWU_MODELS or `model.directory` as the node has it.",
)
UNKNOWN = Sign(
    "model_unknown",
    "fault",
    "no model has this name",
    "Set `model.name` to one of `gewu-models list`.",
)
ALTERED = Sign(
    "model_altered",
    "fault",
    "the file's bytes are not those of the model: damaged or replaced; it is not run",
    "Remove {file}, then `gewu-models pull {name}`.",
)
UNSIGNED = Sign(
    "model_not_trusted",
    "fault",
    "nobody who is trusted vouches for it, so it is not run",
    "Sign the folder (`gewu-broker bundle sign`), or correct `trust.keys`; see docs/security.md.",
)
PROVIDER = Sign(
    "model_provider",
    "fault",
    "the configured provider does not run here",
    "Set `model.provider: cpu`, or install what it needs in place of onnxruntime: {words}.",
)
BROKEN = Sign(
    "model_broken",
    "fault",
    "it is there and cannot be run",
    "`gewu-models pull {name}`; then see what is told of packages.",
)
NO_MASK = Sign(
    "model_masks_less",
    "note",
    "a model for masking is not there: persons are masked whole, and the lower halves of vehicles",
    "`gewu-models pull {name}` for pictures that show more.",
)


def of_error(text: str, *, vouched: bool) -> Sign:
    """Which sign an error of the models' own words is (models.runtime, models.providers, models.files)."""
    if not vouched:
        return UNSIGNED
    if "is not there" in text:
        return MISSING
    if "sha256 is" in text:
        return ALTERED
    if "is not in the catalogue" in text:
        return UNKNOWN
    if "provider" in text:
        return PROVIDER
    return BROKEN
