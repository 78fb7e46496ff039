"""The exceptions of the autograder, below one root.

    AutograderError
    ├── CamlabError                  the command shows it as a sentence instead of a traceback
    │   └── MarkusError              MarkUs refuses                          markus.connection
    ├── NotTextError                 bytes that are no text                  submission.encodings
    ├── TooComplexError              nested too deeply, or too many parts    submission.scan
    ├── NotANotebookError            text that is no notebook                submission.parse
    ├── _UnreadableFolderError       no notebook can be chosen (OSError)     submission.find
    ├── _NotOneTimeError             no date, or two that it could be        submission.timestamps
    ├── _UnfinishedError             a string that has no end    submission.newer_fstrings
    ├── ChannelLostError             a sandbox can no longer be asked        kernel.calls
    ├── MalformedAnswerError         its bytes are no answer                 kernel.wire
    ├── CriterionFailed              for pytest an AssertionError            judging.criterion
    ├── RetryExclusively             run it once more, alone: no mistake     grading.runner
    ├── _ClusterLostError            the cluster cannot run it               cluster.caller
    └── AnswerChangedError           another TA was quicker                  marking.marking_session

Not below it: those of `kernel.guest`, which imports nothing of the autograder (`FrameError`,
`FrameTooLargeError`, `ChannelClosedError`, `AnswerTooLargeError`), and `grade_class._Stopped`, a
BaseException that no `except Exception` may hold up.
"""

from __future__ import annotations


class AutograderError(Exception):
    """The root."""


class CamlabError(AutograderError):
    """A foreseeable mistake: the message says what happened, where, and what to do next."""
