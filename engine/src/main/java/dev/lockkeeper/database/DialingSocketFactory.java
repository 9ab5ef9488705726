package dev.lockkeeper.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Makes sockets that go where the driver cannot: to the socket of a server on this machine, to one of several addresses of
 * a name, or with own keep-alive times. Public because the driver makes it by its name.
 */
public final class DialingSocketFactory extends SocketFactory {
    private final Map<String, String> dialing;

    /**
     * @param argument lines of {@code socket=FILE}, {@code peer=USER}, {@code address=IP}, {@code idle=SECONDS},
     *     {@code interval=SECONDS}, {@code count=NUMBER}
     */
    public DialingSocketFactory(String argument) {
        Map<String, String> read = new HashMap<>();
        argument.lines().forEach(line -> {
            int equals = line.indexOf('=');
            read.put(line.substring(0, equals), line.substring(equals + 1));
        });
        this.dialing = Map.copyOf(read);
    }

    static String argument(Map<String, String> dialing) {
        return dialing.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public Socket createSocket() {
        String file = dialing.get("socket");
        return file == null ? new Dialed(dialing) : new UnixSocket(Path.of(file), dialing.get("peer"));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        Socket socket = createSocket();
        socket.connect(new InetSocketAddress(host, port));
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host.getHostName(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return createSocket(host, port);
    }

    /** Goes to an address of its own choice. */
    private static final class Dialed extends Socket {
        private final Map<String, String> dialing;

        Dialed(Map<String, String> dialing) {
            this.dialing = dialing;
        }

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            String address = dialing.get("address");
            boolean elsewhere = address != null && endpoint instanceof InetSocketAddress;
            super.connect(
                    elsewhere ? new InetSocketAddress(address, ((InetSocketAddress) endpoint).getPort()) : endpoint,
                    timeout);
            option(ExtendedSocketOptions.TCP_KEEPIDLE, dialing.get("idle"));
            option(ExtendedSocketOptions.TCP_KEEPINTERVAL, dialing.get("interval"));
            option(ExtendedSocketOptions.TCP_KEEPCOUNT, dialing.get("count"));
        }

        private void option(java.net.SocketOption<Integer> option, @Nullable String value) throws IOException {
            if (value != null) {
                try {
                    setOption(option, Integer.parseInt(value));
                } catch (UnsupportedOperationException e) {
                    throw new SocketException("this system has no " + option.name());
                }
            }
        }
    }
}
