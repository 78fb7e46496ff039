"""The system-call filter of a child: what no notebook needs and past escapes were made of.

Three lists. Some calls are refused everywhere. Some are refused where a child shares files, users
or the network with others, because Landlock does not look at them. And some only pretend: they
report success and do nothing, because libraries that ask for them go on well without, but give
up when they are refused.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from typing import Any

_REFUSED = """
    ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp process_madvise perf_event_open
    keyctl add_key request_key
    mount umount umount2 pivot_root chroot unshare setns
    fsopen fsconfig fsmount fspick move_mount open_tree open_tree_attr mount_setattr
    open_by_handle_at name_to_handle_at
    bpf io_uring_setup io_uring_enter io_uring_register userfaultfd
    memfd_create memfd_secret
    init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff
    acct quotactl quotactl_fd syslog personality settimeofday clock_settime clock_adjtime adjtimex
    move_pages migrate_pages mbind set_mempolicy set_mempolicy_home_node
    sethostname setdomainname iopl ioperm modify_ldt vhangup nfsservctl lookup_dcookie
    shmget shmat shmctl shmdt semget semop semtimedop semctl msgget msgsnd msgrcv msgctl
    mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr
    inotify_init inotify_init1 inotify_add_watch fanotify_init fanotify_mark
    vmsplice splice tee mlock mlock2 mlockall landlock_create_ruleset landlock_restrict_self
"""
# Locks would be seen by everybody who sees the file; who is alone with it does not need them.
_PRETENDED = "flock"
_FCNTL_PRETENDED = {"F_SETLK": 6, "F_SETLKW": 7, "F_OFD_SETLK": 37, "F_OFD_SETLKW": 38}
# Leases, notices of changes, signals about a file, and memory that no limit counts.
_FCNTL_REFUSED = {
    "F_SETOWN": 8,
    "F_SETSIG": 10,
    "F_SETOWN_EX": 15,
    "F_SETLEASE": 1024,
    "F_NOTIFY": 1026,
    "F_SETPIPE_SZ": 1031,
}
# So that the grader can go on watching, and so that nobody outlives its supervisor.
_PRCTL_PRETENDED = {"PR_SET_PDEATHSIG": 1, "PR_SET_DUMPABLE": 4}
_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16
_SOCK_DGRAM, _SOCK_TYPE_MASK = 2, 0xF
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_CLONE_NEWUSER = 0x10000000
_FUTEX_OPERATION = 127 | 128  # with the flag "private"
_FUTEX_WAKES = (1, 3, 4, 5, 10)  # wake, requeue, cmp_requeue, wake_op, wake_bitset

_REFUSED_WHEN_SHARED = """
    bind listen connect sendmmsg
    pidfd_open pidfd_send_signal mknod mknodat
    futex_wake futex_requeue
"""
# A user who is shared: everything that the grader owns could be closed, opened or aged.
_PRETENDED_WHEN_USER_SHARED = """
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat
    setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat
    file_setattr utime utimes utimensat futimesat setpriority ioprio_set
    sched_setaffinity sched_setscheduler sched_setattr sched_setparam
"""
# Calls have one number on every architecture since 424.
_NEW = {
    "pidfd_send_signal": 424,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "pidfd_open": 434,
    "clone3": 435,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "mount_setattr": 442,
    "quotactl_fd": 443,
    "landlock_create_ruleset": 444,
    "landlock_restrict_self": 446,
    "memfd_secret": 447,
    "set_mempolicy_home_node": 450,
    "fchmodat2": 452,
    "futex_wake": 454,
    "futex_requeue": 456,
    "setxattrat": 463,
    "removexattrat": 466,
    "open_tree_attr": 467,
    "file_setattr": 469,
}
_SIGNALS = {"kill": 0, "tgkill": 0, "rt_sigqueueinfo": 0, "rt_tgsigqueueinfo": 0}


@dataclass(frozen=True)
class Shared:
    """What a child shares with the rest of the machine."""

    machine: bool = False  # network, IPC and files: there is no namespace of its own
    user: bool = False  # the user is the grader's, or another child's
    signals: bool = False  # nothing else keeps its signals from others
    truncate: bool = False  # nothing else keeps it from emptying a file by its path


def load_filter(shared: Shared = Shared()) -> bool:
    """Load the filter for this process and its children; False where libseccomp is missing."""
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError):
        return False
    rules = _Rules(pyseccomp)
    rules.refuse(_REFUSED)
    rules.pretend(_PRETENDED)
    _add_details(rules)
    if shared.machine:
        _add_shared_machine(rules)
    if shared.user:
        rules.pretend(_PRETENDED_WHEN_USER_SHARED)
    if shared.signals:
        _add_signals(rules)
    if shared.truncate:
        rules.refuse("truncate truncate64")
    rules.filter.load()
    return True


class _Rules:
    """libseccomp's rules; a call that this architecture does not have is left out."""

    def __init__(self, library: Any) -> None:
        self.library = library
        self.filter = library.SyscallFilter(library.ALLOW)

    def refuse(self, names: str, *conditions: Any, error: int = errno.EPERM) -> None:
        self._add(self.library.ERRNO(error), names, conditions)

    def pretend(self, names: str, *conditions: Any) -> None:
        self._add(self.library.ERRNO(0), names, conditions)

    def where(self, argument: int, value: int) -> Any:
        """A condition: the low half of that argument, all that the system looks at, is `value`."""
        return self.masked(argument, 0xFFFFFFFF, value)

    def masked(self, argument: int, mask: int, value: int) -> Any:
        return self.library.Arg(argument, self.library.MASKED_EQ, mask, value)

    def _add(self, action: int, names: str, conditions: tuple[Any, ...]) -> None:
        for name in names.split():
            try:
                self.filter.add_rule(action, name, *conditions)
            except (OSError, RuntimeError):
                if name in _NEW:  # newer than this libseccomp, perhaps not than this kernel
                    self.filter.add_rule(action, _NEW[name], *conditions)


def _add_details(rules: _Rules) -> None:
    rules.refuse("clone", rules.masked(0, _CLONE_NEWUSER, _CLONE_NEWUSER))
    # Its flags lie behind a pointer, out of a filter's sight: libc falls back to `clone`.
    rules.refuse("clone3", error=errno.ENOSYS)
    for request in (_TIOCSTI, _TIOCLINUX):
        rules.refuse("ioctl", rules.where(1, request))
    # Families above it (packet, vsock, alg, ...) do not end at a network namespace.
    above = rules.library.Arg(0, rules.library.GT, _AF_NETLINK)
    rules.refuse("socket", above, error=errno.EOPNOTSUPP)
    rules.refuse("socketpair", above)
    for command in _FCNTL_PRETENDED.values():
        rules.pretend("fcntl fcntl64", rules.where(1, command))
    for command in _FCNTL_REFUSED.values():
        rules.refuse("fcntl fcntl64", rules.where(1, command))
    for option in _PRCTL_PRETENDED.values():
        rules.pretend("prctl", rules.where(0, option))


def _add_shared_machine(rules: _Rules) -> None:
    rules.refuse(_REFUSED_WHEN_SHARED)
    library = rules.library
    # Landlock knows TCP and no other: nothing of the internet, and no files that are sockets.
    for family in (_AF_INET, _AF_INET6):
        rules.refuse("socket", rules.where(0, family), error=errno.ENETUNREACH)
    rules.refuse("socket", rules.where(0, _AF_UNIX))
    # libzmq looks for network cards with it: it goes on after this error, and ends after others.
    rules.refuse("socket", library.Arg(0, library.GT, _AF_INET6), error=errno.EOPNOTSUPP)
    rules.refuse("socket", rules.where(0, 0))
    for family in range(_AF_INET + 1, _AF_INET6):
        rules.refuse("socket", rules.where(0, family))
    # Unlike a stream's, a datagram's socket can send to whatever address it likes.
    rules.refuse("socketpair", rules.masked(1, _SOCK_TYPE_MASK, _SOCK_DGRAM))
    rules.refuse("sendto", library.Arg(4, library.NE, 0))
    rules.refuse("prlimit64", library.Arg(0, library.NE, 0))  # another process's limits
    # Who wakes a sleeper on a page of a file that both see has talked to it.
    for operation in _FUTEX_WAKES:
        rules.refuse("futex", rules.masked(1, _FUTEX_OPERATION, operation))


def _add_signals(rules: _Rules) -> None:
    """Signals to this very process only, where Landlock keeps none from others."""
    library = rules.library
    for name, argument in _SIGNALS.items():
        rules.refuse(name, library.Arg(argument, library.NE, os.getpid()))
    rules.refuse("tkill")
