"""Many machines: submissions are run by the workers of a Dask cluster.

    open_cluster      a runner (`autograder.grading.runner`) that hands submissions to a cluster
    package           what a worker is told of a class, as plain data
    worker_session    a worker's side: its own warm sandbox
    deaths            which submission is to blame when workers die

What travels is plain data: out, the class once for each worker and then submitted bytes; back, runs
in the store's own form. No object of a student's making exists outside of a sandbox, so none can
travel. The graders and the gradebook stay with the caller.
"""

from autograder.cluster.caller import open_cluster

__all__ = ["open_cluster"]
