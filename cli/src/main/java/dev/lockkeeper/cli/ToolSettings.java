package dev.lockkeeper.cli;

import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What another tool's configuration says of its migrations. Only what its files say outright is read: no variable is
 * resolved, no program run, and a password never kept.
 *
 * @param tool empty when no configuration was found
 * @param file that has said it, from the folder of the project
 * @param folder where the migrations lie, from the folder of the project; null when the tool does not say
 * @param url of the database; null when there is none, or it cannot be written down without its password
 * @param tokens the values of placeholders, by their names
 */
record ToolSettings(
        String tool,
        String file,
        @Nullable String folder,
        @Nullable String url,
        Map<String, String> tokens) {
    private static final Pattern LOCATION = Pattern.compile("\\b(filesystem|classpath):(/?[^\\s\"'<,*?\\]]+)");
    private static final Pattern PLACEHOLDER =
            Pattern.compile("(?:spring\\.)?flyway\\.placeholders\\.([\\w-]+)|(?:env\\.)?placeholders\\.([\\w-]+)");
    private static final Pattern TAG = Pattern.compile("(?s)<placeholders>(.*?)</placeholders>");
    private static final Pattern SECRET = Pattern.compile("(?i)pass|secret|token|credential|key");
    private static final Pattern ELEMENT = Pattern.compile("<([\\w-]+)>([^<]*)</\\1>");
    private static final Pattern JDBC = Pattern.compile("(?:jdbc:)?postgres(?:ql)?://[^\\s@/?#:]*(?:@|:|/).*");
    /** In PostgreSQL's own form; a password would stand before the at sign after a colon. */
    private static final Pattern PLAIN_URL =
            Pattern.compile("postgres(?:ql)?://(?:[^:@/?#\\s]+@)?[^@/?#\\s]*/[^?#\\s]*");

    /** The files of each tool, in the order in which they are looked for; the first that says something has it. */
    private static final Map<String, List<String>> FILES = files();

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

    /** Looks in the folder of a project; the placeholders of all files of the tool that was found come together. */
    static ToolSettings in(Path project) {
        for (Map.Entry<String, List<String>> tool : FILES.entrySet()) {
            List<ToolSettings> said = new ArrayList<>();
            for (String file : tool.getValue()) {
                Path path = project.resolve(file);
                if (Files.isRegularFile(path)) {
                    read(tool.getKey(), file, ScriptReader.read(path)).ifPresent(said::add);
                }
            }
            if (!said.isEmpty()) {
                return said.stream().skip(1).reduce(said.get(0), ToolSettings::and);
            }
        }
        return new ToolSettings("", "", null, null, Map.of());
    }

    private ToolSettings and(ToolSettings other) {
        Map<String, String> all = new TreeMap<>(other.tokens);
        all.putAll(tokens);
        return new ToolSettings(tool, file, folder == null ? other.folder : folder, url == null ? other.url : url, all);
    }

    private static Optional<ToolSettings> read(String tool, String file, String text) {
        Map<String, String> keys = file.endsWith(".xml") ? Map.of() : SettingsText.keys(text);
        return switch (tool) {
            case "flyway" -> flyway(file, text, keys);
            case "sqitch" ->
                Optional.of(settings(
                        tool, file, keys.getOrDefault("core.top_dir", "."), null, section(keys, "deploy.variables.")));
            case "supabase" -> Optional.of(settings(tool, file, "supabase/migrations", null, Map.of()));
            case "sql-migrate" -> Optional.of(settings(tool, file, keys.get("development.dir"), null, Map.of()));
            case "diesel" -> Optional.of(settings(tool, file, keys.get("migrations_directory.dir"), null, Map.of()));
            case "liquibase" ->
                Optional.of(settings(
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
                Optional.of(settings(
                        tool, file, "scripts", address(keys.get("url"), keys.get("username")), harmless(keys)));
            default -> variables(file, keys);
        };
    }

    private static ToolSettings settings(
            String tool, String file, @Nullable String folder, @Nullable String url, Map<String, String> tokens) {
        return new ToolSettings(tool, file, folder == null ? null : relative(folder), url, tokens);
    }

    private static String relative(String folder) {
        String plain = folder.replaceFirst("^\\./", "").replaceFirst("/+$", "");
        return plain.isEmpty() ? "." : plain;
    }

    private static Optional<ToolSettings> flyway(String file, String text, Map<String, String> keys) {
        boolean own = file.contains("flyway.");
        if (!own && !text.contains("flyway")) {
            return Optional.empty();
        }
        Map<String, String> tokens = new TreeMap<>();
        keys.forEach((key, value) -> {
            Matcher placeholder = PLACEHOLDER.matcher(key);
            if (placeholder.matches()) {
                tokens.put(placeholder.group(1) == null ? placeholder.group(2) : placeholder.group(1), value);
            }
        });
        Matcher elements = TAG.matcher(file.endsWith(".xml") ? text : "");
        while (elements.find()) {
            Matcher element = ELEMENT.matcher(elements.group(1));
            while (element.find()) {
                tokens.put(element.group(1), element.group(2).strip());
            }
        }
        Matcher location = LOCATION.matcher(text);
        @Nullable String folder = null;
        if (location.find()) {
            folder = location.group(1).equals("classpath")
                    ? "src/main/resources/" + location.group(2).replaceFirst("^/", "")
                    : location.group(2);
        }
        @Nullable
        String url = address(
                first(keys, "flyway.url", "spring.flyway.url", "environments.default.url", "spring.datasource.url"),
                first(
                        keys,
                        "flyway.user",
                        "spring.flyway.user",
                        "environments.default.user",
                        "spring.datasource.username"));
        boolean says = own || folder != null || !tokens.isEmpty();
        return says ? Optional.of(settings("flyway", file, folder, url, tokens)) : Optional.empty();
    }

    /** What dbmate and goose read from a file of variables, which other programs read too. */
    private static Optional<ToolSettings> variables(String file, Map<String, String> keys) {
        boolean goose = keys.keySet().stream().anyMatch(key -> key.startsWith("GOOSE_"));
        if (!goose && keys.keySet().stream().noneMatch(key -> key.startsWith("DBMATE_"))) {
            return Optional.empty();
        }
        return Optional.of(settings(
                goose ? "goose" : "dbmate",
                file,
                first(keys, "DBMATE_MIGRATIONS_DIR", "GOOSE_MIGRATION_DIR"),
                address(first(keys, "DATABASE_URL", "GOOSE_DBSTRING"), null),
                Map.of()));
    }

    private static @Nullable String first(Map<String, String> keys, String... names) {
        for (String name : names) {
            if (keys.containsKey(name)) {
                return keys.get(name);
            }
        }
        return null;
    }

    /** Of settings that stand between the placeholders those that are no secret. */
    private static Map<String, String> harmless(Map<String, String> keys) {
        Map<String, String> harmless = new TreeMap<>(keys);
        harmless.keySet().removeIf(key -> SECRET.matcher(key).find());
        return harmless;
    }

    private static Map<String, String> section(Map<String, String> keys, String prefix) {
        Map<String, String> section = new TreeMap<>();
        keys.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                section.put(key.substring(prefix.length()), value);
            }
        });
        return section;
    }

    private static @Nullable String parent(@Nullable String file) {
        if (file == null) {
            return null;
        }
        int slash = file.lastIndexOf('/');
        return slash <= 0 ? "." : file.substring(0, slash);
    }

    /** An address without a password and without parameters of Java's driver; null where that is not possible. */
    private static @Nullable String address(@Nullable String url, @Nullable String user) {
        if (url == null || !JDBC.matcher(url).matches()) {
            return null;
        }
        String plain = url.replaceFirst("^jdbc:", "").replaceFirst("\\?.*$", "");
        if (!PLAIN_URL.matcher(plain).matches()) {
            return null;
        }
        boolean named = plain.contains("@");
        return named || user == null || !user.matches("[\\w.-]+") ? plain : plain.replaceFirst("//", "//" + user + "@");
    }
}
