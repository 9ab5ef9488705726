package dev.lockkeeper.services;

import dev.lockkeeper.problem.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One service of the manifest.
 *
 * @param place where it is declared
 * @param variables that must be set in each environment that needs it
 * @param environments the variables that must be set there besides; empty when every environment needs it
 * @param verification how to see that it answers
 * @param timeout how long that may take
 */
public record Service(
        String name,
        Place place,
        Kind kind,
        List<String> variables,
        Map<String, List<String>> environments,
        Verification verification,
        Duration timeout) {
    public Service {
        variables = List.copyOf(variables);
        environments = Collections.unmodifiableMap(new LinkedHashMap<>(environments));
    }

    /** How to see that a service answers. In its texts <code>${NAME}</code> stands for a variable of the service. */
    public sealed interface Verification {
        /** What is told of it: as the manifest writes it, so without the value of any variable. */
        String shown();

        /**
         * A request.
         *
         * @param status what is expected
         * @param headers to send
         */
        record Http(String url, String method, int status, Map<String, String> headers) implements Verification {
            public Http {
                headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
            }

            @Override
            public String shown() {
                return method + " " + url;
            }
        }

        /** A connection, to {@code HOST:PORT}. */
        record Tcp(String address) implements Verification {
            @Override
            public String shown() {
                return "tcp " + address;
            }
        }

        /**
         * A program that ends with exit code 0.
         *
         * @param arguments the program and what it is given; no shell reads them
         * @param folder where it runs
         */
        record Command(List<String> arguments, Path folder) implements Verification {
            public Command {
                arguments = List.copyOf(arguments);
            }

            @Override
            public String shown() {
                return String.join(" ", arguments);
            }
        }
    }

    /** The variables that must be set in an environment; empty when it does not need the service. */
    public Optional<List<String>> needs(String environment) {
        List<String> own = environments.get(environment);
        if (own == null && !environments.isEmpty()) {
            return Optional.empty();
        }
        List<String> all = new ArrayList<>(variables);
        if (own != null) {
            all.addAll(own);
        }
        return Optional.of(all.stream().distinct().toList());
    }
}
