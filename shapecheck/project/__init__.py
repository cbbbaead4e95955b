"""A project on disk, as both doors need it: which files, under which settings, read and written without loss.

`walk` finds the files as git and the exclusions see them, `configuration` the settings that hold in a folder,
`document` turns bytes into text and back byte for byte, `replace` writes a file atomically. `patterns` and `walk`
import nothing heavy, because most runs end with them: no file has an annotation. Begin with `walk.py`.
"""
