"""What is kept between two runs of `camlab grade`, and when it still holds.

store             finished runs
versions          which code and which libraries that is
container         plain data as bytes with a version and a checksum
stored_answers    answers as JSON and arrays
notebook_bytes    a notebook as the bytes of a file
run_index         which run is a student's latest
output_cache      files that need not be made again
"""
