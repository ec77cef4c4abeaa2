"""What became of an examination itself."""

from edge.diagnosis.sign import Sign

BROKE = Sign(
    "examination_broke",
    "warning",
    "this was not examined; nothing is said of it",
    "Tell the makers, with this line and `gewu-edge doctor CONFIG --only {name} --json`.",
)
LATE = Sign(
    "examination_late",
    "warning",
    "this was not examined to its end; something does not answer at all",
    "Look at what is told beside it, then again: `gewu-edge doctor CONFIG --only {name}`.",
)
