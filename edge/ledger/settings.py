"""The constants of the place ledger, each with its reason.

Lengths are in sizes: the shorter side of the box in question, so near and far things are treated alike.
`docs/ledger.md` lists every one; a test compares.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """One set for every camera. Only the three scores depend on the detector."""

    # Below, a box is no sighting. Detector-dependent.
    score_floor: float = 0.20
    # Things seen this badly must stand longer before they count. Detector-dependent.
    score_weak: float = 0.35
    weak_stand_s: float = 6.0
    # A thing this large (24 rows of 540) is plain to a detector: doubtful scores there are stains, shadows,
    # signs more often than vehicles, and come and go within seconds. Detector-dependent.
    plain_size: float = 0.045
    plain_score: float = 0.50
    plain_stand_s: float = 8.0

    # How long a thing of near_size must stand. For all sizes, 2.5 s let slow traffic through, 4 s found stops
    # later and missed two.
    stand_s: float = 3.0
    # The further off, the less of its own size a thing moves at one speed, the nearer, the more: smaller than
    # near_size it must stand longer, at most patient_s, larger for shorter, no less than this: by the root of
    # the size.
    stand_min_s: float = 2.5
    # Three earlier sightings make the least argument, however slowly the source is sampled.
    sightings_min: int = 3
    # The look back stretches for slow sampling, to this or to 4 intervals (never beyond history_max_s).
    reach_max_s: float = 10.0
    # Times need not fall on the grid: the look back accepts sightings this far off, or 1.1 intervals.
    reach_slack_s: float = 0.25

    # Boxes are whole pixels: two steps of a 10 px box, and of any box what a detector shakes.
    gate_sizes: float = 0.10
    # A lane is further away than this sideways, so neighbours do not count; who passes must cross it.
    ring_sizes: float = 0.80
    # Passing traffic changes size as it goes, so the ring forgives more than a sighting.
    ring_factor: float = 1.8
    sighting_factor: float = 1.4
    # A standing thing never crosses its own ring; traffic that fills a spot always does.
    purity_min: float = 0.80
    # Seen in this share of all looks, and in this share of those in which nothing covered the spot.
    presence_min: float = 0.50
    presence_open_min: float = 0.70
    scatter_max_sizes: float = 0.06
    # A vehicle at 10 km/h 200 m off moves about 0.22 of its height in 3 s: well above.
    drift_max_sizes: float = 0.08
    # What drives towards or away from the camera drifts less, even in its own sizes, the further off it is:
    # below this size (17 rows of 540) the drift let pass shrinks with it, unless it is watched for patient_s.
    near_size: float = 0.0315
    # What shakes or flickers too much for that has a second chance: looser in place (gate and scatter times
    # the factor) and in presence, but over a longer time, which is the stricter on motion.
    patient_s: float = 6.0
    patient_factor: float = 1.5
    patient_presence_min: float = 0.35
    patient_presence_open_min: float = 0.50
    # Begun with the stream, a stand was not seen to begin: the look back must reach this much further.
    settle_s: float = 1.0
    # The gate is never finer than so many grains.
    gate_grains: float = 2.0
    # Half a pixel of a picture with 540 rows, in picture heights: no box can be still to less than that.
    grain: float = 0.5 / 540

    # Two things at the least that drove within the memory, and all of them still in one look, mean a repeated
    # picture if together they braked by so many sizes a second and second: 3 (4.5 m/s2 of a car seen from the
    # side) come to 1.5, for who brakes evenly to rest went half as far in the look before.
    repeat_things_min: int = 2
    repeat_memory_s: float = 1.0
    repeat_brake: float = 1.5
    # Twice this far a box has moved beyond doubt; encoded again, the same picture shakes it by half of it.
    repeat_sizes: float = 0.02
    repeat_reach_sizes: float = 2.0
    # It might be true: where nothing moves for so long, they stand.
    repeat_max_s: float = 10.0

    # A sighting within this belongs to a place; within hold_sizes it is the thing standing there.
    claim_sizes: float = 0.45
    claim_factor: float = 1.7
    hold_sizes: float = 0.25
    # A thing long unseen that stood there all the time is seen again at the very point; who passes, rarely.
    return_sizes: float = 0.15
    # The scatter of a place's own boxes below which it stands firm; above, they may be passers-by.
    firm_scatter_sizes: float = 0.09
    firm_memory_s: float = 5.0
    recent_s: float = 4.0
    age_every_s: float = 0.5
    # Boxes that share this much of the smaller one, bottoms alike, are parts of one thing.
    part_share: float = 0.80
    part_bottom_sizes: float = 0.25

    # Something over this share of a place may hide what stands there: then absence says nothing.
    cover_share: float = 0.30
    # Correlation with the picture of the thing: above, it is still there; below, it is not.
    likeness_same: float = 0.60
    likeness_other: float = 0.40
    # A detection says "a vehicle", a patch only "nothing changed": half a witness.
    likeness_weight: float = 0.5
    # Looks without the thing until its place is empty. Detectors lose things for 30 s; 40 s forgives that.
    clear_absent_s: float = 40.0
    # The same where the picture of the place has told something before, but is doubtful or silent now.
    clear_doubtful_s: float = 120.0
    # The same where the picture of the place shows something else: no need to wait for a detector.
    clear_shown_s: float = 10.0
    # A patch of changed ground under this share of a footprint is the thing's; clean ground there, its end.
    region_share: float = 0.50
    # Under a cover nothing can be said, but not for ever: as long as one thing stays before it, or many pass.
    hidden_max_s: float = 1800.0
    passed_max_s: float = 300.0
    # A cleared place is remembered, so that a wrong clearing or a return is told as that.
    ghost_s: float = 120.0
    reopen_sizes: float = 0.35
    # A thing not seen for a while that stands a little further on has crept on.
    creep_sizes: float = 1.5
    creep_within_s: float = 40.0

    # Enough for the look back and to find the true start of a stand.
    history_s: float = 10.5
    history_max_s: float = 60.0
    history_step_s: float = 0.2
    # Silence longer than this (or 4 intervals) is a broken stream: nothing is concluded across it.
    gap_s: float = 12.0

    # Bounds. Boxes beyond: the best by score are kept. Places beyond: no new one opens; none is dropped.
    boxes_max: int = 300
    places_max: int = 256
    # Looks refused in a row, themselves in order, after which the source's clock is believed to have moved.
    refusals_max: int = 5
