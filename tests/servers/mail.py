"""Real mail: `with mail(["care@larkfield.example", ...]) as servers` starts Dovecot (IMAP) and aiosmtpd (SMTP).

Both listen on 127.0.0.1 only. Mail that SMTP accepts is written into the Maildirs that Dovecot serves.
`python -m tests.servers.mail` keeps a pair running and prints its addresses.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import grp
import ipaddress
import json
import mailbox
import os
import pwd
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.servers import ServerMissing
from tests.servers.processes import free_port, guarded, temporary_folder, wait_until

PASSWORD = 'kelp-Lantern 4711 "quoted" ü'
"""Every mailbox's password: with a space, quotes and a letter outside ASCII, because people have such."""

_SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = {uid}
first_valid_gid = {gid}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
auth_verbose = yes
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/passwords
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
protocol imap {{
  mail_max_userip_connections = 100
}}
maildir_very_dirty_syncs = no
mailbox_idle_check_interval = 1 secs
"""


class Answers:
    """What the servers answer instead of doing their work, once each, in order.

    One entry maps stages to the lines to say: AUTH, RCPT and DATA for SMTP, LOGIN for IMAP (through `ImapProxy`).
    The stage DROP takes the mail and then cuts the connection before saying so. The first stage reached uses the
    entry up.
    """

    def __init__(self) -> None:
        self._entries: list[dict[str, str]] = []

    def arm(self, **stages: str) -> None:
        """Add an entry."""
        self._entries.append(stages)

    def take(self, stage: str) -> str | None:
        """The line to say at this stage, None when nothing is armed for it."""
        if self._entries and stage in self._entries[0]:
            return self._entries.pop(0)[stage]
        return None


@dataclass
class Delivery:
    """Takes what SMTP accepts and puts it into the Maildirs."""

    folder: Path
    owner: pwd.struct_passwd
    users: set[str] = field(default_factory=set)
    answers: Answers = field(default_factory=Answers)
    accepted: int = 0

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Let in a known user with the password; anybody else is told so in the server's words."""
        if said := self.answers.take("AUTH"):
            return AuthResult(success=False, handled=False, message=said)
        known = isinstance(data, LoginPassword) and data.login.decode() in self.users
        right = known and data.password.decode() == PASSWORD
        return AuthResult(success=right, handled=False, message=None if right else "535 5.7.8 Bad credentials")

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := self.answers.take("RCPT"):
            return said
        if address.lower() not in self.users:
            return f"550 5.1.1 <{address}> has no mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        drop = self.answers.take("DROP")
        if not drop and (said := self.answers.take("DATA")):
            return said
        for address in envelope.rcpt_tos:
            self.deliver(address.lower(), cast("bytes", envelope.content), sender=envelope.mail_from or "")
        self.accepted += 1
        if drop:
            cast("asyncio.Transport", server.transport).abort()
        return "250 2.0.0 accepted"

    def deliver(self, address: str, content: bytes, *, sender: str = "") -> None:
        """Put one mail into a mailbox, as the last server on its way would."""
        stamp = format_datetime(datetime.datetime.now(datetime.UTC))
        head = f"Return-Path: <{sender}>\r\nReceived: from test by mail.example; {stamp}\r\n".encode()
        home = self.folder / address
        # Dovecot numbers what it finds in the order of the names.
        seconds, rest = divmod(time.time_ns(), 10**9)
        name = f"{seconds}.M{rest:09}R{os.urandom(4).hex()}.localhost"
        waiting = home / "tmp" / name
        waiting.write_bytes((head + content).replace(b"\r\n", b"\n"))
        if os.geteuid() == 0:
            os.chown(waiting, self.owner.pw_uid, self.owner.pw_gid)
        waiting.rename(home / "new" / name)


@dataclass
class MailServers:
    """A running pair of servers, and hands to work them."""

    folder: Path
    imap_port: int
    imaps_port: int
    smtp_port: int
    smtps_port: int
    delivery: Delivery
    _owner: pwd.struct_passwd
    _stop_imap: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def certificate(self) -> Path:
        """The certificate that signs both servers; name it in SSL_CERT_FILE to trust them."""
        return self.folder / "certificate.pem"

    def add_user(self, address: str) -> None:
        """Open an empty mailbox."""
        user = address.lower()
        mailbox.Maildir(str(self.folder / "mail" / user), create=True)
        with (self.folder / "passwords").open("a") as passwords:
            passwords.write(f"{user}:{{PLAIN}}{PASSWORD}\n")
        self.delivery.users.add(user)
        self._give_away()

    def _give_away(self) -> None:
        """When we are root, everything in the folder belongs to the account that Dovecot runs as."""
        if os.geteuid() == 0:
            for path in self.folder.rglob("*"):
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def send(self, sender: str, recipient: str, message: EmailMessage | bytes) -> None:
        """Hand a mail to the SMTP server as a customer's program would. Raises what smtplib raises."""
        content = message if isinstance(message, bytes) else message.as_bytes()
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as client:
            client.sendmail(sender, [recipient], content)

    def mails(self, address: str, folder: str = "") -> list[bytes]:
        """Every mail in a mailbox folder (empty: the inbox), oldest first."""
        home = self.folder / "mail" / address / (f".{folder}" if folder else "")
        paths = [path for part in ("new", "cur") for path in (home / part).glob("*")]
        return [path.read_bytes() for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns)]

    def stop_imap(self) -> None:
        """Take Dovecot down; SMTP goes on, and the mail stays."""
        self._stop_imap.close()

    def throw_away(self) -> None:
        """End Dovecot at once: it takes a second to stop tidily, and nothing of it is wanted any more."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._stop_imap.close()

    def start_imap(self) -> None:
        """Start Dovecot again on the same ports with the same mail."""
        # The guard removes the folder it is given as soon as the server stops; the mail must outlive a restart.
        run = Path(tempfile.mkdtemp(dir=self.folder))
        log = self.folder / "started.log"
        command = [_binary(), "-F", "-c", str(self.folder / "dovecot.conf")]
        if os.geteuid() == 0:
            # Dovecot without root privileges insists that its user's own group is its group too.
            ids = [f"--reuid={self._owner.pw_uid}", f"--regid={self._owner.pw_gid}"]
            command = ["setpriv", *ids, "--clear-groups", *command]
        process = self._process = self._stop_imap.enter_context(guarded(command, folder=run, log=log))
        wait_until(lambda: _greets(self.imap_port), process, log, what="Dovecot")

    def recreate_inbox(self, address: str) -> None:
        """Forget what IMAP knew of a mailbox, so that its UIDs start anew under another UIDVALIDITY."""
        home = self.folder / "mail" / address
        for path in home.glob("dovecot*"):
            path.unlink()
        validity = int(datetime.datetime.now().timestamp()) + 1000
        (home / "dovecot-uidlist").write_text(f"3 V{validity} N1 G{os.urandom(16).hex()}\n")
        if os.geteuid() == 0:
            os.chown(home / "dovecot-uidlist", self._owner.pw_uid, self._owner.pw_gid)


def why_missing() -> str:
    """Why no mail server can run on this machine; empty when one can."""
    try:
        _binary()
    except ServerMissing as error:
        return str(error)
    return ""


@contextlib.contextmanager
def mail(users: Sequence[str]) -> Iterator[MailServers]:
    """Yield running IMAP and SMTP servers with one empty mailbox for each address in `users`.

    Both are gone when the block ends or this process dies. Raises ServerMissing when Dovecot is not installed.
    """
    _binary()
    owner = _account()
    with temporary_folder("emberwatch-mail-", owner=owner.pw_name if os.geteuid() == 0 else None) as folder:
        delivery = Delivery(folder / "mail", owner)
        context = _certificate(folder)
        controllers = [_controller(delivery, tls_context=context), _controller(delivery, ssl_context=context)]
        servers = MailServers(
            folder, free_port(), free_port(), controllers[0].port, controllers[1].port, delivery, owner
        )
        _lay_out(servers)
        for user in users:
            servers.add_user(user)
        with contextlib.ExitStack() as running:
            for controller in controllers:
                controller.start()
                running.callback(controller.stop)
            running.callback(servers.throw_away)
            servers.start_imap()
            yield servers


def _controller(delivery: Delivery, **options: Any) -> Controller:
    """An SMTP server on loopback. Like the outermost server of a company it takes mail for its users from anybody."""
    return Controller(
        delivery, hostname="127.0.0.1", port=free_port(), authenticator=delivery.authenticate, auth_require_tls=False,
        auth_exclude_mechanism=["LOGIN"], data_size_limit=30_000_000, **options,
    )  # fmt: skip


def _binary() -> str:
    found = shutil.which("dovecot") or shutil.which("/usr/sbin/dovecot")
    if found is None or not Path("/usr/lib/dovecot/imap").exists():
        raise ServerMissing("dovecot", "apt-get install dovecot-imapd")
    return found


def _account() -> pwd.struct_passwd:
    """Who Dovecot runs as: ourselves, or an ordinary account when we are root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _lay_out(servers: MailServers) -> None:
    """Write the settings and make the folders."""
    owner, folder = servers._owner, servers.folder
    (folder / "mail").mkdir()
    (folder / "passwords").touch()
    (folder / "dovecot.conf").write_text(
        _SETTINGS.format(
            folder=folder, user=owner.pw_name, group=grp.getgrgid(owner.pw_gid).gr_name, uid=owner.pw_uid,
            gid=owner.pw_gid, imap=servers.imap_port, imaps=servers.imaps_port,
        )
    )  # fmt: skip
    servers._give_away()


def _certificate(folder: Path) -> ssl.SSLContext:
    """A certificate for localhost that lives as long as the folder, and a server context that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            return connection.recv(64).startswith(b"* OK")
    except OSError:
        return False


def _serve() -> None:
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    with contextlib.suppress(KeyboardInterrupt), mail(["care@larkfield.example", "mara@quill.example"]) as servers:
        ports = {"imap": servers.imap_port, "imaps": servers.imaps_port, "smtp": servers.smtp_port}
        print(json.dumps({**ports, "password": PASSWORD, "certificate": str(servers.certificate)}), flush=True)
        signal.pause()


if __name__ == "__main__":
    _serve()
