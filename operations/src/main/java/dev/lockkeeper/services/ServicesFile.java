package dev.lockkeeper.services;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.project.DurationText;
import dev.lockkeeper.project.YamlFile;
import dev.lockkeeper.project.YamlMap;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the manifest of services, {@code services.yaml}. */
public final class ServicesFile {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern URL = Pattern.compile("(?i)https?://.+|\\$\\{.+");
    private static final Pattern ADDRESS = Pattern.compile("\\S+:(\\d{1,5}|\\$\\{\\w+})|\\$\\{\\w+}");
    private static final Duration USUAL = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int LONGEST_NAME = 63;
    private static final int HIGHEST_PORT = 65_535;

    /** What HTTP itself sends, and the client of Java lets nobody else send. */
    private static final Set<String> OWN =
            Set.of("connection", "content-length", "expect", "host", "upgrade", "transfer-encoding");

    private final Path folder;
    private final Set<String> known;

    private ServicesFile(Path folder, Set<String> known) {
        this.folder = folder;
        this.known = known;
    }

    /**
     * Reads the manifest.
     *
     * @param environments those that the project declares
     * @throws dev.lockkeeper.problem.LockkeeperException {@code services-file} with all problems of the file, {@code
     *     file-unreadable}
     */
    public static List<Service> read(Path file, Set<String> environments) {
        Path parent = file.toAbsolutePath().getParent();
        Set<String> known = new TreeSet<>(environments);
        known.add("local");
        return YamlFile.read(
                file,
                Code.SERVICES_FILE,
                "it needs at least: services: {NAME: {kind: KIND, verify: {tcp: HOST:PORT}}}",
                new ServicesFile(parent == null ? Path.of("") : parent, known)::services);
    }

    private List<Service> services(YamlMap map) {
        List<Service> services = new ArrayList<>();
        map.map("services").ifPresent(all -> {
            for (String name : all.keys()) {
                if (name.isBlank()
                        || name.codePointCount(0, name.length()) > LONGEST_NAME
                        || name.codePoints().anyMatch(Character::isISOControl)) {
                    all.reportKey(name, "this is not a name for a service", "a name has up to 63 printable characters");
                }
                all.map(name).ifPresent(own -> services.add(service(name, all, own)));
            }
        });
        if (map.isEmpty("services") || !map.has("services")) {
            map.report("the manifest names no service", "write services: with a name for each");
        }
        map.finish();
        return services;
    }

    private Service service(String name, YamlMap all, YamlMap map) {
        Kind kind = map.word("kind", Kind.words()).map(Kind::of).orElse(Kind.DATABASE);
        if (!map.has("kind")) {
            map.report(
                    "the service " + name + " has no kind",
                    "write kind: with one of " + String.join(", ", Kind.words()));
        }
        List<String> variables = variables(map);
        Map<String, List<String>> environments = environments(map);
        Set<String> named = new TreeSet<>(variables);
        environments.values().forEach(named::addAll);
        Duration timeout = map.text("timeout")
                .map(text -> DurationText.parse(text)
                        .filter(one -> one.toMillis() > 0 && one.compareTo(LONGEST) <= 0)
                        .orElseGet(() -> {
                            map.reportValue(
                                    "timeout", text + " is not a time for it", "write a time up to 1min, such as 5s");
                            return USUAL;
                        }))
                .orElse(USUAL);
        Service.Verification verification = map.map("verify")
                .map(own -> verification(name, own, named))
                .orElseGet(() -> {
                    map.report(
                            "the service " + name + " has no verification",
                            "write verify: with http:, tcp: or command:");
                    return new Service.Verification.Tcp("");
                });
        map.finish();
        return new Service(name, all.placeOfKey(name), kind, variables, environments, verification, timeout);
    }

    private static List<String> variables(YamlMap map) {
        List<String> variables = map.list("variables");
        for (String variable : variables) {
            if (!VARIABLE.matcher(variable).matches()) {
                // what stands here may be a value, and that a secret
                map.report(
                        map.placeOfKey("variables"),
                        "an item of variables is not the name of an environment variable",
                        "a name has letters, digits and underscores; its value never stands in this file");
            }
        }
        return variables;
    }

    private Map<String, List<String>> environments(YamlMap map) {
        Map<String, List<String>> environments = new LinkedHashMap<>();
        map.map("environments").ifPresent(all -> {
            for (String name : all.keys()) {
                if (!known.contains(name)) {
                    all.reportKey(
                            name,
                            "there is no environment " + name,
                            Nearest.to(name, known)
                                    .map(n -> "did you mean " + n + "?")
                                    .orElse("declare it under environments: in lockkeeper.yaml"));
                }
                List<String> own = new ArrayList<>();
                all.map(name).ifPresent(one -> {
                    own.addAll(variables(one));
                    one.finish();
                });
                environments.put(name, own);
            }
        });
        return environments;
    }

    private Service.Verification verification(String service, YamlMap map, Set<String> variables) {
        List<Service.Verification> found = new ArrayList<>();
        map.map("http").ifPresent(own -> found.add(http(own, variables)));
        map.text("tcp").ifPresent(address -> {
            if (!ADDRESS.matcher(address).matches()) {
                map.reportValue("tcp", "this is not an address", "write HOST:PORT, such as ${CACHE_HOST}:6379");
            }
            String port = address.substring(address.lastIndexOf(':') + 1);
            if (port.matches("\\d{1,5}") && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > HIGHEST_PORT)) {
                map.reportValue("tcp", port + " is no port", "write a number from 1 to 65535");
            }
            requireDeclared(map, "tcp", address, variables);
            found.add(new Service.Verification.Tcp(address));
        });
        if (map.has("command")) {
            List<String> arguments = map.list("command");
            if (!map.isList("command")) {
                map.reportValue(
                        "command",
                        "a command is a list: no shell divides it into words",
                        "write command: [PROGRAM, ARGUMENT]");
            } else if (arguments.isEmpty() || arguments.get(0).isBlank()) {
                map.reportValue("command", "the command is empty", "write command: [PROGRAM, ARGUMENT]");
            }
            for (String argument : arguments) {
                if (argument.contains("${")) {
                    map.reportValue(
                            "command",
                            "a command takes no ${...}: everybody on the machine could read the value in its arguments",
                            "let the program read the variable itself; it gets those that the service declares");
                }
            }
            found.add(new Service.Verification.Command(arguments, folder));
        }
        map.finish();
        if (found.size() != 1) {
            map.report(
                    "the verification of " + service + (found.isEmpty() ? " does nothing" : " is more than one"),
                    "write one of http:, tcp: and command:");
        }
        return found.isEmpty() ? new Service.Verification.Tcp("") : found.get(0);
    }

    private static Service.Verification http(YamlMap map, Set<String> variables) {
        String url = map.text("url").orElse("");
        if (!map.has("url")) {
            map.report("a request has no url", "write url: https://HOST/PATH, or with ${VARIABLE} in it");
        } else if (!URL.matcher(url).matches()) {
            map.reportValue(
                    "url", "this is not the address of a request", "write https://HOST/PATH or http://HOST/PATH");
        } else if (url.matches("(?i)https?://[^/]*@.*")) {
            map.report(
                    map.placeOfKey("url"),
                    "a user or a password stands in the url",
                    "send it in a header from a variable: headers: {authorization: 'Bearer ${TOKEN}'}");
        }
        if (!url.isEmpty()
                && URL.matcher(url).matches()
                && Placeholder.names(url).isEmpty()
                && !Placeholder.isOpen(url)
                && !isAddress(url)) {
            map.reportValue(
                    "url",
                    "this is not the address of a request",
                    "write https://HOST/PATH, with %20 for a blank and a port up to 65535");
        }
        requireDeclared(map, "url", url, variables);
        Map<String, String> headers = new LinkedHashMap<>();
        map.map("headers")
                .ifPresent(own -> own.keys().forEach(name -> {
                    String value = own.text(name).orElse("");
                    if (!TOKEN.matcher(name).matches() || OWN.contains(name.toLowerCase(Locale.ROOT))) {
                        own.reportKey(name, "a request cannot be sent with the header " + name, "remove it");
                    }
                    requireDeclared(own, name, value, variables);
                    headers.put(name, value);
                }));
        String status = map.text("status").orElse("200");
        if (!status.matches("[1-5]\\d\\d")) {
            map.reportValue("status", status + " is not a status of HTTP", "write a number such as 200 or 204");
        }
        String method =
                map.word("method", List.of("GET", "HEAD", "POST", "OPTIONS")).orElse("GET");
        map.finish();
        return new Service.Verification.Http(
                url, method, status.matches("[1-5]\\d\\d") ? Integer.parseInt(status) : 200, headers);
    }

    private static boolean isAddress(String url) {
        try {
            URI address = new URI(url);
            return address.getHost() != null && address.getPort() <= HIGHEST_PORT;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void requireDeclared(YamlMap map, String key, String text, Set<String> variables) {
        if (Placeholder.isOpen(text)) {
            map.reportValue(key, "a ${ has no }", "write ${NAME}");
        }
        for (String name : Placeholder.names(text)) {
            if (!variables.contains(name)) {
                map.reportValue(
                        key,
                        "${" + name + "} is no variable of the service",
                        Nearest.to(name, variables)
                                .map(n -> "name it under variables:, or did you mean ${" + n + "}?")
                                .orElse("name it under variables:"));
            }
        }
    }
}
