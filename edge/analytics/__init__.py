"""The kinds of other systems whose analysed cameras can be sources; one file each, `kind` is its name.

Each has `Settings` and its `Camera`, `way(settings, clock)` that makes the way in and the decoder, and
`picture_of(camera)`, where its API gives the newest picture.
"""
