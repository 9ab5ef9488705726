package dev.lockkeeper.catalog.model;

import dev.lockkeeper.catalog.model.Publication.Published;
import dev.lockkeeper.database.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the model of a database, by one message. Not thread-safe. The rows that are made for tables have a reader of their own, because they
 * ask by number for what no model has: types that nobody made, bounds of leaves, bodies of triggers.
 */
public final class ModelReader {
    private final List<List<Answer>> answers;
    private final Map<String, List<Column>> columns = new HashMap<>();

    private ModelReader(List<List<Answer>> answers) {
        this.answers = answers;
    }

    /** The model of the session's database. It tells of tables that are committed; needs no privileges on them. */
    public static Model read(Session session) {
        return new ModelReader(session.queryAll(ModelQueries.MESSAGE).stream()
                        .map(rows -> rows.stream().map(Answer::new).toList())
                        .toList())
                .model();
    }

    /** The names of all roles of the session's server, which everybody may read. */
    public static Set<String> roles(Session session) {
        return session.query("select rolname from pg_catalog.pg_roles").stream()
                .map(row -> new Answer(row).text())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Model model() {
        answers.get(2)
                .forEach(a -> columns.computeIfAbsent(a.text(), oid -> new ArrayList<>())
                        .add(column(a)));
        return new Model(
                list(0, a -> new Namespace(a.text(), a.text(), a.textOrNull(), a.grants())),
                relations(),
                types(),
                list(13, ModelReader::sequence),
                list(14, ModelReader::routine),
                publications(),
                list(17, Answer::text));
    }

    private <T> List<T> list(int query, Function<Answer, T> reader) {
        return answers.get(query).stream().map(reader).toList();
    }

    /** What belongs to objects, by their OIDs, which come first. */
    private <T> Map<String, List<T>> lists(int query, Function<Answer, T> reader) {
        Map<String, List<T>> lists = new HashMap<>();
        answers.get(query)
                .forEach(a -> lists.computeIfAbsent(a.text(), oid -> new ArrayList<>())
                        .add(reader.apply(a)));
        return lists;
    }

    private List<Relation> relations() {
        Map<String, Rules> rules = new HashMap<>();
        answers.get(3)
                .forEach(
                        a -> rules.computeIfAbsent(a.text(), oid -> new Rules()).take(a));
        Map<String, List<Index>> indexes = lists(4, ModelReader::index);
        Map<String, List<Policy>> policies = lists(5, ModelReader::policy);
        Map<String, List<Trigger>> triggers = lists(6, ModelReader::trigger);
        Map<String, List<ColumnName>> reads = lists(7, a -> new ColumnName(a.name(), a.text()));
        return list(1, a -> {
            String oid = a.text();
            Rules own = rules.getOrDefault(oid, new Rules());
            ObjectName name = a.name();
            Relation.Kind kind = kind(a.text());
            String owner = a.text();
            @Nullable String comment = a.textOrNull();
            boolean logged = a.yes();
            List<ObjectName> parents = a.lists().stream()
                    .map(pair -> new ObjectName(pair.get(0), pair.get(1)))
                    .toList();
            return new Relation(
                    name,
                    kind,
                    owner,
                    comment,
                    logged,
                    parents,
                    partitioning(a),
                    a.textOrNull(),
                    reads.getOrDefault(oid, List.of()),
                    a.yes(),
                    a.yes(),
                    a.textOrNull(),
                    a.names(),
                    a.text(),
                    columns.getOrDefault(oid, List.of()),
                    own.keys,
                    own.foreignKeys,
                    own.checks,
                    own.exclusions,
                    indexes.getOrDefault(oid, List.of()),
                    policies.getOrDefault(oid, List.of()),
                    triggers.getOrDefault(oid, List.of()),
                    a.grants());
        });
    }

    private static Relation.Kind kind(String relkind) {
        return switch (relkind) {
            case "v" -> Relation.Kind.VIEW;
            case "m" -> Relation.Kind.MATERIALIZED_VIEW;
            case "f" -> Relation.Kind.FOREIGN_TABLE;
            default -> Relation.Kind.TABLE;
        };
    }

    private static @Nullable Partitioning partitioning(Answer a) {
        @Nullable String strategy = a.textOrNull();
        @Nullable String key = a.textOrNull();
        List<String> columns =
                a.namesOrNulls().stream().flatMap(Stream::ofNullable).toList();
        @Nullable String partitions = a.textOrNull();
        // the key is printed as RANGE (column)
        return strategy == null || key == null || partitions == null
                ? null
                : new Partitioning(
                        strategy,
                        key.substring(key.indexOf('(') + 1, key.length() - 1),
                        columns,
                        Integer.parseInt(partitions));
    }

    private static Column column(Answer a) {
        int number = a.number();
        String name = a.text();
        TypeRef type = type(a);
        boolean required = a.yes();
        boolean unproven = a.yes();
        @Nullable String defaulted = a.textOrNull();
        String identity = a.text();
        String generated = a.text();
        return new Column(
                number,
                name,
                type,
                required,
                unproven,
                defaulted,
                making(identity, generated),
                a.textOrNull(),
                a.textOrNull(),
                a.names(),
                a.grants());
    }

    private static Column.Making making(String identity, String generated) {
        return switch (identity + generated) {
            case "a" -> Column.Making.IDENTITY_ALWAYS;
            case "d" -> Column.Making.IDENTITY_BY_DEFAULT;
            case "s" -> Column.Making.GENERATED_STORED;
            case "v" -> Column.Making.GENERATED_VIRTUAL;
            default -> Column.Making.GIVEN;
        };
    }

    private static TypeRef type(Answer a) {
        return new TypeRef(a.name(), a.text(), a.yes(), a.number());
    }

    private static Index index(Answer a) {
        String name = a.text();
        String method = a.text();
        boolean unique = a.yes();
        List<@Nullable String> key = a.namesOrNulls();
        List<String> included = a.names();
        List<String> read = Stream.of(key.stream().flatMap(Stream::ofNullable), included.stream(), a.names().stream())
                .flatMap(names -> names)
                .distinct()
                .sorted(ObjectName::compare)
                .toList();
        return new Index(
                name, method, unique, key, included, read, a.textOrNull(), a.yes(), a.yes(), a.text(), a.textOrNull());
    }

    private static Policy policy(Answer a) {
        return new Policy(a.text(), a.yes(), a.text(), a.names(), a.textOrNull(), a.textOrNull(), a.textOrNull());
    }

    private static Trigger trigger(Answer a) {
        String name = a.text();
        boolean enabled = a.yes();
        @Nullable String schema = a.textOrNull();
        @Nullable String routine = a.textOrNull();
        return new Trigger(
                name,
                enabled,
                schema == null || routine == null ? null : new ObjectName(schema, routine),
                a.text(),
                a.textOrNull());
    }

    private List<UserType> types() {
        Map<String, List<Check>> checks = lists(10, ModelReader::domainCheck);
        List<UserType> types = new ArrayList<>();
        types.addAll(list(8, a -> new UserType.Enumeration(a.name(), a.names(), a.textOrNull())));
        types.addAll(list(9, a -> {
            String oid = a.text();
            return new UserType.Domain(
                    a.name(),
                    type(a),
                    a.yes(),
                    a.textOrNull(),
                    a.textOrNull(),
                    checks.getOrDefault(oid, List.of()),
                    a.textOrNull());
        }));
        types.addAll(list(11, a -> {
            String oid = a.text();
            return new UserType.Composite(a.name(), columns.getOrDefault(oid, List.of()), a.textOrNull());
        }));
        types.addAll(list(12, a -> new UserType.Range(a.name(), type(a), a.name(), a.textOrNull())));
        types.sort((one, other) -> one.name().compareTo(other.name()));
        return types;
    }

    private static Check domainCheck(Answer a) {
        return new Check(a.text(), a.text(), List.of(), a.yes(), true, a.textOrNull());
    }

    private static Sequence sequence(Answer a) {
        ObjectName name = a.name();
        String type = a.text();
        long start = a.longNumber();
        long increment = a.longNumber();
        long minimum = a.longNumber();
        long maximum = a.longNumber();
        boolean cycles = a.yes();
        @Nullable String schema = a.textOrNull();
        @Nullable String table = a.textOrNull();
        @Nullable String column = a.textOrNull();
        @Nullable
        ColumnName owner = schema == null || table == null || column == null
                ? null
                : new ColumnName(new ObjectName(schema, table), column);
        return new Sequence(name, type, start, increment, minimum, maximum, cycles, owner, a.textOrNull());
    }

    private static Routine routine(Answer a) {
        ObjectName name = a.name();
        Routine.Kind kind = switch (a.text()) {
            case "p" -> Routine.Kind.PROCEDURE;
            case "a" -> Routine.Kind.AGGREGATE;
            case "w" -> Routine.Kind.WINDOW;
            default -> Routine.Kind.FUNCTION;
        };
        return new Routine(
                name,
                kind,
                a.text(),
                a.textOrNull(),
                a.text(),
                a.text(),
                a.yes(),
                a.textOrNull(),
                a.text(),
                a.textOrNull(),
                a.grants());
    }

    private List<Publication> publications() {
        Map<String, List<Published>> published = lists(16, a -> new Published(a.name(), a.names()));
        return list(15, a -> {
            String name = a.text();
            return new Publication(name, a.yes(), published.getOrDefault(name, List.of()));
        });
    }

    /** The constraints of one table. */
    private static final class Rules {
        private final List<Key> keys = new ArrayList<>();
        private final List<ForeignKey> foreignKeys = new ArrayList<>();
        private final List<Check> checks = new ArrayList<>();
        private final List<Exclusion> exclusions = new ArrayList<>();

        void take(Answer a) {
            String kind = a.text();
            String name = a.text();
            // an expression of an exclusion constraint has no name
            List<String> columns =
                    a.namesOrNulls().stream().flatMap(Stream::ofNullable).toList();
            @Nullable String schema = a.textOrNull();
            @Nullable String target = a.textOrNull();
            List<String> targetColumns = a.names();
            String onDelete = action(a.text());
            String onUpdate = action(a.text());
            boolean deferrable = a.yes();
            boolean validated = a.yes();
            boolean enforced = a.text().equals("true");
            boolean nullsDistinct = a.yes();
            String definition = a.text();
            @Nullable String expression = a.textOrNull();
            @Nullable String comment = a.textOrNull();
            if (schema != null && target != null) {
                foreignKeys.add(new ForeignKey(
                        name,
                        columns,
                        new ObjectName(schema, target),
                        targetColumns,
                        onDelete,
                        onUpdate,
                        deferrable,
                        validated,
                        enforced,
                        definition,
                        comment));
            } else if (expression != null) {
                checks.add(new Check(name, expression, columns, validated, enforced, comment));
            } else if (kind.equals("x")) {
                exclusions.add(new Exclusion(name, definition, comment));
            } else {
                keys.add(new Key(name, kind.equals("p"), columns, nullsDistinct, deferrable, definition, comment));
            }
        }

        private static String action(String code) {
            return switch (code) {
                case "c" -> "CASCADE";
                case "r" -> "RESTRICT";
                case "n" -> "SET NULL";
                case "d" -> "SET DEFAULT";
                default -> "NO ACTION";
            };
        }
    }
}
