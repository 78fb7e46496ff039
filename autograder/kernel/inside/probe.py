"""Ask the student's functions: read questions from the channel, write what came back.

The probe waits on the kernel's own event loop, so the functions run where the cells ran, in the
main thread. One question is answered before the next is read. The grader decides when a question
has taken too long and interrupts; the probe reports what it saw and goes on.
"""

from __future__ import annotations

import contextlib
import glob
import io
import os
import shutil
import signal
import socket
from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import numpy as np
import torch

from .encoding import MAX_FORM, TooLarge, encode, form_of
from .framing import NoFrame, read_frame, write_frame
from .networks import handed_out
from .remembering import learn

MAX_FRAMES = 50
MAX_MESSAGE = 2_000


class Probe:
    """Answers the questions of one submission.

    Args:
        channel: the child's end of the channel.
        namespace: gives the student's globals at the time of asking.
        work: the student's working folder.
    """

    def __init__(self, channel: socket.socket, namespace: Callable[[], Mapping], work: str) -> None:
        self.channel = channel
        self.namespace = namespace
        self.work = work
        self.arrays: dict[str, np.ndarray] = {}
        self.answer_limit = 0

    def serve(self) -> None:
        """Read one frame and do what it says; called when the channel has something to read."""
        try:
            header, blobs = read_frame(self.channel)
        except NoFrame:
            os._exit(0)  # the grader is gone
        if header["type"] == "begin":
            reply, blobs = self._begin(header, blobs), []
        else:
            reply, blobs = self._answer(header)
        write_frame(self.channel, {**reply, "token": header["token"]}, blobs)

    def _begin(self, header: dict, blobs: list[bytes]) -> dict:
        self.answer_limit = header["answer_limit"]
        names = header["files"]
        files, arrays = dict(zip(names, blobs, strict=False)), blobs[len(names) :]
        self.arrays = _arrays(header["arrays"], arrays)
        looks = _arrays(header["looks"], arrays[len(self.arrays) :])
        with torch.inference_mode(False):
            learn({key: torch.from_numpy(look.copy()) for key, look in looks.items()})
        try:
            write_files(self.work, files)
        except OSError:
            # The cells filled the disk, or moved the folder away: start from an empty one.
            clear_scratch(self.work)
            write_files(self.work, files)
        return {}

    def _answer(self, question: dict) -> tuple[dict, list[bytes]]:
        try:
            # Cells that ran on in the background may have left anything here.
            os.chdir(self.work)
            with contextlib.redirect_stdout(_Nowhere()), contextlib.redirect_stderr(_Nowhere()):
                signal.signal(signal.SIGINT, signal.default_int_handler)
                try:
                    return self._call(question)
                finally:
                    signal.signal(signal.SIGINT, signal.SIG_IGN)
                    self._tidy()
        except BaseException as error:
            return {"failure": _describe(error)}, []

    def _call(self, question: dict) -> tuple[dict, list[bytes]]:
        namespace = self.namespace()
        function = namespace.get(question["function"])
        if not callable(function):
            return {"failure": {"kind": "not-defined", "name": question["function"]}}, []
        arguments = []
        for argument in question["arguments"]:
            [(kind, value)] = argument.items()
            if kind == "global" and value not in namespace:
                return {"failure": {"kind": "not-defined", "name": value}}, []
            arguments.append(self._argument(kind, value, namespace))
        result = function(*arguments)
        try:
            description, blobs = encode(result, self.answer_limit)
        except TooLarge as error:
            return {"failure": {"kind": "too-large", "message": str(error)}}, []
        self.answer_limit -= sum(map(len, blobs))
        return {"value": description}, blobs

    def _argument(self, kind: str, value: object, namespace: Mapping) -> object:
        if kind == "global":
            return namespace[value]
        if kind == "array":
            return self.arrays[value].copy()
        if kind == "tensor":
            # A copy made outside of any inference mode: an ordinary tensor, new for each question.
            with torch.inference_mode(False):
                return torch.from_numpy(self.arrays[value].copy())
        return value

    def _tidy(self) -> None:
        """What one question leaves behind must neither cost nor change the next."""
        own = [thing for thing in self.namespace().values() if isinstance(thing, torch.nn.Module)]
        for network in {*own, *handed_out}:
            network.zero_grad(set_to_none=True)
        plt.close("all")


def _arrays(named: list[list], blobs: list[bytes]) -> dict[str, np.ndarray]:
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


def _describe(error: BaseException) -> dict:
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
