"""What is kept between two runs of `camlab grade`, and when it still holds.

store       finished runs
keys        under which key a run lies: all that it depends on
versions    which code and which libraries that is
sealed      plain data as bytes with a version and a checksum
encoding    answers as JSON and arrays
written     files that need not be made again
"""
