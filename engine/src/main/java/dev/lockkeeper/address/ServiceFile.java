package dev.lockkeeper.address;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files with named sets of parameters (manual 34.17). */
final class ServiceFile {
    private final List<Path> files;

    /**
     * @param files looked into in this order; those that do not exist are passed over
     */
    ServiceFile(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /**
     * The parameters of a service, of which the first of each name counts.
     *
     * @throws LockkeeperException {@code usage} when no file has it, or a line of it cannot be read
     */
    Map<String, Given> service(Given service) {
        List<String> known = new ArrayList<>();
        for (Path file : files) {
            if (Files.exists(file)) {
                Map<String, Given> found = new LinkedHashMap<>();
                if (read(file, service.value(), found, known)) {
                    return found;
                }
            }
        }
        throw service.refused(
                "names a service that no file has: " + service.value(),
                Nearest.to(service.value(), known)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("files looked at: "
                                + String.join(
                                        ", ", files.stream().map(Path::toString).toList())));
    }

    private static boolean read(Path file, String wanted, Map<String, Given> found, List<String> known) {
        boolean inside = false;
        int number = 0;
        for (String raw : lines(file)) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[")) {
                if (inside) {
                    return true;
                }
                known.add(line.replaceAll("^\\[|].*$", ""));
                inside = line.startsWith("[" + wanted + "]");
            } else if (inside) {
                parameter(line, new Place(file.toString(), number, 0, null), wanted, found);
            }
        }
        return inside;
    }

    private static void parameter(String line, Place place, String wanted, Map<String, Given> found) {
        int equals = line.indexOf('=');
        if (line.startsWith("ldap")) {
            throw refused(
                    place,
                    "the service asks an LDAP server, which Lockkeeper does not do",
                    "write down the parameters");
        }
        if (equals < 0) {
            throw refused(place, "the line has no =", "write it as NAME=VALUE, without blanks");
        }
        String name = line.substring(0, equals);
        if (name.equals("service")) {
            throw refused(place, "a service cannot name a service", "write down the parameters");
        }
        String source = "service " + wanted + " in " + place;
        if (Parameter.named(name).isEmpty()) {
            throw Names.unknown(name, line.substring(equals + 1), source);
        }
        found.putIfAbsent(name, new Given(name, line.substring(equals + 1), source));
    }

    private static LockkeeperException refused(Place place, String message, String help) {
        return Problem.of(Code.USAGE, message).at(place).help(help).asException();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the service file cannot be read")
                    .at(Place.of(file.toString()))
                    .because(e.toString())
                    .asException(e);
        }
    }
}
