"""Run a command that cannot outlive its parent: `leash.py PARENT SIGNAL USER COMMAND…`.

Started with `python -I -S`, so it costs about 10 ms and imports nothing of ours. PARENT is the
pid that must still be our parent; SIGNAL is sent to the command when that parent's *thread* ends
(prctl(2) PR_SET_PDEATHSIG); USER is `uid:gid` to become first, or `-`. Linux only; elsewhere the
command simply runs. The caller must fork from a thread that lives as long as the program.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
EXIT_ORPHANED = 111


def become(user: str) -> None:
    """Drop to `uid:gid` for good; `-` stays who we are."""
    if user == "-":
        return
    uid, gid = (int(part) for part in user.split(":"))
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def tie_to(parent: int, signal_number: int) -> None:
    """Ask the kernel for `signal_number` at the parent's death; exit if it is dead already."""
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    # The parent may have died between fork and prctl: nobody would ever signal us.
    if os.getppid() != parent:
        sys.exit(EXIT_ORPHANED)


def main(arguments: list[str]) -> None:
    """Drop, tie, exec. A change of user clears the death signal, so it comes first."""
    parent, signal_number, user, *command = arguments
    become(user)
    tie_to(int(parent), int(signal_number))
    os.execvp(command[0], command)  # noqa: S606 (no shell is the point)


if __name__ == "__main__":
    main(sys.argv[1:])
