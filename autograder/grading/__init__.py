"""A class from its submissions to its marks.

grade_class            the whole class, several submissions at a time
class_setup            what all submissions share: questions, the reference's answers
runner                 who runs submissions: this machine, or a cluster's workers
machine_lock           many at a time, or one alone
reference_agreement    which answers are beyond doubt
submission_grader      one submission from its run to its marks
keys                   under which key a finished run lies: all that it depends on
regrading              who gains and who loses when a class is graded again
"""
