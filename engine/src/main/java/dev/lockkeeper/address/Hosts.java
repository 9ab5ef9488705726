package dev.lockkeeper.address;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts hosts, IP addresses and ports together, which are lists parted by commas (manual 34.1.1.3). */
final class Hosts {
    private static final int DEFAULT_PORT = 5432;
    private static final Pattern IP = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\\w+)?");

    private Hosts() {}

    /**
     * At least one.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} when the lists do not fit each other, or a port is
     *     no port
     */
    static List<Host> of(Map<String, Given> given) {
        @Nullable Given host = given.get("host");
        @Nullable Given address = given.get("hostaddr");
        @Nullable Given port = given.get("port");
        List<String> names = items(host);
        List<String> addresses = items(address);
        List<String> ports = items(port);
        if (address != null && host != null && names.size() != addresses.size()) {
            throw address.refused(
                    "names " + addresses.size() + " addresses, and host " + names.size() + " hosts",
                    "give each host one address, or leave hostaddr out");
        }
        if (address != null
                && !addresses.stream()
                        .allMatch(a -> a.isEmpty() || IP.matcher(a).matches())) {
            throw address.refused("is no IP address", "write the name of a host as host");
        }
        int count = Math.max(names.size(), addresses.size());
        if (port != null && ports.size() != 1 && ports.size() != count) {
            throw port.refused(
                    "names " + ports.size() + " ports for " + count + (count == 1 ? " host" : " hosts"),
                    "give one port for all hosts, or one for each");
        }
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = host == null ? "" : names.get(i);
            String ip = address == null ? "" : addresses.get(i);
            int number = port == null ? DEFAULT_PORT : port(port, ports.get(ports.size() == 1 ? 0 : i));
            hosts.add(host(name, ip, number, host));
        }
        return hosts;
    }

    private static Host host(String name, String address, int port, @Nullable Given given) {
        if (!address.isEmpty()) {
            return new Host(name.isEmpty() ? address : name, address, port);
        }
        if (name.isEmpty()) {
            // libpq has the folder built in; which one it is depends on who built it
            String folder = Host.DEFAULT_SOCKETS.stream()
                    .filter(f -> Files.exists(Path.of(f, ".s.PGSQL." + port)))
                    .findFirst()
                    .orElse("localhost");
            return new Host(folder, null, port);
        }
        if (given != null && name.startsWith("@")) {
            throw given.refused(
                    "names an abstract socket, which Java cannot reach", "let the server listen in a folder too");
        }
        if (given != null && !name.startsWith("/") && !name.matches("[\\w.:%-]+")) {
            throw given.refused("is no name of a host", "use letters, digits, dots and hyphens");
        }
        return new Host(name, null, port);
    }

    private static List<String> items(@Nullable Given given) {
        return given == null ? List.of("") : List.of(given.value().split(",", -1));
    }

    private static int port(Given given, String text) {
        String number = text.strip();
        if (number.isEmpty()) {
            return DEFAULT_PORT;
        }
        int port = number.matches("\\+?\\d{1,6}") ? Integer.parseInt(number) : 0;
        if (port < 1 || port > 65_535) {
            throw given.refused("is no port", "a port is a number from 1 to 65535");
        }
        return port;
    }
}
