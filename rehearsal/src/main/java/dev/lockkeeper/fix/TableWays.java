package dev.lockkeeper.fix;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Part;
import dev.lockkeeper.sql.Reading;
import dev.lockkeeper.sql.Statement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * ALTER TABLE whose constraints are first written down and then validated, and whose indexes are built before. Names are those that the
 * server resolved, except where a token stands in the statement: for other targets it has another value.
 */
final class TableWays {
    private static final int LONGEST_NAME = 63;
    private static final String NOT_NULL = "_is_not_null";

    private final Rehearsed migration;
    private final Done done;
    private final Statement statement;
    private final Clause clause;
    private final Reading reading;
    private final String table;
    private final String spelled;
    private final List<Edit> edits = new ArrayList<>();
    private final List<String> before = new ArrayList<>();
    private final List<String> after = new ArrayList<>();
    private final List<String> closing = new ArrayList<>();
    private final List<String> checks = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> rules = new HashSet<>();
    private int unvalidated;

    private TableWays(Rehearsed migration, Done done, ScriptText script, String table) {
        this.migration = migration;
        this.done = done;
        this.statement = done.seen().statement();
        this.clause = done.clause();
        this.reading = clause.reading();
        this.table = table;
        int name = clause.afterOptions(2);
        this.spelled = script.hasTokens(statement)
                ? script.raw(
                        statement.start() + reading.start(name),
                        statement.start() + reading.end(reading.afterName(name) - 1))
                : table;
    }

    /** @param found the rules that found something in the statement */
    static Way of(Rehearsed migration, Done done, ScriptText script, Set<String> found) {
        Reading reading = done.clause().reading();
        String name = reading.name(reading.afterName(done.clause().afterOptions(2)) - 1);
        List<String> tables = done.seen().effects().stream()
                .flatMap(one -> Optional.ofNullable(one.table()).stream())
                .distinct()
                .filter(table -> lastName(table).equals(name))
                .toList();
        if (tables.size() != 1) {
            return new Way.ByHand("which table the server took is not seen for certain");
        }
        return new TableWays(migration, done, script, tables.get(0)).way(found);
    }

    private static String lastName(String identity) {
        Reading reading = Reading.of(identity);
        return reading.name(reading.afterName(0) - 1);
    }

    private Way way(Set<String> found) {
        List<Integer> actions = clause.actions();
        for (int i = 0; i < actions.size(); i++) {
            int action = actions.get(i);
            int last = (i + 1 < actions.size() ? actions.get(i + 1) - 1 : reading.size()) - 1;
            Optional<Way.ByHand> reason = action(action, last);
            if (reason.isPresent()) {
                return reason.get();
            }
        }
        List<Effect> written = constraints("c", "f")
                .filter(one -> one.now().is("convalidated"))
                .toList();
        if (written.size() != unvalidated || !rules.containsAll(found)) {
            return new Way.ByHand(
                    "not every action of the statement has a safer way that can be written without a person");
        }
        written.forEach(one -> alter(keyword("validate constraint ") + name(one)));
        if (!closing.isEmpty()) {
            alter(String.join(", ", closing));
            // not by the same statement, which would drop the check before it looks at it
            alter(checks.stream()
                    .map(check -> keyword("drop constraint ") + check)
                    .collect(Collectors.joining(", ")));
        }
        return new Way.Safer(edits, before, after, false);
    }

    private void alter(String action) {
        String only = reading.word(clause.afterOptions(2) - 1).equals("only") ? keyword("only ") : "";
        after.add(keyword("alter table ") + only + spelled + " " + action);
    }

    private Optional<Way.ByHand> action(int at, int last) {
        if (reading.word(at).equals("add") && !clause.addsColumn(at)) {
            int kind = reading.word(at + 1).equals("constraint") ? at + 3 : at + 1;
            return switch (reading.word(kind)) {
                case "check" -> unvalidated("LK13", at, last);
                case "foreign" ->
                    isPartitioned()
                            ? Optional.of(new Way.ByHand(
                                    "a foreign key of a partitioned table is not taken NOT VALID everywhere"))
                            : unvalidated("LK09", at, last);
                case "unique" -> index("u", "LK05", at, kind, last);
                case "primary" -> index("p", "LK06", at, kind, last);
                default -> Optional.empty();
            };
        }
        int column = reading.word(at + 1).equals("column") ? at + 2 : at + 1;
        return reading.word(at).equals("alter") && reading.isPhrase(column + 1, "set", "not", "null")
                ? notNull(reading.name(column), at, last)
                : Optional.empty();
    }

    private boolean isPartitioned() {
        return migration
                .table(table)
                .filter(part -> part.traits().is("relkind", "p"))
                .isPresent();
    }

    private Optional<Way.ByHand> unvalidated(String rule, int at, int last) {
        if (!clause.actionHas(at, "not", "valid") && !clause.actionHas(at, "not", "enforced")) {
            edits.add(Edit.insert(statement.start() + reading.end(last), keyword(" not valid")));
            unvalidated++;
            rules.add(rule);
        }
        return Optional.empty();
    }

    private Optional<Way.ByHand> notNull(String column, int at, int last) {
        Optional<Effect> closed = done.effects(Effect.Change.CHANGED, "table column")
                .filter(one -> one.now().is("table", table)
                        && one.now().is("attname", column)
                        && one.was().is("attnotnull", "false")
                        && one.now().is("attnotnull"))
                .findFirst();
        if (closed.isEmpty()) {
            return Optional.empty();
        }
        String quoted = closed.get().object().substring(table.length() + 1);
        String check = quoted(checkName(column));
        replace(
                at,
                last,
                keyword("add constraint ") + check + keyword(" check (") + quoted + keyword(" is not null) not valid"));
        alter(keyword("validate constraint ") + check);
        closing.add(keyword("alter column ") + quoted + keyword(" set not null"));
        checks.add(check);
        rules.add("LK15");
        return Optional.empty();
    }

    /** A name that no constraint of the table has; it is gone when all is done. */
    private String checkName(String column) {
        Set<String> taken = migration
                .parts(Part.Kind.CONSTRAINT, table)
                .map(Part::name)
                .collect(Collectors.toCollection(HashSet::new));
        taken.addAll(names);
        String suffix = NOT_NULL;
        for (int number = 2; ; number++) {
            String stem = column;
            while ((stem + suffix).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
                stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
            }
            if (names.add(stem + suffix) && !taken.contains(stem + suffix)) {
                return stem + suffix;
            }
            suffix = NOT_NULL + number;
        }
    }

    /** None of these names is a keyword. */
    private static String quoted(String name) {
        return name.matches("[a-z_][a-z0-9_]*") ? name : Quote.identifier(name);
    }

    private Optional<Way.ByHand> index(String type, String rule, int at, int kind, int last) {
        if (clause.actionHas(at, "using", "index") && !clause.actionHas(at, "using", "index", "tablespace")) {
            return Optional.empty();
        }
        if (isPartitioned()) {
            return Optional.of(new Way.ByHand("CONCURRENTLY is refused for the index of a partitioned table"));
        }
        String named = kind == at + 3 ? reading.name(at + 2) : "";
        List<Effect> made = constraints(type)
                .filter(one -> named.isEmpty() || one.now().is("conname", named))
                .toList();
        if (made.size() != 1) {
            return Optional.of(new Way.ByHand("the constraint has no name, and which of several it is is not seen"));
        }
        Effect constraint = made.get(0);
        Optional<Part> index = done.seen().effects().stream()
                .filter(one -> one.type().equals("index")
                        && one.now().is("oid", String.valueOf(constraint.now().get("conindid"))))
                .flatMap(one -> migration
                        .parts(Part.Kind.INDEX, table)
                        .filter(part -> part.traits()
                                .is("indexrelid", String.valueOf(one.now().get("oid")))))
                .findFirst();
        if (index.isEmpty()) {
            return Optional.of(new Way.ByHand("the index is changed again in the same migration"));
        }
        return obstacle(type, index.get()).or(() -> {
            String name = name(constraint);
            before.add(definition(index.get()));
            replace(
                    at,
                    last,
                    keyword("add constraint ")
                            + name
                            + keyword(type.equals("u") ? " unique" : " primary key")
                            + keyword(" using index ")
                            + name
                            + (constraint.now().is("condeferrable") ? keyword(" deferrable") : "")
                            + (constraint.now().is("condeferred") ? keyword(" initially deferred") : ""));
            rules.add(rule);
            return Optional.empty();
        });
    }

    private Optional<Way.ByHand> obstacle(String type, Part index) {
        if (!index.traits().is("reltablespace", "0")) {
            return Optional.of(new Way.ByHand("its index goes to a tablespace of its own"));
        }
        if (done.effects(Effect.Change.CREATED, "table column").findAny().isPresent()) {
            return Optional.of(new Way.ByHand("its columns are new in the same statement"));
        }
        boolean closes = type.equals("p")
                && done.effects(Effect.Change.CHANGED, "table column")
                        .anyMatch(one ->
                                one.was().is("attnotnull", "false") && one.now().is("attnotnull"));
        return closes
                ? Optional.of(new Way.ByHand("its columns allow NULL: set them NOT NULL in a migration before it"))
                : Optional.empty();
    }

    /** As the server tells it, for the table as the statement calls it. */
    private String definition(Part index) {
        String told = String.valueOf(index.traits().get("definition"));
        String on = " ON " + table + " USING ";
        int at = told.indexOf(on);
        String name = told.substring("CREATE UNIQUE INDEX ".length(), at);
        return keyword("create unique index concurrently ")
                + name
                + keyword(" on ")
                + spelled
                + keyword(" using ")
                + told.substring(at + on.length());
    }

    private Stream<Effect> constraints(String... types) {
        return done.seen().effects().stream()
                .filter(one -> one.type().equals("table constraint")
                        && one.change() != Effect.Change.DROPPED
                        && table.equals(one.table())
                        && Set.of(types).contains(String.valueOf(one.now().get("contype")))
                        && one.now().is("conislocal")
                        && one.now().is("conparentid", "0")
                        && !String.valueOf(one.was().get("oid"))
                                .equals(String.valueOf(one.now().get("oid"))));
    }

    /** Quoted where it has to be, without its table. */
    private String name(Effect constraint) {
        return constraint.object().substring(0, constraint.object().length() - (" on " + table).length());
    }

    private void replace(int at, int last, String text) {
        edits.add(new Edit(statement.start() + reading.start(at), statement.start() + reading.end(last), text));
    }

    private String keyword(String words) {
        return IndexWays.keyword(reading, words);
    }
}
