package dev.lockkeeper.stewardship;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a server writes into its log about one connection. It listens between both: with {@code client_min_messages = log} the server
 * sends each message to the client as well, and errors in any case.
 */
final class ServerLog implements AutoCloseable {
    private final ServerSocket entrance;
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** @param port of the server */
    ServerLog(int port) {
        try {
            entrance = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(() -> {
            Socket client = entrance.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.addAll(List.of(client, server));
            start(() -> client.getInputStream().transferTo(server.getOutputStream()));
            listen(server.getInputStream(), client.getOutputStream());
        });
    }

    int port() {
        return entrance.getLocalPort();
    }

    /** All fields of all messages. */
    List<String> messages() {
        return List.copyOf(messages);
    }

    /** A message is a letter, its length with these four bytes, and its body (manual, "Message Formats"). */
    private void listen(InputStream from, OutputStream to) throws IOException {
        DataInputStream in = new DataInputStream(from);
        while (true) {
            int kind = in.readUnsignedByte();
            int length = in.readInt();
            byte[] body = in.readNBytes(length - 4);
            if (kind == 'N' || kind == 'E') {
                messages.add(new String(body, StandardCharsets.UTF_8).replace('\0', '\n'));
            }
            to.write(new byte[] {
                (byte) kind, (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length
            });
            to.write(body);
            to.flush();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (SocketException | EOFException e) {
                // one side has ended it
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
