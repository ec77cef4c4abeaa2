"""`gewu-edge doctor`: runs the examinations of `edge/doctor/`, shows how far they are and what they found."""
