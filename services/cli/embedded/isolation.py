"""Running PostgreSQL as someone who is not root: it refuses uid 0."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
MAPPED = ("--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")


@dataclass(frozen=True)
class Isolation:
    """How a program is started so that it does not see itself as root.

    `before` goes in front of the command line; `uid`/`gid` are the real owner its files need,
    None when the files stay ours.
    """

    before: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    @property
    def user(self) -> str:
        """The same as the leash wants it."""
        return "-" if self.uid is None else f"{self.uid}:{self.gid}"


def as_ourselves() -> Isolation:
    """An ordinary user runs PostgreSQL as it is."""
    return Isolation()


def in_user_namespace() -> Isolation:
    """Root outside, uid 65534 inside: files stay ours, so private folders keep their modes."""
    return Isolation(before=(shutil.which("unshare") or "unshare", *MAPPED, "--"))


def as_unprivileged_user() -> Isolation:
    """The account `muster` where an administrator made one, else `nobody`."""
    for name in ("muster", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        if account.pw_uid != 0:
            return Isolation(uid=account.pw_uid, gid=account.pw_gid)
    return Isolation(uid=NOBODY, gid=NOBODY)


def user_namespaces_work(*reach: Path) -> bool:
    """Whether `unshare --user` is allowed here and can still read every path in `reach`.

    Containers and hardened kernels often forbid it. Inside, root's power over other people's
    private folders is gone: a clone below somebody else's home cannot be read.
    """
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    readable = 'for path; do test -r "$path" || exit 1; done'
    shell = ("sh", "-c", readable, "sh", *map(str, reach))
    probe = subprocess.run([unshare, *MAPPED, "--", *shell], capture_output=True, check=False)
    return probe.returncode == 0


def choose_isolation(*reach: Path) -> Isolation:
    """The least invasive way that works for who we are and can read every path in `reach`."""
    if os.geteuid() != 0:
        return as_ourselves()
    return in_user_namespace() if user_namespaces_work(*reach) else as_unprivileged_user()
