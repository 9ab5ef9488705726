package dev.lockkeeper.analytics.adapter;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.address.Host;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Target;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How Spark reaches the database: by the plain driver, with sessions as {@link dev.lockkeeper.database.Session} has them. The properties hold the
 * password, the URL holds no secret.
 *
 * @param role which may see the rows; null for whoever connects, who then sees all or gets an error
 */
record SparkAddress(Target target, @Nullable String role) {
    /** What is no part of the URL: secrets, and what is settled here. */
    private static final Set<String> PROPERTIES = Set.of("user", "password", "sslpassword", "options", "currentSchema");

    private static final Map<String, String> TRUST = Map.of(
            "standard_conforming_strings", "on",
            "transform_null_equals", "off",
            "bytea_output", "hex",
            "statement_timeout", "0",
            "default_transaction_read_only", "off");

    /** What it cannot do; empty when it can reach the database. */
    Optional<Problem> problem() {
        return target.hosts().stream()
                .filter(host -> host.name().startsWith("/") || host.address() != null)
                .findFirst()
                .map(
                        host -> Problem.of(Code.ANALYTICS_ADAPTER, "Spark cannot reach " + host + " as Lockkeeper does")
                                .because("its driver knows hosts by name, and neither sockets nor hostaddr")
                                .note("nothing was computed")
                                .help(
                                        "name the host in the address of the database, or compute in the database: --adapter postgres"));
    }

    /**
     * Of all hosts that were named, the primary: a standby may not have the events yet whose marks are taken. What the driver is told beside
     * stands here, because Spark makes small letters of the names of properties, and the driver knows none that are spelled so.
     */
    String url() {
        Map<String, String> parameters = new TreeMap<>(target.properties());
        PROPERTIES.forEach(parameters::remove);
        parameters.put("ApplicationName", "lockkeeper spark");
        parameters.put("targetServerType", "primary");
        String hosts = target.hosts().stream().map(Host::toString).collect(Collectors.joining(","));
        return target.jdbcUrl().replaceFirst("//[^/]*/", Matcher.quoteReplacement("//" + hosts + "/"))
                + parameters.entrySet().stream()
                        .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** For connections that read rows. */
    Map<String, String> properties() {
        return properties("pg_catalog, pg_temp");
    }

    /** For connections of the catalog, whose own SQL names tables without a schema. */
    Map<String, String> properties(List<String> schemas) {
        return properties(schemas.stream().map(one -> identifier(one)).collect(Collectors.joining(", ")));
    }

    private Map<String, String> properties(String path) {
        Map<String, String> all = new HashMap<>(target.properties());
        all.keySet().retainAll(PROPERTIES);
        all.remove("currentSchema");
        Properties credentials = target.credentials(target.hosts().get(0), new Properties());
        credentials.stringPropertyNames().forEach(key -> all.put(key, credentials.getProperty(key)));
        Map<String, String> settings = new LinkedHashMap<>(TRUST);
        settings.put("search_path", path);
        settings.put("row_security", role == null ? "off" : "on");
        if (role != null) {
            settings.put("role", role);
        }
        String options = settings.entrySet().stream()
                .map(one -> "-c " + one.getKey() + "=" + one.getValue().replaceAll("([\\s\\\\])", "\\\\$1"))
                .collect(Collectors.joining(" "));
        all.merge("options", options, (own, ours) -> own + " " + ours);
        return all;
    }
}
