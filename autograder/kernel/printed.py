"""What a cell prints, put together as Jupyter shows it; in time that grows with the text only."""

from __future__ import annotations

from collections.abc import Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_output


def overwritten(text: str) -> str:
    """Each line after its last carriage return, as a terminal shows it: progress bars.

    The same as nbclient's regular expression `.*\\r(?=[^\\n])`, which takes a long line's square.
    """
    if "\r" not in text:
        return text
    lines = text.split("\n")
    return "\n".join(line[line.rfind("\r", 0, len(line) - 1) + 1 :] for line in lines)


class Printed:
    """The two streams of one cell; thousands of small pieces are joined once, at the end."""

    def __init__(self) -> None:
        self._parts: dict[str, tuple[NotebookNode, list[str]]] = {}

    def add(self, outputs: list[NotebookNode], name: str, text: str) -> None:
        """Take the next piece of a stream; its place is where the first piece of it came."""
        if name not in self._parts:
            output = new_output("stream", name=name, text="")
            outputs.append(output)
            self._parts[name] = output, []
        self._parts[name][1].append(text)

    def forget(self) -> None:
        """The cell's outputs were cleared."""
        self._parts.clear()

    def finish(self, outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
        """The cell's outputs with all that was printed.

        The two streams are asynchronous: stdout comes first where they stand together.
        """
        for output, parts in self._parts.values():
            output["text"] = overwritten("".join(parts))
        self._parts.clear()
        finished = list(outputs)
        for index in range(len(finished) - 1):
            if [_stream(output) for output in finished[index : index + 2]] == ["stderr", "stdout"]:
                finished[index : index + 2] = finished[index + 1], finished[index]
        return finished


def _stream(output: NotebookNode) -> str:
    return output["name"] if output["output_type"] == "stream" else ""
