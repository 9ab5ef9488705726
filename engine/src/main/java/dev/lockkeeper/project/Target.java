package dev.lockkeeper.project;

import dev.lockkeeper.address.Approach;
import dev.lockkeeper.address.Host;
import dev.lockkeeper.address.PasswordFile;
import dev.lockkeeper.address.ServerOptions;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A database and how to get in.
 *
 * @param hosts where it may be, at least one, in the order in which they are tried
 * @param password null when there is none, or when the password file may have one
 * @param properties driver settings such as sslmode
 * @param approach what the driver does not do by itself
 */
public record Target(
        List<Host> hosts,
        String database,
        String user,
        @Nullable Secret password,
        Map<String, String> properties,
        Approach approach) {
    /** What would end a part of an address, or begin another one. */
    private static final String RESERVED = "%:/?#[]@,&=+ \"'\\<>";

    public Target {
        hosts = List.copyOf(hosts);
        properties = Map.copyOf(properties);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("a target has at least one host");
        }
    }

    /** A database on one server. */
    public Target(
            String host,
            int port,
            String database,
            String user,
            @Nullable Secret password,
            Map<String, String> properties) {
        this(List.of(new Host(host, null, port)), database, user, password, properties, Approach.plain());
    }

    /** The first host; a folder when the server is reached through its socket. */
    public String host() {
        return hosts.get(0).name();
    }

    /** The port of the first host. */
    public int port() {
        return hosts.get(0).port();
    }

    /** The address of the first host for the driver, without user and password. */
    public String jdbcUrl() {
        return jdbcUrl(hosts.get(0));
    }

    /** The address for the driver, without user and password; a socket's is of no host in particular. */
    public String jdbcUrl(Host host) {
        String name = host.name().startsWith("/") ? "localhost" : host.name();
        String shown = name.contains(":") ? "[" + name + "]" : name;
        return "jdbc:postgresql://" + shown + ":" + host.port() + "/"
                + URLEncoder.encode(database, StandardCharsets.UTF_8);
    }

    /** Adds user and password, if there is one, to driver properties. */
    public Properties credentials(Properties into) {
        into.setProperty("user", user);
        if (password != null) {
            into.setProperty("password", password.reveal());
        }
        return into;
    }

    /** Adds user and password for one of the hosts, which the password file may know; an empty one when nobody knows it. */
    public Properties credentials(Host host, Properties into) {
        credentials(into);
        PasswordFile file = approach.passwordFile();
        if (password == null) {
            String found = file == null ? null : file.find(host, database, user);
            // without any the driver would look into the password file of the account
            into.setProperty("password", found == null ? "" : found);
        }
        return into;
    }

    /** What a person should know before the server is asked: that the password file is passed over. */
    public Optional<Problem> warning() {
        PasswordFile file = approach.passwordFile();
        return password != null || file == null
                ? Optional.empty()
                : file.objection().map(objection -> Problem.of(Code.FILE_UNREADABLE, objection));
    }

    /** Whether the address sets the search_path, which must then not be set otherwise. */
    public boolean choosesSearchPath() {
        return properties.containsKey("currentSchema")
                || ServerOptions.settings(properties.getOrDefault("options", "")).keySet().stream()
                        .anyMatch("search_path"::equalsIgnoreCase);
    }

    /** The search_path that the address sets, by that name; empty when it sets none. */
    public Map<String, String> searchPath() {
        String schema = properties.get("currentSchema");
        if (schema != null) {
            return Map.of("search_path", schema);
        }
        return ServerOptions.settings(properties.getOrDefault("options", "")).entrySet().stream()
                .filter(e -> e.getKey().equalsIgnoreCase("search_path"))
                .collect(Collectors.toMap(e -> "search_path", Map.Entry::getValue, (a, b) -> b));
    }

    public Target withDatabase(String name) {
        return new Target(hosts, name, user, password, properties, approach);
    }

    /** The whole address in libpq's form, for programs; secrets are left out. */
    public String address() {
        Map<String, String> all = new TreeMap<>(approach.parameters());
        String parameters = all.entrySet().stream()
                .map(e -> encoded(e.getKey()) + "=" + encoded(e.getValue()))
                .collect(Collectors.joining("&"));
        return parameters.isEmpty() ? toString() : this + "?" + parameters;
    }

    /** Names the database for people; never holds the password. */
    @Override
    public String toString() {
        return "postgresql://" + encoded(user) + "@"
                + hosts.stream().map(Host::toString).collect(Collectors.joining(",")) + "/" + encoded(database);
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        text.chars()
                .forEach(c -> encoded.append(
                        c < ' ' || RESERVED.indexOf(c) >= 0 ? String.format("%%%02X", c) : Character.toString(c)));
        return encoded.toString();
    }
}
