package dev.lockkeeper.wire;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Forwards connections to a server, keeps the text of every query that a client sends (manual 55.2 and 55.7), and can be
 * cut, which is what the server sees when the machine of its client loses its power.
 */
public final class Wire implements AutoCloseable {
    private static final int ENCRYPTION_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;

    private final ServerSocket entrance = listen();
    private final int server;
    private final List<String> queries = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    public Wire(int server) {
        this.server = server;
        thread(this::accept);
    }

    public int port() {
        return entrance.getLocalPort();
    }

    public List<String> queries() {
        return List.copyOf(queries);
    }

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = entrance.accept();
                Socket back = new Socket(InetAddress.getLoopbackAddress(), server);
                sockets.addAll(List.of(client, back));
                thread(() -> forward(client, back));
                thread(() -> copy(back, client));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void forward(Socket client, Socket back) {
        try (client;
                back) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(back.getOutputStream());
            boolean started = false;
            while (!started) {
                int length = in.readInt();
                byte[] content = in.readNBytes(length - 4);
                out.writeInt(length);
                out.write(content);
                int code = new DataInputStream(new java.io.ByteArrayInputStream(content)).readInt();
                started = code != ENCRYPTION_REQUEST && code != GSS_REQUEST;
            }
            while (true) {
                int type = in.readByte();
                int length = in.readInt();
                byte[] content = in.readNBytes(length - 4);
                if (type == 'Q' || type == 'P') {
                    queries.add(new String(content, StandardCharsets.UTF_8).replace("\0", " "));
                }
                out.writeByte(type);
                out.writeInt(length);
                out.write(content);
            }
        } catch (IOException ended) {
            // one of them has ended the connection
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException ended) {
            // one of them has ended the connection
        }
    }

    /** Ends every connection, and lets none in any more. */
    public void cut() {
        try {
            entrance.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cut();
    }
}
