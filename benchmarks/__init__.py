"""How fast, how big: Camlab against stock nbgrader and against nothing at all.

    make bench                                       everything but growth, 20 submissions
    python -m benchmarks --submissions 6             quicker, rougher
    python -m benchmarks --only floor                one part only
    python -m benchmarks --only growth --growth 25,100,400

Every submission is the lab's solution, filled into the student release, with a comment of its own;
so each one runs every cell, draws every figure and answers every question. Each part works in a
scratch course that is removed afterwards. Figures depend on the machine and on what else it does:
compare figures of one run with each other, and the ratios with those of another machine.

contest
    The same files are graded by stock `nbgrader autograde` and by `camlab grade --fresh` (one
    worker for each processor), turn about, in two halves. The stock course is a plain one: the
    configuration is nbgrader's default (with longer time limits), the hidden tests are asserts in
    the notebook's test cells (`benchmarks.plain_course`), and each submission must end with full
    marks there, so that it cannot be quick by failing early. Torch may use all processors there, as
    it does by default.
    *Seconds per submission* is the whole command from start to end, by the number of submissions;
    for Camlab this holds its feedback pages, which stock nbgrader does not make. *First result*
    is when the first graded notebook was written, counted from the start of the command. *Peak
    memory* is the largest sum of PSS (shared pages divided among those who share them) over the
    command and all its descendants, looked at twice a second.

floor
    The same cells and the same questions in one bare Python process, an IPython shell inside it,
    which has imported torch and loaded both networks before the clock starts: no kernel, no
    messages, no sandbox, no judging. One thread. Against it: `camlab grade --jobs 1`, from its
    first result to its last, so that the start is not counted. Floor, Camlab, floor again.

workers
    `camlab grade` with `--jobs 1` and `--jobs 2`, counted from when the first `jobs` results are
    there to the last one.

rejudging
    `camlab grade` once more on what was graded just before: answers are judged again, nobody's
    code is run. From the first result to the last, and the whole command.

growth
    Classes of several sizes: seconds per submission without the start, and peak memory.
"""
