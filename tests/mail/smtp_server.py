# A mail server for tests: insists on STARTTLS and then a password, says each mail as a line of JSON.
#
#     smtp_server.py FOLDER MODE      FOLDER holds cert.pem and key.pem; the port is printed first
#
# modes: accept, refuse (550), defer (451), hang (after the data), plain (offers no STARTTLS), late (554 after the
# data), login (takes no password at all)
import asyncio
import json
import socket
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, mode = sys.argv[1:3]


class Desk:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if mode == "refuse":
            return "550 5.1.1 no such user"
        if mode == "defer":
            return "451 4.7.1 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if mode == "late":
            return "554 5.7.1 not like this"
        print(
            json.dumps(
                {
                    "tls": session.ssl is not None,
                    "user": bool(session.authenticated),
                    "from": envelope.mail_from,
                    "to": envelope.rcpt_tos,
                    "data": envelope.content.decode("latin-1"),
                }
            ),
            flush=True,
        )
        if mode == "hang":
            await asyncio.sleep(3600)
        return "250 2.0.0 queued"


def password(server, session, envelope, mechanism, data):
    right = mode != "login" and isinstance(data, LoginPassword)
    right = right and (data.login, data.password) == (b"mailer", b"s3cret")
    return AuthResult(success=right, handled=False)


def desk():
    if mode == "plain":
        return SMTP(Desk())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/cert.pem", folder + "/key.pem")
    return SMTP(
        Desk(),
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        auth_require_tls=True,
        authenticator=password,
    )


async def main():
    listening = socket.create_server(("127.0.0.1", 0))
    server = await asyncio.get_running_loop().create_server(desk, sock=listening)
    print(listening.getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
