"""A class from its submissions to its marks.

grade_class    the whole class, several submissions at a time
class_setup    what all submissions share: questions, the reference's answers
crew           who runs submissions: this machine, or a cluster's workers
turns          many at a time, or one alone
marking        one submission from its run to its marks
progress       all that as a person in a terminal sees it
regrading      who gains and who loses when a class is graded again
"""
