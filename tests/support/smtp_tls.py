"""A mail server for tests that insists on STARTTLS and on a log-in.

smtp_tls.py DIR CERT KEY USER PASSWORD: listens on 127.0.0.1, any port, and writes the port to
DIR/port. Mails become DIR/1.eml, DIR/2.eml ...; what it thinks of log-ins goes to DIR/logins.
"""
import base64
import os
import socketserver
import ssl
import sys

directory, cert, key, user, password = sys.argv[1:6]
count = 0


class Handler(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write((text + "\r\n").encode())
        self.wfile.flush()

    def encrypt(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self.request = context.wrap_socket(self.request, server_side=True)
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb")

    def log_in(self, words):
        if len(words) < 3:
            self.say("334 ")
            words.append(self.rfile.readline().decode().strip())
        right = base64.b64decode(words[2]) == ("\0%s\0%s" % (user, password)).encode()
        with open(os.path.join(directory, "logins"), "a") as out:
            out.write("right\n" if right else "wrong\n")
        self.say("235 2.7.0 Ok" if right else "535 5.7.8 wrong")
        return right

    def keep(self):
        global count
        count += 1
        name = os.path.join(directory, "%d.eml" % count)
        with open(name + ".new", "wb") as out:
            for line in iter(self.rfile.readline, b".\r\n"):
                out.write(line)
        os.rename(name + ".new", name)

    def handle(self):
        known = encrypted = False
        self.say("220 test")
        for line in iter(lambda: self.rfile.readline(), b""):  # it changes with encryption
            words = line.decode().split()
            verb = words[0].upper()
            if verb == "EHLO":
                self.say("250-test\r\n250-AUTH PLAIN\r\n250 STARTTLS" if not encrypted
                         else "250-test\r\n250 AUTH PLAIN")
            elif verb == "STARTTLS":
                self.say("220 go on")
                self.encrypt()
                encrypted = True
            elif verb == "AUTH" and encrypted:
                known = self.log_in(words)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            elif not known:
                self.say("530 5.7.0 log in first")
            elif verb == "DATA":
                self.say("354 go on")
                self.keep()
                self.say("250 2.0.0 Ok")
            else:
                self.say("250 2.0.0 Ok")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        pass  # a client that does not trust us hangs up


server = Server(("127.0.0.1", 0), Handler)
with open(os.path.join(directory, "port.new"), "w") as out:
    out.write(str(server.server_address[1]))
os.rename(os.path.join(directory, "port.new"), os.path.join(directory, "port"))
server.serve_forever()
