"""How fast, how big: Camlab against stock nbgrader and against nothing at all.

    make bench                                       everything, 20 submissions; about an hour
    python -m benchmarks --submissions 6             quicker, rougher
    python -m benchmarks --only floor                one part only
    python -m benchmarks --only growth --growth 10,40,160

Every submission is the lab's solution, filled into the student release, with a comment of its own;
so each one runs every cell, draws every figure and answers every question. Where a part says
*unfinished*, students have begun one task only, differently: a whole notebook, and quick to run.
Each part works in a scratch course that is removed afterwards. Figures depend on the machine and on
what else it does: compare figures of one run with each other, and the ratios with those of another
machine.

contest
    The same files are graded by stock `nbgrader autograde` and by `camlab grade --fresh` (one
    worker for each processor), turn about, in two halves. The stock course is a plain one: the
    configuration is nbgrader's default (with longer time limits), the hidden tests are asserts in
    the notebook's test cells (`benchmarks.plain_course`), and each submission must end with full
    marks there, so that it cannot be quick by failing early. Torch may use all processors there, as
    it does by default.
    *Seconds per submission* is the whole command from start to end, by the number of submissions;
    for Camlab this holds its feedback pages, which stock nbgrader does not make. *First result*
    is when the first graded notebook was written, counted from the start of the command.

stages
    `--jobs 1` in this process: seconds for each stage of a submission, medians without the first
    one; *ratio* is the stage's part of the whole. What is missing to 1 is the grader's thread
    waiting for its turn. Pages are written later, by the command, and are not among them.

floor
    The same cells and the same questions in one bare Python process, an IPython shell inside it,
    which has imported torch and loaded both networks before the clock starts: no kernel, no
    messages, no sandbox, no judging. One thread. Its networks begin each round with the looks at
    pictures that a child inherits, and remember as a child's do. Against it: `camlab grade --jobs
    1`, from its first result to its last, so that the start is not counted. Floor, Camlab, floor
    again.

memory
    The largest sum of PSS (shared pages divided among those who share them) over a command and all
    its descendants, looked at twice a second: stock `nbgrader autograde`, `camlab grade` with
    `--jobs 2` and with `--jobs 4`. In runs of its own: looking costs time.

workers
    `camlab grade` with `--jobs 1` and `--jobs 2`, counted from when the first `jobs` results are
    there to the last one.

loops
    A class of full solutions, and the same with an endless loop in every twentieth: in a function
    that several cells call and that is asked later. The whole command each.

rejudging
    `camlab grade` on 400 runs that lie in the store: those of the demonstration's class (but for
    the endless loop), which are real, and copies of these under notebooks of their own. First when
    nothing is written yet, then after the points of one task were changed, so that every row,
    notebook and page is written again. Nobody's code is run. The whole command.

cluster
    A Dask scheduler and two worker processes on this machine against `--jobs 2`, three times turn
    about, counted like *workers*; medians.

growth
    Classes of several sizes, unfinished: seconds per submission without the start, peak memory.

simulation
    Four worker processes of a Dask cluster on this machine. Real unfinished submissions; then full
    solutions *replayed* (`benchmarks.replay`): a worker burns the processor time that one was just
    measured to need and sends the run that it left. Replayed at no cost, they show what the caller
    can take in. Each beside what the model of docs/scaling.md foretells from one worker's cost.
"""
