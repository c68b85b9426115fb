"""An SMTP server that others wrote (aiosmtpd). Prints each mail that it takes as one line of JSON.

Arguments: the port; the security (`none`, `starttls` or `tls`); the file with key and certificate. The login is desk / s3cret.
What it does with a mail hangs on the recipient: `never@` is refused and `later@` put off by RCPT, `unwanted@` is refused
after the mail, `busy@` put off after it, and with `silent@` the connection is cut when the mail is there.
"""

import base64
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

port, security, pem = int(sys.argv[1]), sys.argv[2], sys.argv[3]


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("never@"):
            return "550 5.1.1 nobody of this name s3cret"
        if address.startswith("later@"):
            return "451 4.7.1 greylisted, try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "raw": base64.b64encode(envelope.original_content).decode(),
        }
        print(json.dumps(mail), flush=True)
        first = envelope.rcpt_tos[0]
        if first.startswith("unwanted@"):
            return "554 5.7.1 looks like spam"
        if first.startswith("busy@"):
            return "452 4.3.1 disk full"
        if first.startswith("silent@"):
            server.transport.abort()
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and data.login == b"desk" and data.password == b"s3cret"
    return AuthResult(success=right, handled=False)


context = None
if security != "none":
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
options = {
    "authenticator": authenticate,
    "auth_required": True,
    "auth_require_tls": security == "starttls",
}
if security == "tls":
    options["ssl_context"] = context
if security == "starttls":
    options["tls_context"] = context
    options["require_starttls"] = True
controller = Controller(Handler(), hostname="127.0.0.1", port=port, **options)
controller.start()
print(json.dumps({"ready": True}), flush=True)
# Lives as long as the test that holds the other end of stdin.
sys.stdin.read()
controller.stop()
