"""An HTTP server for tests: keeps every request as a file, answers as a file says.

http_sink.py DIR [CERT KEY]: listens on 127.0.0.1, any port, and writes the port to DIR/port.
Requests become DIR/1.req, DIR/2.req ... (method and path, headers, an empty line, the body), whole
before they are answered. DIR/answer, if it is there: a line with the status (0 = hang up without an
answer), header lines, an empty line, the body.
"""
import http.server
import os
import ssl
import sys

directory = sys.argv[1]
count = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def keep(self, body):
        global count
        count += 1
        name = os.path.join(directory, "%d.req" % count)
        with open(name + ".new", "wb") as out:
            out.write(("%s %s\n" % (self.command, self.path)).encode())
            for key, value in self.headers.items():
                out.write(("%s: %s\n" % (key, value)).encode())
            out.write(b"\n" + body)
        os.rename(name + ".new", name)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, text = 200, [], b"ok"
        try:
            with open(os.path.join(directory, "answer"), "rb") as answer:
                head, _, text = answer.read().partition(b"\n\n")
            status, *headers = head.decode().split("\n")
            status = int(status)
        except FileNotFoundError:
            pass
        self.keep(body)
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        for line in headers:
            self.send_header(*line.split(": ", 1))
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that does not trust us hangs up


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
with open(os.path.join(directory, "port.new"), "w") as out:
    out.write(str(server.server_address[1]))
os.rename(os.path.join(directory, "port.new"), os.path.join(directory, "port"))
server.serve_forever()
