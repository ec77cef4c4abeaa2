"""One examination of a box a file, found by its name: it measures (`edge.examining.case.Examination`).

What the figures mean is said in the file of the same name in `edge/diagnosis/`.
"""
