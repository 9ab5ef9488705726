package dev.lockkeeper.cli;

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
import org.jspecify.annotations.Nullable;

/** A network between client and server that can be made to fail. Each connection is a link of two directions. */
final class Proxy implements AutoCloseable {
    private final ServerSocket entrance;
    private final int server;
    private final Thread acceptor;
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private volatile String heldWord = "";
    private volatile String unansweredWord = "";
    private volatile boolean stallNew;

    /**
     * @param server the port behind the proxy
     */
    Proxy(int server) {
        this(0, server);
    }

    private Proxy(int port, int server) {
        this.server = server;
        entrance = listen(port);
        acceptor = thread(this::accept);
    }

    /** One that can be reached at a certain port. */
    static Proxy at(int port, int server) {
        return new Proxy(port, server);
    }

    int port() {
        return entrance.getLocalPort();
    }

    /** How many have come in. */
    int links() {
        return links.size();
    }

    /** From now on a message with this word is not forwarded, and its link stalls. */
    void hold(String word) {
        heldWord = word;
    }

    /** From now on a message with this word is forwarded, and its answer is not. */
    void leaveUnanswered(String word) {
        unansweredWord = word;
    }

    /** Whether a message was held or left without its answer. */
    boolean isHolding() {
        return links.stream().anyMatch(link -> link.caught);
    }

    /** Forwards what was held, and holds nothing more. */
    void resume() {
        heldWord = "";
        unansweredWord = "";
        stallNew = false;
        links.forEach(link -> link.stall(false, false));
    }

    /** Ends every link with a reset on both sides. */
    void cut() {
        links.forEach(Link::cut);
    }

    /** Nothing comes through the links of now any more, not even their end; new links are fine. */
    void stall() {
        links.forEach(link -> link.stall(true, true));
    }

    /** Nothing comes through any link, nor through one that is made from now on. */
    void stallForGood() {
        stallNew = true;
        stall();
    }

    /** The server is told that the client sends no more; the client is told nothing. */
    void halfClose() {
        links.forEach(Link::halfClose);
    }

    @Override
    public void close() {
        try {
            entrance.close();
            // until the blocked accept has returned the kernel still lets one connection in
            acceptor.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        cut();
    }

    private static ServerSocket listen(int port) {
        try {
            return new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket client = entrance.accept();
                try {
                    Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), server));
                    links.add(link);
                    thread(() -> link.pump(true));
                    thread(() -> link.pump(false));
                } catch (IOException e) {
                    // the server is down: the client learns it by a reset
                    client.setSoLinger(true, 0);
                    client.close();
                }
            } catch (IOException e) {
                // the next round finds out whether the entrance was closed
            }
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket upstream;
        private boolean stalledUp;
        private boolean stalledDown;
        private boolean deaf;
        private volatile boolean caught;

        Link(Socket client, Socket upstream) throws SocketException {
            this.client = client;
            this.upstream = upstream;
            stalledUp = stallNew;
            stalledDown = stallNew;
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
        }

        void pump(boolean up) {
            byte[] buffer = new byte[65_536];
            try {
                InputStream from = up ? client.getInputStream() : upstream.getInputStream();
                OutputStream to = up ? upstream.getOutputStream() : client.getOutputStream();
                for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                    if (up) {
                        watch(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
                    }
                    if (awaitPassage(up)) {
                        to.write(buffer, 0, count);
                        to.flush();
                    }
                }
                if (awaitPassage(up)) {
                    (up ? upstream : client).shutdownOutput();
                }
            } catch (IOException e) {
                cut();
            }
        }

        private void watch(String message) {
            boolean held = contains(message, heldWord);
            boolean unanswered = contains(message, unansweredWord);
            if (held || unanswered) {
                stall(held, unanswered);
                caught = true;
            }
        }

        private static boolean contains(String message, @Nullable String word) {
            return word != null && !word.isEmpty() && message.contains(word);
        }

        /** Waits while the direction is stalled; tells whether the other side still listens. */
        private synchronized boolean awaitPassage(boolean up) {
            try {
                while (up ? stalledUp : stalledDown) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return !(up && deaf);
        }

        synchronized void stall(boolean up, boolean down) {
            stalledUp = up;
            stalledDown = down;
            caught = false;
            notifyAll();
        }

        synchronized void halfClose() {
            deaf = true;
            try {
                upstream.shutdownOutput();
            } catch (IOException e) {
                // it was closed before
            }
        }

        void cut() {
            for (Socket socket : List.of(client, upstream)) {
                try {
                    socket.setSoLinger(true, 0);
                    socket.close();
                } catch (IOException e) {
                    // it was closed before
                }
            }
            synchronized (this) {
                deaf = true;
                stalledUp = false;
                stalledDown = false;
                caught = false;
                notifyAll();
            }
        }
    }
}
