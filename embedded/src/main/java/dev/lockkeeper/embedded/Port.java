package dev.lockkeeper.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A free loopback port. */
final class Port {
    private Port() {}

    /**
     * A port that the kernel will not hand out again for a minute: a connection that the listening side closes first
     * keeps the port in TIME_WAIT, in which only a program that names it, as the server does, can bind it.
     */
    static int reserve() {
        try (var listener = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                var caller = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            listener.accept().close();
            caller.getInputStream().read();
            return listener.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedPostgresException("cannot find a free loopback port", e.toString(), null, e);
        }
    }
}
