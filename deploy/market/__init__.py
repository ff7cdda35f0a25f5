"""A market to run and test against, as files that go through the public doors only.

`python -m market generate --seed 7 --out DIR` makes a synthetic one: every board and class, a calendar, closes with a
fall, holders, firms, contracts, bad cases on purpose, and the counts they must lead to. With `--data DIR` the real
files of that folder are mapped to the same form; what they lack is assumed, and every assumption is written out.
"""
