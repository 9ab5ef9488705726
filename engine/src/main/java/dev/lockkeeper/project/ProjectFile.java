package dev.lockkeeper.project;

import dev.lockkeeper.address.AddressText;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code lockkeeper.yaml}. */
public final class ProjectFile {
    /** The name under which a project file is looked for. */
    public static final String NAME = "lockkeeper.yaml";

    private static final String OTHER = "lockkeeper.yml";

    private static final List<String> YES_NO = List.of("true", "false");

    private final Path folder;

    private ProjectFile(Path folder) {
        this.folder = folder;
    }

    /** Whether a project is in the folder or above it, perhaps under the other ending: who stands there means it. */
    public static boolean isAround(Path folder) {
        Path file = folder.resolve(NAME);
        return Files.exists(file) || Files.exists(folder.resolve(OTHER)) || above(file) != null;
    }

    private static @Nullable Path above(Path file) {
        for (Path folder = file.toAbsolutePath().normalize().getParent(); folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve(NAME))) {
                return folder;
            }
        }
        return null;
    }

    private static Problem missing(Path file) {
        Problem problem =
                Problem.of(Code.PROJECT_MISSING, "there is no " + NAME).at(Place.of(ScriptReader.display(file)));
        if (Files.exists(file.resolveSibling(OTHER))) {
            return problem.because("there is a " + OTHER).help("rename it to " + NAME);
        }
        @Nullable Path above = above(file);
        if (above != null) {
            return problem.because("there is one in a folder above it")
                    .help("name that with --project " + ScriptReader.display(above));
        }
        return problem.help(
                "name the project with --project FOLDER, make one with: lockkeeper init FOLDER, or name a folder"
                        + " of migrations with --migrations FOLDER where the command has it");
    }

    /**
     * Reads the project in a folder, or the project file itself.
     *
     * @throws LockkeeperException {@code project-missing}, or {@code project-file} with all problems of the file
     */
    public static Project read(Path where) {
        Path file = Files.isDirectory(where) ? where.resolve(NAME) : where;
        if (!Files.exists(file)) {
            throw missing(file).asException();
        }
        Path parent = file.getParent();
        ProjectFile reader = new ProjectFile(parent == null ? Path.of("") : parent);
        return YamlFile.read(
                file, Code.PROJECT_FILE, "it needs at least: project: NAME and migrations: FOLDER", reader::project);
    }

    private Project project(YamlMap map) {
        String name = map.text("project").orElse("project");
        String history = map.text("history").orElse("lockkeeper");
        int server = map.word("postgres", List.of("15", "16", "17", "18"))
                .map(Integer::parseInt)
                .orElse(18);
        boolean strict = flag(map, "strict-tokens");
        Patience patience = new Patience(
                duration(map, "lock-timeout").orElse(Patience.DEFAULT_LOCK),
                duration(map, "statement-timeout").orElse(Duration.ZERO),
                duration(map, "long-transaction").orElse(Patience.DEFAULT_TRANSACTION),
                map.text("lock-attempts").map(text -> attempts(map, text)).orElse(Patience.DEFAULT_ATTEMPTS));
        Path prelude =
                map.text("prelude").map(text -> path(map, "prelude", text)).orElse(null);
        Map<String, @Nullable String> tokens = tokens(map);
        Assertions assertions = ProtectionReader.assertions(map, Assertions.none());
        List<Component> components = new ArrayList<>();
        Optional<YamlMap> declared = map.map("components");
        if (declared.isPresent()) {
            for (String component : declared.get().keys()) {
                plainName(declared.get(), component);
                declared.get()
                        .map(component)
                        .ifPresent(m -> components.add(component(component, m, tokens, assertions)));
            }
        }
        if (map.has("migrations") || (components.isEmpty() && declared.isEmpty())) {
            components.add(0, fields("main", map, tokens, assertions));
        }
        Map<String, Environment> environments = new LinkedHashMap<>();
        map.map("environments").ifPresent(all -> {
            for (String environment : all.keys()) {
                all.map(environment).ifPresent(m -> environments.put(environment, environment(environment, m)));
            }
        });
        Map<String, FleetDeclaration> fleets =
                fleets(map, components.stream().map(Component::name).toList());
        RuleSettings rules = RuleReader.read(map);
        List<Exemption> exemptions = ExemptionReader.read(map);
        boolean staging = flag(map, "staging-only");
        Signers signers = ProtectionReader.signers(
                map,
                (own, key) -> own.text(key).map(text -> path(own, key, text)).orElse(null));
        TypeSettings usual = TypeSettings.of(folder.resolve("docs"), name);
        // a key without a value asks for them as they usually are
        @Nullable
        TypeSettings types = map.has("types")
                ? map.map("types")
                        .map(own -> TypeReader.read(
                                own,
                                usual,
                                (keys, key) -> path(keys, key, keys.text(key).orElse(""))))
                        .orElse(usual)
                : null;
        // a key without a value asks for them where they usually are
        @Nullable
        Documents documents = map.has("docs")
                ? map.map("docs").map(this::documents).orElse(new Documents(folder.resolve("docs"), Set.of(), null))
                : null;
        @Nullable Path classification = classification(map);
        map.finish();
        return new Project(
                name,
                history,
                server,
                strict,
                patience,
                prelude,
                components,
                environments,
                fleets,
                rules,
                exemptions,
                staging,
                signers,
                types,
                documents,
                classification);
    }

    private Documents documents(YamlMap map) {
        Documents documents = new Documents(
                path(map, "folder", map.text("folder").orElse("docs")),
                new HashSet<>(map.list("exclude")),
                map.text("pictures").map(text -> path(map, "pictures", text)).orElse(null));
        map.finish();
        return documents;
    }

    /** The one that is named, whether it is there or not; else the one of the usual name, if there is one. */
    private @Nullable Path classification(YamlMap map) {
        Path usual = folder.resolve("classification.yaml");
        return map.text("classification")
                .map(text -> path(map, "classification", text))
                .orElse(Files.exists(usual) ? usual : null);
    }

    private static Map<String, FleetDeclaration> fleets(YamlMap map, List<String> components) {
        Map<String, FleetDeclaration> fleets = new LinkedHashMap<>();
        map.map("fleets").ifPresent(all -> {
            for (String fleet : all.keys()) {
                plainName(all, fleet);
                all.map(fleet).ifPresent(m -> fleets.put(fleet, FleetReader.read(fleet, m, components)));
            }
        });
        return fleets;
    }

    private static void plainName(YamlMap map, String name) {
        if (!Component.isName(name)) {
            map.reportKey(
                    name,
                    "this is not a name for it",
                    "a name has up to 63 letters, digits, underscores, dots and hyphens");
        }
    }

    private Component component(String name, YamlMap map, Map<String, @Nullable String> shared, Assertions assertions) {
        Map<String, @Nullable String> tokens = new HashMap<>(shared);
        tokens.putAll(tokens(map));
        Component component = fields(name, map, tokens, ProtectionReader.assertions(map, assertions));
        map.finish();
        return component;
    }

    /** A project with one component writes them at the top. */
    private Component fields(String name, YamlMap map, Map<String, @Nullable String> tokens, Assertions assertions) {
        Map<String, @Nullable String> all = new HashMap<>(tokens);
        map.text("schema").ifPresent(schema -> all.put("schema", schema));
        String path = map.text("migrations").orElse("migrations");
        return new Component(
                name,
                path(map, "migrations", path),
                map.word("convention", Convention.keys())
                        .flatMap(Convention::named)
                        .orElse(null),
                all,
                map.text("database").orElse(null),
                map.word("downs", List.of("required", "optional"))
                        .orElse("required")
                        .equals("required"),
                map.word("out-of-order", List.of("refuse", "allow"))
                        .orElse("refuse")
                        .equals("allow"),
                map.word("other-history", List.of("refuse", "ignore"))
                        .orElse("refuse")
                        .equals("ignore"),
                hooks(map),
                assertions,
                map.list("data").stream().map(file -> path(map, "data", file)).toList(),
                seeds(map),
                analytics(map));
    }

    private @Nullable AnalyticsSettings analytics(YamlMap map) {
        if (!map.isMap("analytics")) {
            return map.text("analytics")
                    .map(text -> new AnalyticsSettings(
                            path(map, "analytics", text),
                            AnalyticsSettings.USUAL_SCHEMA,
                            null,
                            AnalyticsSettings.ADAPTERS.get(0),
                            null,
                            null))
                    .orElse(null);
        }
        return map.map("analytics")
                .map(own -> {
                    AnalyticsSettings settings = new AnalyticsSettings(
                            path(own, "folder", own.text("folder").orElse("analytics")),
                            own.text("schema").orElse(AnalyticsSettings.USUAL_SCHEMA),
                            own.text("role").orElse(null),
                            own.word("adapter", AnalyticsSettings.ADAPTERS).orElse(AnalyticsSettings.ADAPTERS.get(0)),
                            own.text("parquet")
                                    .map(text -> path(own, "parquet", text))
                                    .orElse(null),
                            own.map("spark")
                                    .map(spark -> SparkReader.read(
                                            spark,
                                            (m, key) -> path(m, key, m.text(key).orElse(""))))
                                    .orElse(null));
                    if (settings.parquet() != null && settings.adapter().equals("postgres")) {
                        own.report(own.place("parquet"), "adapter postgres writes no files", "write adapter: duckdb");
                    }
                    if (settings.spark() == null && settings.adapter().equals("spark-iceberg")) {
                        own.report(
                                own.place("adapter"),
                                "adapter spark-iceberg needs spark",
                                "write spark: {folder: FOLDER, warehouse: FOLDER}");
                    }
                    own.finish();
                    return settings;
                })
                .orElse(null);
    }

    private List<SeedPackage> seeds(YamlMap map) {
        List<SeedPackage> seeds = new ArrayList<>();
        map.map("seeds").ifPresent(all -> {
            for (String seed : all.keys()) {
                plainName(all, seed);
                all.map(seed).ifPresent(m -> seeds.add(seed(seed, all.placeOfKey(seed), m)));
            }
        });
        return seeds;
    }

    private SeedPackage seed(String name, Place place, YamlMap map) {
        SeedPackage seed = new SeedPackage(
                name,
                place,
                map.list("environments"),
                map.list("files").stream().map(file -> path(map, "files", file)).toList(),
                map.word("reset", List.of("true", "false", "without-triggers"))
                        .map(word -> switch (word) {
                            case "true" -> SeedPackage.Reset.PLAIN;
                            case "false" -> SeedPackage.Reset.NONE;
                            default -> SeedPackage.Reset.WITHOUT_TRIGGERS;
                        })
                        .orElse(SeedPackage.Reset.NONE),
                map.list("tables"),
                map.text("role").orElse(null),
                map.isList("result")
                        ? map.list("result")
                        : map.text("result").stream().toList(),
                tokens(map));
        map.finish();
        if (seed.files().isEmpty()) {
            map.report("the package " + name + " has no files", "write files: [FILE.yaml, FILE.sql]");
        }
        if (seed.resets() && seed.environments().isEmpty()) {
            map.reportValue(
                    "reset",
                    "a package that empties tables says where it may",
                    "write environments: with the names of those whose tables may be emptied, such as [ci]");
        }
        return seed;
    }

    private Hooks hooks(YamlMap map) {
        Optional<YamlMap> declared = map.map("hooks");
        if (declared.isEmpty()) {
            return Hooks.none();
        }
        YamlMap hooks = declared.get();
        Hooks read = new Hooks(
                folder,
                hooks(hooks, "before-apply"),
                hooks(hooks, "after-apply"),
                hooks(hooks, "before-rollback"),
                hooks(hooks, "after-rollback"),
                hooks(hooks, "after-failure"));
        hooks.finish();
        return read;
    }

    private static List<Hook> hooks(YamlMap map, String key) {
        List<Hook> all = new ArrayList<>();
        for (YamlMap item : map.maps(key)) {
            Optional<String> check = item.text("check");
            Optional<String> run = item.text("run");
            check.ifPresent(query -> all.add(new Hook.Check(item.place("check"), query)));
            run.ifPresent(command -> all.add(new Hook.Run(item.place("run"), command)));
            item.finish();
            if (check.isPresent() == run.isPresent()) {
                item.report("this is one check: QUERY or one run: COMMAND", "write - check: select ...");
            }
        }
        return all;
    }

    private static Optional<Duration> duration(YamlMap map, String key) {
        return map.text(key)
                .map(text -> DurationText.parse(text).orElseGet(() -> {
                    map.reportValue(key, text + " is not a duration", DurationText.advice(text, "2s, or none"));
                    return Duration.ZERO;
                }));
    }

    private static int attempts(YamlMap map, String text) {
        if (text.matches("[1-9][0-9]{0,5}")) {
            return Integer.parseInt(text);
        }
        map.reportValue("lock-attempts", text + " is not a number of attempts", "write a number from 1 on");
        return 1;
    }

    private Path path(YamlMap map, String key, String text) {
        try {
            return folder.resolve(text);
        } catch (InvalidPathException e) {
            map.reportValue(key, "this is not a path: " + e.getReason(), "name a file or a folder");
            return folder;
        }
    }

    private Environment environment(String name, YamlMap map) {
        Optional<String> url = map.text("url");
        url.filter(AddressText::holdsSecret)
                .ifPresent(
                        u -> map.reportValue(
                                "url",
                                "a password stands in the project file",
                                "remove it, and name the variable that holds it with password-variable: NAME, or use ~/.pgpass"));
        map.refuse(
                "password",
                "a password stands in the project file",
                "remove it, and name the variable that holds it with password-variable: NAME, or use ~/.pgpass");
        Environment environment = new Environment(
                name,
                url.orElse(null),
                map.text("password-variable").orElse(null),
                tokens(map),
                ProtectionReader.read(name, map));
        map.finish();
        return environment;
    }

    private static Map<String, @Nullable String> tokens(YamlMap map) {
        return map.map("tokens").map(YamlMap::texts).orElse(Map.of());
    }

    private static boolean flag(YamlMap map, String key) {
        return map.word(key, YES_NO).map(Boolean::parseBoolean).orElse(false);
    }
}
