package dev.lockkeeper.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What another tool's configuration says of its migrations. Only what its files say outright is read: no variable is
 * resolved, no program run, and a password never kept.
 *
 * @param tool empty when no configuration was found
 * @param file that has said it, from the folder of the project
 * @param folders where the migrations lie, from the folder of the project; empty when the tool does not say
 * @param url of the database; null when there is none, or it cannot be written down as it is without its password
 * @param tokens the values of placeholders, by their names, but for those that may be secret
 * @param left the names of settings that are not taken over
 */
record ToolSettings(
        String tool,
        String file,
        List<String> folders,
        @Nullable String url,
        Map<String, String> tokens,
        List<String> left) {
    /** More is no configuration. */
    private static final long LARGEST = 1 << 20;

    private static final Pattern SECRET = Pattern.compile("(?i)pass|secret|token|credential|key|dsn");
    private static final Pattern SECRET_VALUE = Pattern.compile("(?i)://[^/@\\s]*:[^/@\\s]*@|passw(?:or)?d\\s*=");
    /** In PostgreSQL's own form; a password would stand before the at sign after a colon. */
    private static final Pattern PLAIN_URL = Pattern.compile(
            "postgres(?:ql)?://(?:[^:@/?#\\s]+@)?[^@/?#\\s]*/[^?#\\s]*(?:\\?(?:(?:sslmode|sslrootcert|sslcert|sslkey"
                    + "|connect_timeout|target_session_attrs)=[^&#\\s]*&?)+)?");

    /** The files of each tool, in the order in which they are looked for; the first tool that says something has it. */
    private static final Map<String, List<String>> FILES = files();

    ToolSettings {
        folders = List.copyOf(folders);
        left = List.copyOf(left);
        Map<String, String> open = new TreeMap<>(tokens);
        open.entrySet()
                .removeIf(token -> SECRET.matcher(token.getKey()).find()
                        || SECRET_VALUE.matcher(token.getValue()).find()
                        || token.getValue().contains("${"));
        tokens = Map.copyOf(open);
    }

    private static Map<String, List<String>> files() {
        Map<String, List<String>> files = new LinkedHashMap<>();
        files.put(
                "flyway",
                List.of(
                        "flyway.toml",
                        "flyway.conf",
                        "conf/flyway.toml",
                        "conf/flyway.conf",
                        "src/main/resources/application.properties",
                        "src/main/resources/application.yml",
                        "src/main/resources/application.yaml",
                        "pom.xml",
                        "build.gradle",
                        "build.gradle.kts"));
        files.put("sqitch", List.of("sqitch.conf", "sqitch.plan"));
        files.put("supabase", List.of("supabase/config.toml"));
        files.put("sql-migrate", List.of("dbconfig.yml"));
        files.put("diesel", List.of("diesel.toml"));
        files.put("liquibase", List.of("liquibase.properties", "src/main/resources/liquibase.properties"));
        files.put("mybatis", List.of("environments/development.properties"));
        files.put("dbmate or goose", List.of(".env"));
        return files;
    }

    /** Looks in the folder of a project; what all files of the tool that was found say comes together. */
    static ToolSettings in(Path project) {
        for (Map.Entry<String, List<String>> tool : FILES.entrySet()) {
            Optional<ToolSettings> said = tool.getValue().stream()
                    .flatMap(file ->
                            text(project.resolve(file)).flatMap(text -> read(tool.getKey(), file, text)).stream())
                    .reduce(ToolSettings::and);
            if (said.isPresent()) {
                return said.get();
            }
        }
        return new ToolSettings("", "", List.of(), null, Map.of(), List.of());
    }

    /** Files of settings were in Latin 1 for long; what is read of them is ASCII. */
    private static Optional<String> text(Path file) {
        try {
            return Files.isRegularFile(file) && Files.size(file) <= LARGEST
                    ? Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1))
                    : Optional.empty();
        } catch (IOException e) {
            // it may be of another program; what cannot be read says nothing
            return Optional.empty();
        }
    }

    private ToolSettings and(ToolSettings other) {
        Map<String, String> all = new TreeMap<>(other.tokens);
        all.putAll(tokens);
        return new ToolSettings(
                tool,
                file,
                Stream.concat(folders.stream(), other.folders.stream())
                        .distinct()
                        .toList(),
                url == null ? other.url : url,
                all,
                Stream.concat(left.stream(), other.left.stream()).distinct().toList());
    }

    private static Optional<ToolSettings> read(String tool, String file, String text) {
        if (tool.equals("flyway")) {
            return new FlywaySettings(file, text).read();
        }
        Map<String, String> keys = SettingsText.keys(text, !file.endsWith(".properties"));
        return switch (tool) {
            case "sqitch" -> Optional.of(sqitch(file, keys));
            case "supabase" -> Optional.of(of(tool, file, null, null, Map.of()));
            case "sql-migrate" -> Optional.of(of(tool, file, keys.get("development.dir"), null, Map.of()));
            case "diesel" -> Optional.of(of(tool, file, keys.get("migrations_directory.dir"), null, Map.of()));
            case "liquibase" ->
                Optional.of(of(
                        tool,
                        file,
                        parent(first(
                                keys,
                                "changelogfile",
                                "changeLogFile",
                                "changelog-file",
                                "liquibase.command.changelogFile")),
                        address(
                                first(keys, "url", "liquibase.command.url"),
                                first(keys, "username", "liquibase.command.username")),
                        Map.of()));
            case "mybatis" ->
                Optional.of(of(tool, file, "scripts", address(keys.get("url"), keys.get("username")), keys));
            default -> variables(file, keys);
        };
    }

    /** Folders and names of its own would have to be read otherwise; they are named, as Lockkeeper does not know them. */
    private static ToolSettings sqitch(String file, Map<String, String> said) {
        // as git's configuration: letters of any case, and remarks after a semicolon
        Map<String, String> keys = new TreeMap<>();
        said.forEach((key, value) -> keys.put(
                key.toLowerCase(Locale.ROOT), value.replaceFirst("\\s;.*$", "").strip()));
        String folder = first(keys, "engine.pg.top_dir", "core.top_dir");
        List<String> left = keys.keySet().stream()
                .filter(key -> key.matches(
                        "(core|engine\\.pg)\\.((deploy|revert|verify|reworked\\w*)_dir|plan_file|extension)"))
                .sorted()
                .toList();
        return new ToolSettings(
                "sqitch", file, folder == null ? List.of() : List.of(relative(folder)), null, Map.of(), left);
    }

    private static ToolSettings of(
            String tool, String file, @Nullable String folder, @Nullable String url, Map<String, String> tokens) {
        return new ToolSettings(
                tool, file, folder == null ? List.of() : List.of(relative(folder)), url, tokens, List.of());
    }

    static String relative(String folder) {
        String plain = folder.replaceFirst("^\\./", "").replaceFirst("/+$", "");
        return plain.isEmpty() ? "." : plain;
    }

    /** What dbmate and goose read from a file of variables, which other programs read too. */
    private static Optional<ToolSettings> variables(String file, Map<String, String> keys) {
        boolean goose = keys.keySet().stream().anyMatch(key -> key.startsWith("GOOSE_"));
        if (!goose && keys.keySet().stream().noneMatch(key -> key.startsWith("DBMATE_"))) {
            return Optional.empty();
        }
        return Optional.of(of(
                goose ? "goose" : "dbmate",
                file,
                first(keys, "DBMATE_MIGRATIONS_DIR", "GOOSE_MIGRATION_DIR"),
                address(first(keys, "DATABASE_URL", "GOOSE_DBSTRING"), null),
                Map.of()));
    }

    static @Nullable String first(Map<String, String> keys, String... names) {
        for (String name : names) {
            if (keys.containsKey(name)) {
                return keys.get(name);
            }
        }
        return null;
    }

    private static @Nullable String parent(@Nullable String file) {
        if (file == null) {
            return null;
        }
        int slash = file.lastIndexOf('/');
        return slash <= 0 ? "." : file.substring(0, slash);
    }

    /** An address in PostgreSQL's own form with the parameters that it knows; null where that is not possible without loss. */
    static @Nullable String address(@Nullable String url, @Nullable String user) {
        if (url == null) {
            return null;
        }
        String plain = url.replaceFirst("^jdbc:", "");
        if (!PLAIN_URL.matcher(plain).matches() || plain.contains("${")) {
            return null;
        }
        if (plain.contains("@") || user == null) {
            return plain;
        }
        return user.matches("[\\w.-]+") ? plain.replaceFirst("//", "//" + user + "@") : null;
    }
}
