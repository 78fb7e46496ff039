"""The system-call filter of a child: what no notebook needs and past escapes were made of."""

from __future__ import annotations

import contextlib
import errno

_FORBIDDEN = """
    ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp process_madvise perf_event_open
    keyctl add_key request_key
    mount umount umount2 pivot_root chroot unshare setns
    fsopen fsconfig fsmount fspick move_mount open_tree mount_setattr
    open_by_handle_at name_to_handle_at
    bpf io_uring_setup io_uring_enter io_uring_register userfaultfd
    memfd_create memfd_secret
    init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff
    acct quotactl syslog personality settimeofday clock_settime clock_adjtime adjtimex
    move_pages migrate_pages mbind set_mempolicy
    sethostname setdomainname iopl ioperm modify_ldt
"""
_CLONE_NEWUSER = 0x10000000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_AF_NETLINK = 16  # families above it (packet, vsock, alg, ...) do not end at a network namespace


def load_filter() -> bool:
    """Forbid those calls to this process and its children; False where libseccomp is missing."""
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError):
        return False
    refuse = pyseccomp.ERRNO(errno.EPERM)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in _FORBIDDEN.split():
        with contextlib.suppress(OSError):  # this machine's architecture has no such call
            rules.add_rule(refuse, name)
    new_user = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_NEWUSER, _CLONE_NEWUSER)
    rules.add_rule(refuse, "clone", new_user)
    # Its flags lie behind a pointer, out of a filter's sight: libc falls back to `clone`.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(refuse, "ioctl", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, _TIOCSTI))
    rules.add_rule(refuse, "ioctl", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, _TIOCLINUX))
    for call in ("socket", "socketpair"):
        rules.add_rule(refuse, call, pyseccomp.Arg(0, pyseccomp.GT, _AF_NETLINK))
    rules.load()
    return True
