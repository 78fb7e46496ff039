"""Ask the student's functions: read questions from the channel, write what came back.

The call server waits on the kernel's own event loop, so the functions run where the cells ran, in
the main thread, and in a copy of the process (`task_process`) where the system allows it. One
question is answered before the next is read. The grader decides when a question has taken too long
and stops it; the call server reports what it saw and goes on.

    begin    files to lay afresh, what networks make of pictures, how much answers may weigh
    ask      one question, with the arrays that it passes and no others
    stop     the question asked last took too long
    forgive  everyday slips in cells, too, until the questions begin
    suspend  functions that did not come back in a cell: no other cell waits for them
"""

from __future__ import annotations

import contextlib
import glob
import io
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from IPython.core.interactiveshell import InteractiveShell

from . import lenient, libraries
from .encoding import MAX_FORM, AnswerTooLargeError, encode, form_of
from .framing import ChannelClosedError, read_request, write_frame
from .task_process import CAN_FORK, Frame, TaskProcess

MAX_FRAMES = 50
MAX_MESSAGE = 2_000
# They start threads of their own when first used, which no function waits for.
_WITH_THREADS = ("zmq", "ipykernel", "tqdm")


class CallServer:
    """Answers the questions of one submission.

    Args:
        channel: the child's end of the channel.
        shell: the kernel's, whose `user_ns` holds the student's globals.
        work: the student's working folder.
        silence: called in a copy of the process, whose kernel must not speak.
    """

    def __init__(
        self,
        channel: socket.socket,
        shell: InteractiveShell,
        work: str,
        silence: Callable[[], object],
    ) -> None:
        self.channel = channel
        self.shell = shell
        self.work = work
        self.silence = silence
        self.shared: dict[str, object] = {}  # tensors that several questions are given
        self.answer_limit = 0
        self.apart = False  # each task is answered in a copy of the process
        self.copy: TaskProcess | None = None
        self.suspended: dict[str, object] = {}  # functions by name, None until they are defined
        self.stubs: dict[str, Callable[..., Any]] = {}
        self.forgiven = contextlib.ExitStack()
        self.missing: list[str] = []  # packages that a function names, and may not need
        self.kernels_threads: set[threading.Thread] = set()
        shell.events.register("pre_run_cell", self._note_threads)

    def serve(self) -> None:
        """Read one frame and do what it says; called when the channel has something to read."""
        try:
            header, blobs = read_request(self.channel)
        except ChannelClosedError:
            os._exit(0)  # the grader is gone
        reply: Frame | None = {}, []
        match header["type"]:
            case "begin":
                self._begin(header, blobs)
                reply = {"threads": self._has_threads()}, []
            case "forgive":
                self._forgive(header)
            case "suspend":
                self._suspend(header)
            case "stop":
                self._end_copy()
            case "ask":
                try:
                    reply = self._ask(header, blobs)
                except Exception as error:  # cells may have changed what this very code uses
                    reply = {"failure": _describe(error)}, []
        if reply is not None:
            write_frame(self.channel, {**reply[0], "token": header["token"]}, reply[1])

    def _begin(self, header: dict[str, Any], blobs: list[bytes]) -> None:
        self.answer_limit = header["answer_limit"]
        self.apart = CAN_FORK and header["apart"]
        self.forgiven.close()
        self._resume()
        names = header["files"]
        files, arrays = dict(zip(names, blobs, strict=False)), blobs[len(names) :]
        if header["activations"]:
            from .accelerations import activation_cache

            activations = _arrays(header["activations"], arrays)
            activation_cache.preload({key: _tensor(it) for key, it in activations.items()})
        os.umask(0o077)  # whatever the cells made of it: what we write, functions can read
        try:
            with contextlib.suppress(OSError):
                os.chmod(self.work, 0o700)
            write_files(self.work, files)
        except OSError:
            # The cells filled the disk, or moved the folder away: start from an empty one.
            clear_scratch(self.work)
            write_files(self.work, files)

    def _note_threads(self, *_: object) -> None:
        """Those that run before the first cell does."""
        self.kernels_threads.update(threading.enumerate())
        self.shell.events.unregister("pre_run_cell", self._note_threads)

    def _has_threads(self) -> bool:
        """Whether cells started threads that a copy of the process would do without."""
        later = set(threading.enumerate()) - self.kernels_threads
        return any(type(it).__module__.partition(".")[0] not in _WITH_THREADS for it in later)

    def _forgive(self, header: dict[str, Any]) -> None:
        self.missing = header["missing"]
        self.forgiven.enter_context(lenient.lenient(self.missing))

    def _suspend(self, header: dict[str, Any]) -> None:
        """From now on, cells that call these functions get an error at once."""
        for name in header["functions"]:
            self.stubs[name] = _stub(header["message"])
            self.suspended.setdefault(name, None)
        self._put_stubs()
        self.shell.events.register("post_run_cell", self._put_stubs)

    def _put_stubs(self, *_: object) -> None:
        namespace = self.shell.user_ns
        for name, stub in self.stubs.items():
            if namespace.get(name, stub) is not stub:
                self.suspended[name], namespace[name] = namespace[name], stub

    def _resume(self) -> None:
        """The functions themselves are asked."""
        for name, function in self.suspended.items():
            if function is not None:
                self.shell.user_ns[name] = function
        self.suspended.clear()
        self.stubs.clear()

    def _ask(self, header: dict[str, Any], blobs: list[bytes]) -> Frame | None:
        """The answer; None where the grader stops waiting for it."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if self.apart and (self.copy is None or header["fresh"]):
            self._end_copy()
            try:
                self.copy = TaskProcess(self._answer, self._leave)
            except OSError:
                self.apart = False  # no more processes: all tasks are answered here
        if self.copy is None:
            return self._answer(header, blobs)
        reply = self.copy.ask({**header, "answer_limit": self.answer_limit}, blobs, self.channel)
        if reply is not None:
            self.answer_limit -= sum(map(len, reply[1]))
            if reply[0].get("failure", {}).get("kind") == "died":
                self.copy = None
        return reply

    def _end_copy(self) -> None:
        if self.copy is not None:
            self.copy.end()
            self.copy = None

    def _leave(self) -> None:
        self.channel.close()
        self.silence()

    def _answer(self, question: dict[str, Any], blobs: list[bytes]) -> Frame:
        self.answer_limit = question.get("answer_limit", self.answer_limit)
        arrays = _arrays(question["arrays"], blobs)
        try:
            # Cells that ran on in the background may have left anything here.
            os.chdir(self.work)
            with contextlib.redirect_stdout(_Nowhere()), contextlib.redirect_stderr(_Nowhere()):
                signal.signal(signal.SIGINT, signal.default_int_handler)
                try:
                    return self._call(question, arrays)
                finally:
                    signal.signal(signal.SIGINT, signal.SIG_IGN)
                    self._tidy()
        except BaseException as error:
            return {"failure": _describe(error)}, []

    def _call(self, question: dict[str, Any], arrays: dict[str, np.ndarray]) -> Frame:
        namespace = self.shell.user_ns
        function = namespace.get(question["function"])
        if not callable(function):
            return {"failure": {"kind": "not-defined", "name": question["function"]}}, []
        arguments = []
        for argument in question["arguments"]:
            [(kind, value)] = argument.items()
            if kind == "global" and value not in namespace:
                return {"failure": {"kind": "not-defined", "name": value}}, []
            if kind == "shared tensor":
                if value not in self.shared:
                    self.shared[value] = _argument("tensor", value, namespace, arrays)
                arguments.append(self.shared[value])
            else:
                arguments.append(_argument(kind, value, namespace, arrays))
        del arrays
        if question.get("lenient"):
            with lenient.lenient(self.missing):
                result = lenient.call(function, arguments, namespace, question["parameters"])
        else:
            result = function(*arguments)
        try:
            description, blobs = encode(result, self.answer_limit)
        except AnswerTooLargeError as error:
            return {"failure": {"kind": "too-large", "message": str(error)}}, []
        self.answer_limit -= sum(map(len, blobs))
        return {"value": description}, blobs

    def _tidy(self) -> None:
        """What one question leaves behind must neither cost nor change the next."""
        if libraries.has_torch():
            from . import built_networks

            built_networks.forget_gradients(self.shell.user_ns)
        if close := getattr(sys.modules.get("matplotlib.pyplot"), "close", None):
            close("all")


def _argument(
    kind: str, value: str, namespace: Mapping[str, Any], arrays: dict[str, np.ndarray]
) -> object:
    if kind == "global":
        return namespace[value]
    if kind == "array":
        return arrays[value].copy()
    return _tensor(arrays[value]) if kind == "tensor" else value


def _tensor(array: np.ndarray) -> Any:
    """A copy made outside of any inference mode: an ordinary tensor."""
    import torch  # only what is asked with tensors needs it

    with torch.inference_mode(False):
        return torch.from_numpy(array.copy())


def _stub(message: str) -> Callable[..., Any]:
    def suspended(*_: object, **__: object) -> None:
        raise TimeoutError(message)

    return suspended


def _arrays(named: list[list[Any]], blobs: list[bytes]) -> dict[str, np.ndarray]:
    pairs = zip(named, blobs, strict=False)
    return {name: np.frombuffer(blob, dtype).reshape(shape) for (name, shape, dtype), blob in pairs}


def write_files(folder: str, files: Mapping[str, bytes]) -> None:
    """Write fresh copies; what had such a name before is replaced, a link is not followed."""
    os.makedirs(folder, exist_ok=True)
    for name, content in files.items():
        path = os.path.join(folder, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "xb") as file:
            file.write(content)


def clear_scratch(work: str) -> None:
    """Empty the folders beside `work` too: they share one disk, or what was `work` is there."""
    scratch = os.path.dirname(work)
    for path in glob.glob(f"{glob.escape(scratch)}/*/*", include_hidden=True):
        with contextlib.suppress(OSError):
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path, ignore_errors=True)
            else:
                os.remove(path)
    if os.path.islink(work) or os.path.isfile(work):
        os.remove(work)


def _describe(error: BaseException) -> dict[str, Any]:
    """The exception's type, its text, and where in the cells it was raised."""
    frames, traceback = [], error.__traceback__
    while traceback is not None:
        frames.append(
            [os.path.basename(traceback.tb_frame.f_code.co_filename), traceback.tb_lineno]
        )
        traceback = traceback.tb_next
    try:
        message = str(error)
    except BaseException:
        message = ""
    return {
        "kind": "raised",
        "error": form_of(type(error)).rpartition(".")[2][:MAX_FORM],
        "message": message[:MAX_MESSAGE],
        "frames": frames[-MAX_FRAMES:],
    }


class _Nowhere(io.TextIOBase):
    """Takes all that is printed and keeps none of it."""

    encoding = "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)
