package dev.lockkeeper.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A socket in the file system as a {@link Socket}, which Java only has as a channel. Reading gives up after
 * {@code SO_TIMEOUT} and, like writing, ends when another thread closes the socket.
 */
final class UnixSocket extends Socket {
    private final Path file;
    private final @Nullable String peer;
    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;
    private volatile int timeout;
    private volatile boolean connected;
    private volatile boolean closed;

    /**
     * @param peer the account that must own the server; null for any
     */
    UnixSocket(Path file, @Nullable String peer) {
        this.file = file;
        this.peer = peer;
        try {
            this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            this.readable = Selector.open();
            this.writable = Selector.open();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    /** Connects to the file, whatever the endpoint is. */
    @Override
    public void connect(SocketAddress endpoint, int limit) throws IOException {
        channel.connect(UnixDomainSocketAddress.of(file));
        if (peer != null) {
            String owner =
                    channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
            if (!owner.equals(peer)) {
                close();
                throw new SocketException("requirepeer asks for a server of " + peer + ", but it runs as " + owner);
            }
        }
        channel.configureBlocking(false);
        channel.register(readable, SelectionKey.OP_READ);
        channel.register(writable, SelectionKey.OP_WRITE);
        connected = true;
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                while (buffer.hasRemaining()) {
                    int count = open(() -> channel.read(buffer));
                    if (count != 0) {
                        return count;
                    }
                    await(readable, timeout);
                }
                return 0;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                while (buffer.hasRemaining()) {
                    if (open(() -> channel.write(buffer)) == 0) {
                        await(writable, 0);
                    }
                }
            }
        };
    }

    /** Something that a closed channel refuses. */
    private interface Action {
        int run() throws IOException;
    }

    private static int open(Action action) throws IOException {
        try {
            return action.run();
        } catch (ClosedChannelException e) {
            throw new SocketException("Socket closed");
        }
    }

    private void await(Selector selector, int limit) throws IOException {
        long start = System.nanoTime();
        boolean interrupted = false;
        try {
            while (true) {
                if (closed) {
                    throw new SocketException("Socket closed");
                }
                long left = limit - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                if (limit > 0 && left <= 0) {
                    throw new SocketTimeoutException("Read timed out");
                }
                if (selector.select(limit > 0 ? left : 0) > 0) {
                    selector.selectedKeys().clear();
                    return;
                }
                // a socket of Java's own does not end by an interrupt; the flag would let select() return for ever
                interrupted |= Thread.interrupted();
            }
        } catch (ClosedSelectorException e) {
            throw new SocketException("Socket closed");
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
        // ends the waiting of other threads; the channel is let go with the selectors
        readable.close();
        writable.close();
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public boolean isBound() {
        return connected;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void setSoTimeout(int millis) {
        timeout = millis;
    }

    @Override
    public synchronized int getSoTimeout() {
        return timeout;
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    /** There is nothing to switch: small messages are never held back. */
    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    /** There is nothing to keep alive: the kernel tells the end of the other side at once. */
    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public boolean getKeepAlive() {
        return true;
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return UnixDomainSocketAddress.of(file);
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
