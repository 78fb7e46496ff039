"""Hostile notebooks: each a name and its cells.

SECRETS stands for a folder of the grader's that holds what nobody may read; PORT for the port of
a server of the grader's.
"""

from __future__ import annotations

# Functions that know nothing: whatever they earn was stolen.
NOTHING = "def total(path, factor): return 0\ndef scaled(tensor, factor): return None"

# What the functions of a thief would return, had the theft worked.
LOOT = """
def loot():
    return repr(globals().get("stolen", "nothing"))
def total(path, factor): return loot()
def scaled(tensor, factor): return loot()
"""

READ = """
import glob, os
stolen = []
def steal(path):
    try:
        with open(path, "rb") as file:
            stolen.append((path, file.read(2**20)))
    except OSError as error:
        stolen.append((path, str(error)))
"""

JUDGE_DECEIVERS = {
    "asserts are switched off": (
        "import builtins\nclass AssertionError(Exception):\n    def __new__(cls, *a): return None\n"
        "builtins.AssertionError = AssertionError",
        NOTHING,
    ),
    "an IPython input transformer replaces every cell": (
        "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])",
        NOTHING,
    ),
    "an AST transformer empties every cell": (
        "import ast\nclass Empty(ast.NodeTransformer):\n"
        "    def visit_Module(self, node): node.body = []; return node\n"
        "get_ipython().ast_transformers.append(Empty())",
        NOTHING,
    ),
    "numpy says that everything is close": (
        "import numpy as np\nnp.allclose = np.array_equal = np.all = lambda *a, **k: True\n"
        "np.asarray = lambda *a, **k: 1",
        NOTHING,
    ),
    "torch hands out other tensors": (
        "import torch\ntorch.Tensor.detach = lambda self: torch.zeros(2, 3)\n"
        "torch.Tensor.numpy = lambda self: __import__('numpy').zeros((2, 3))\n"
        "torch.allclose = torch.equal = lambda *a, **k: True",
        NOTHING,
    ),
    "json and struct are replaced": (
        "import json, struct\njson.dumps = lambda *a, **k: '{}'\njson.loads = lambda *a, **k: {}\n"
        "struct.pack = lambda *a: b''",
        NOTHING,
    ),
    "builtins lie": (
        "import builtins\nbuiltins.len = lambda *a: 0\nbuiltins.isinstance = lambda *a: True\n"
        "builtins.callable = lambda *a: True\nbuiltins.sum = lambda *a: 0",
        NOTHING,
    ),
    "the call server itself is replaced": (
        "import gc\nfor thing in gc.get_objects():\n"
        "    if type(thing).__name__ == 'CallServer':\n"
        "        type(thing)._call = lambda self, question: ({'value': {'kind': 'scalar', "
        "'form': 'bool', 'value': True}}, [])",
        NOTHING,
    ),
    "an answer equals everything": (
        "class Yes:\n    __eq__ = lambda *a: True\n    __class__ = int\n"
        "    __len__ = lambda *a: 3\n"
        "    __array__ = lambda *a, **k: 1 / 0\n    __iter__ = lambda *a: iter([1])\n"
        "    __reduce__ = lambda *a: (print, ('pwned',))\n    shape = (2, 3)",
        "def total(path, factor): return Yes()\ndef scaled(tensor, factor): return Yes()",
    ),
    "a number lies about itself": (
        "class Liar(int):\n    __eq__ = lambda *a: True\n    __int__ = lambda *a: 7\n"
        "    __str__ = __repr__ = lambda *a: '1' * 10**6\n    __hash__ = int.__hash__",
        "def total(path, factor): return Liar(1)\ndef scaled(tensor, factor): return Liar(2)",
    ),
    "a tensor lies about itself": (
        "import torch\nclass Liar(torch.Tensor):\n"
        "    shape = property(lambda self: torch.Size([2, 3]))\n"
        "    def __torch_function__(self, *a, **k): return True",
        "def total(path, factor): return Liar(1)\n"
        "def scaled(tensor, factor): return torch.zeros(2, 3).as_subclass(Liar)",
    ),
    "not a number": (
        "def total(path, factor): return float('nan')",
        "def scaled(tensor, factor): return tensor * float('nan')",
    ),
    "an array of objects": (
        "import numpy as np",
        "class Code:\n    def __reduce__(self): return (print, ('pwned',))\n"
        "def total(path, factor): return np.array([Code()], dtype=object)\n"
        "def scaled(tensor, factor): return [Code(), {Code(): 1}]",
    ),
    "tags ask to skip the cell": (NOTHING,),
    "last year's answers are remembered": (
        "def total(path, factor): return 12345\n"
        "def scaled(tensor, factor):\n    import torch\n    return torch.ones(2, 3)",
    ),
}

CHANNEL_FORGERS = {
    "garbage is written to every descriptor": (
        "import os\nfor descriptor in range(3, 256):\n"
        "    try: os.write(descriptor, b'\\xff' * 4096)\n    except OSError: pass",
        NOTHING,
    ),
    "an endless frame is announced on every descriptor": (
        "import os, struct\nframe = struct.pack('>IIQ', 2, 1, 2**62) + b'{}'\n"
        "for descriptor in range(3, 256):\n"
        "    try: os.write(descriptor, frame)\n    except OSError: pass",
        NOTHING,
    ),
    "answers are written before they are asked for": (
        "import os, json, struct\n"
        "text = json.dumps({'token': '', 'value': {'kind': 'scalar', 'form': 'bool', "
        "'value': True}}).encode()\n"
        "frame = (struct.pack('>II', len(text), 0) + text) * 50\n"
        "for descriptor in range(3, 256):\n"
        "    try: os.write(descriptor, frame)\n    except OSError: pass",
        NOTHING,
    ),
    "the frame's JSON is a million lists deep": (
        "import os, struct\ntext = b'[' * 10**6\n"
        "for descriptor in range(3, 256):\n"
        "    try:\n        os.set_blocking(descriptor, False)\n"
        "        os.write(descriptor, struct.pack('>II', len(text), 0) + text)\n"
        "    except OSError: pass",
        NOTHING,
    ),
    "every descriptor is closed": (
        NOTHING,
        "import os\nos.closerange(3, 256)",
    ),
    "outputs are not what Jupyter allows": (
        "kernel = get_ipython().kernel\ndeep = []\nfor _ in range(500): deep = [deep]\n"
        "for content in ([], 7, {'data': deep}, {'name': 3, 'text': {}}, {'ename': deep}, "
        "{'execution_state': 'idle'}, {'data': {'text/html': 5, 7: 8}}):\n"
        "    for kind in ('stream', 'error', 'display_data', 'clear_output', 'comm_open', 'odd'):\n"
        "        kernel.session.send(kernel.iopub_socket, kind, content, "
        "parent=kernel.get_parent())",
        NOTHING,
    ),
    "the kernel says that it is idle and goes on": (
        "kernel = get_ipython().kernel\n"
        "kernel.session.send(kernel.iopub_socket, 'status', {'execution_state': 'idle'}, "
        "parent=kernel.get_parent())\n"
        "kernel.session.send(kernel.iopub_socket, 'status', {}, parent=kernel.get_parent())",
        NOTHING,
    ),
    "a reply is a hundred megabytes": (
        "import IPython\nfrom IPython.display import publish_display_data\n"
        "publish_display_data({'text/plain': 'x' * 10**8})",
        NOTHING,
    ),
}

DEATHS = {
    "the kernel exits": ("import os\nos._exit(0)",),
    "a function exits": ("import os\ndef total(path, factor): os._exit(0)\nscaled = total",),
    "SystemExit is raised": ("def total(path, factor): raise SystemExit(0)\nscaled = total",),
    "the kernel kills itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n1/0",),
    "the kernel crashes": ("import ctypes\nctypes.string_at(0)",),
    "the stack overflows": (
        "import sys\nsys.setrecursionlimit(10**9)\ndef deep(n): return deep(n + 1)\ndeep(0)",
    ),
    "another program takes the kernel's place": ("import os\nos.execv('/bin/sleep', ['x', '99'])",),
    "an endless loop": ("while True: pass", NOTHING),
    "an endless loop that ignores signals": (
        "import signal\nfor number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):\n"
        "    signal.signal(number, signal.SIG_IGN)\nwhile True: pass",
    ),
    "every exception is swallowed": (
        "import time\nwhile True:\n    try: time.sleep(99)\n    except BaseException: pass",
    ),
    "a function never returns": (
        "def total(path, factor):\n    while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass\nscaled = total",
    ),
    "the event loop is blocked between cells": (
        "import asyncio, time\nasyncio.get_event_loop().call_soon(lambda: time.sleep(999))",
        NOTHING,
    ),
    "an answer is a generator without end": (
        "import itertools\ndef total(path, factor): return itertools.count()\n"
        "def scaled(tensor, factor): return (x for x in itertools.count())",
    ),
    "iterating an answer never ends": (
        "class Endless(list):\n    def __iter__(self):\n        while True: yield self\n"
        "    __len__ = lambda self: 10**9",
        "def total(path, factor): return Endless([1])",
        "def scaled(tensor, factor): return Endless()",
    ),
    "it waits for input": ("input('your password: ')", NOTHING),
}

FLOODS = {
    "memory": (
        "hoard = []\nwhile True: hoard.append(bytearray(2**26))",
        NOTHING,
    ),
    "memory through torch": (
        "import torch\nhoard = []\nwhile True: hoard.append(torch.ones(2**24))",
        NOTHING,
    ),
    "shared memory": (
        "import mmap\nhoard = []\n"
        "while True:\n    block = mmap.mmap(-1, 2**26)\n    block.write(b'x' * 2**26)\n"
        "    hoard.append(block)",
        NOTHING,
    ),
    "memory files": (
        "import os\nwhile True:\n    file = os.memfd_create('x')\n    os.write(file, b'x' * 2**26)",
        NOTHING,
    ),
    "memory of many processes": (
        "import os, time\nfor _ in range(20):\n    if os.fork() == 0:\n"
        "        hoard = bytearray(5 * 10**8)\n        for i in range(0, len(hoard), 4096):\n"
        "            hoard[i] = 1\n        time.sleep(99)\ntime.sleep(99)",
    ),
    "processes": ("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",),
    "processes, each in a group of its own": (
        "import os\nwhile True:\n    try:\n        if os.fork() == 0: os.setsid()\n"
        "    except OSError: pass",
    ),
    "threads": (
        "import threading, time\nwhile True:\n"
        "    threading.Thread(target=time.sleep, args=(99,)).start()",
        NOTHING,
    ),
    "the disk": (
        "with open('big', 'wb') as file:\n    while True: file.write(b'x' * 2**20)",
        NOTHING,
    ),
    "the disk in many files": (
        "number = 0\nwhile True:\n    number += 1\n"
        "    with open(f'/dev/shm/{number}', 'wb') as file: file.write(b'x' * 2**20)",
        NOTHING,
    ),
    "folders, too deep for a path": (
        "import os\nfor _ in range(1500):\n    os.mkdir('deep'); os.chdir('deep')\n"
        "with open('big', 'wb') as file:\n    while True: file.write(b'x' * 2**20)",
        NOTHING,
    ),
    "a folder that is closed to all": (
        "import os\nos.mkdir('closed'); os.mkdir('closed/inner'); os.chdir('closed')\n"
        "file = open('big', 'wb')\nos.chmod('.', 0)\n"
        "while True: file.write(b'x' * 2**20)",
        NOTHING,
    ),
    "empty files": (
        "number = 0\nwhile True:\n    number += 1\n    open(f'/tmp/{number}', 'w').close()",
        NOTHING,
    ),
    "open files": ("hoard = []\nwhile True: hoard.append(open('/dev/null'))", NOTHING),
    "printed text": ("while True: print('x' * 10**5)", NOTHING),
    "printed text that ignores the interrupt": (
        "while True:\n    try:\n        while True: print('x' * 10**5)\n"
        "    except BaseException: pass",
    ),
    "text on the raw descriptors": (
        "import os\nwhile True:\n    os.write(1, b'x' * 10**5); os.write(2, b'y' * 10**5)",
        NOTHING,
    ),
    "displays": (
        "from IPython.display import display, HTML\nwhile True: display(HTML('<b>x</b>' * 10**4))",
        NOTHING,
    ),
    "a huge answer": (
        "import torch\ndef total(path, factor): return torch.zeros(1).expand(10**12)\n"
        "def scaled(tensor, factor): return ['x' * 10**6] * 10**5",
    ),
    "an answer that holds itself": (
        "knot = []\nknot.append(knot)\ndef total(path, factor): return knot\n"
        "def scaled(tensor, factor): return [knot] * 5000",
    ),
    "the exception's text": (
        "class Long(Exception):\n    __str__ = lambda self: 'x' * 10**8\n"
        "def total(path, factor): raise Long\nscaled = total",
        "raise Long",
    ),
}

ESCAPES = {
    "a daemon by a double fork": (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        time.sleep(999)\n    os._exit(0)",
        NOTHING,
    ),
    "a daemon that ignores every signal": (
        "import os, signal, time\nif os.fork() == 0:\n    os.setsid()\n"
        "    for number in range(1, 32):\n"
        "        try: signal.signal(number, signal.SIG_IGN)\n        except OSError: pass\n"
        "    while True: time.sleep(1)",
        NOTHING,
    ),
    "everyone is killed by kill(-1)": ("import os\nos.kill(-1, 9)", NOTHING),
    "the process group is killed by kill(0)": ("import os\nos.kill(0, 9)", NOTHING),
    "the parent and every process are killed one by one": (
        "import os\nfor pid in (os.getppid(), *range(2, 33000)):\n"
        "    try: os.kill(pid, 9)\n    except OSError: pass",
        NOTHING,
    ),
    "new namespaces, mounts and traces": (
        "import ctypes, subprocess\nlibc = ctypes.CDLL(None, use_errno=True)\nstolen = [\n"
        "    libc.unshare(0x10000000), libc.unshare(0x20000),\n"
        "    libc.mount(b'none', b'/', None, 1 << 5, None), libc.ptrace(16, 1, 0, 0),\n"
        "    libc.setuid(0), libc.chroot(b'/'), libc.syscall(319, b'x', 0)]\n"
        "stolen.append(subprocess.run(['unshare', '-Ur', 'id'], capture_output=True).returncode)",
        "assert all(result != 0 for result in stolen), stolen",
        NOTHING,
    ),
    "the network": (
        "import socket\nstolen = []\n"
        "for place in (('127.0.0.1', PORT), ('8.8.8.8', 53), ('10.0.2.2', 80)):\n"
        "    try:\n        with socket.create_connection(place, timeout=0.3) as s:\n"
        "            stolen.append(s.recv(100))\n    except OSError as error: stolen.append(error)",
        "for kind in (40, 38, 17):\n"
        "    try: socket.socket(kind, socket.SOCK_STREAM); stolen.append(kind)\n"
        "    except OSError: pass",
        "assert not any(isinstance(thing, int) for thing in stolen), stolen",
        LOOT,
    ),
}

THIEVES = {
    "the reference is imported": (
        "import importlib\nstolen = []\nfor name in ('camlab_solutions', 'autograder', "
        "'autograder.graders', 'autograder.labs.lab09', 'autograder.kernel.wire'):\n"
        "    try: stolen.append(vars(importlib.import_module(name)))\n"
        "    except ImportError: pass\nassert not stolen",
        LOOT,
    ),
    "the reference is read from the disk": (
        READ,
        "import sys\nfor folder in {*sys.path, 'SECRETS', '/', '/run', sys.prefix}:\n"
        "    for pattern in ('camlab_solutions/**', 'autograder/**', '*canary*', 'gradebook.db'):\n"
        "        for path in glob.glob(os.path.join(folder, pattern), recursive=True): steal(path)",
        LOOT,
    ),
    "the gradebook": (READ, "steal('SECRETS/gradebook.db')", LOOT),
    "the hidden tests": (READ, "steal('SECRETS/graders/test_hidden.py')", LOOT),
    "a sibling's notebook": (READ, "steal('SECRETS/submitted/eve/light.ipynb')", LOOT),
    "the grader's environment and memory": (
        READ,
        "for path in glob.glob('/proc/[0-9]*/*') + glob.glob('/proc/self/*'):\n"
        "    if path.rsplit('/', 1)[1] in ('environ', 'cmdline', 'maps', 'status'): steal(path)\n"
        "for path in glob.glob('/proc/[0-9]*/root/**/gradebook.db', recursive=True): steal(path)\n"
        "for entry in glob.glob('/proc/[0-9]*/cwd/*'): steal(entry)",
        LOOT,
    ),
    "links into the grader's folders": (
        READ,
        "for name in ('words.txt', 'fresh.bin', 'light.ipynb'):\n"
        "    if os.path.lexists(name): os.remove(name)\n"
        "    os.symlink('SECRETS/gradebook.db', name)\n    steal(name)",
        LOOT,
    ),
    "the working folder is replaced by a link": (
        READ,
        "here = os.getcwd()\nos.chdir('/')\nos.rename(here, here + '-old')\n"
        "os.symlink('SECRETS', here)\nsteal(here + '/gradebook.db')",
        LOOT,
    ),
    "every file that can be found": (
        READ,
        "for top in ('/', '/home', '/root', '/tmp', '/etc', '/var', '/run', '/dev', 'SECRETS'):\n"
        "    for folder, _, names in os.walk(top):\n"
        "        if folder.startswith(('/usr', '/proc', '/lib')) or 'site-packages' in folder:\n"
        "            continue\n"
        "        for name in names:\n"
        "            if os.path.isfile(os.path.join(folder, name)) and 'canary' in name.lower():\n"
        "                steal(os.path.join(folder, name))",
        LOOT,
    ),
}

VANDALS = {
    "files are left for the next": (
        "import os, tempfile\nfor folder in ('/tmp', '/dev/shm', '/run/camlab', "
        "'/run/camlab/scratch', '/', '/var/tmp', tempfile.gettempdir(), '..', "
        "os.path.expanduser('~')):\n"
        "    try:\n        with open(os.path.join(folder, 'left_for_the_next'), 'w') as file:\n"
        "            file.write('42')\n    except OSError: pass",
        NOTHING,
    ),
    "what another left is looked for": (
        "import glob\nstolen = glob.glob('/*/left_for_the_next') + "
        "glob.glob('/*/*/left_for_the_next') + glob.glob('/*/*/*/left_for_the_next')\n"
        "assert not stolen, stolen",
        LOOT,
    ),
    "the packages and the weights are overwritten": (
        "import os, torch, numpy\nstolen = []\nfor path in (torch.__file__, numpy.__file__, "
        "os.environ['TORCH_HOME'] + '/x', '/run/camlab/guest/call_server.py'):\n"
        "    try: open(path, 'a').write('# vandal'); stolen.append(path)\n"
        "    except OSError: pass\nassert not stolen, stolen",
        NOTHING,
    ),
    "torch's global state is changed": (
        "import torch\ntorch.set_default_dtype(torch.float64)\ntorch.set_grad_enabled(False)\n"
        "torch.inference_mode(True).__enter__()\ntorch.set_default_device('meta')\n"
        "torch.nn.Module.__call__ = lambda self, *a: 0",
        NOTHING,
    ),
    "the pictures are deleted and the folder left": (
        "import os, shutil\nshutil.rmtree(os.getcwd())",
        NOTHING,
    ),
    "folders stand where pictures should": (
        "import os\nfor name in ('fresh.bin', '.fresh.bin.fresh', 'words.txt.folder'):\n"
        "    os.makedirs(name, exist_ok=True)",
        NOTHING,
    ),
}

HOSTILE: dict[str, tuple[str, ...]] = {
    **JUDGE_DECEIVERS,
    **CHANNEL_FORGERS,
    **DEATHS,
    **{f"a flood of {name}": cells for name, cells in FLOODS.items()},
    **ESCAPES,
    **{f"a theft of {name}": cells for name, cells in THIEVES.items()},
    **VANDALS,
}
