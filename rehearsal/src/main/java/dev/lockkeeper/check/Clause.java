package dev.lockkeeper.check;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.sql.Reading;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A statement as its text tells it. Names are those of the text: whether two of them are the same relation, only a server knows.
 *
 * @param reading its tokens
 * @param made the names of the relations that the migration has made before it, with schema where the text has one
 */
public record Clause(Statement statement, Place place, Reading reading, Set<String> made) {
    public Clause {
        made = Set.copyOf(made);
    }

    public static Clause of(Statement statement, Place place, Set<String> made) {
        return new Clause(statement, place, Reading.of(statement.sql()), made);
    }

    /** Whether its text begins with these words, written small. */
    public boolean begins(String... words) {
        return reading.isPhrase(0, words);
    }

    /** Whether these words follow one another anywhere, also inside of parentheses. */
    public boolean has(String... words) {
        for (int at = 0; at < reading.size(); at++) {
            if (reading.isPhrase(at, words)) {
                return true;
            }
        }
        return false;
    }

    /** The name that stands at a token, with its schema. */
    public String name(int at) {
        StringBuilder name = new StringBuilder(reading.name(at));
        int end = reading.afterName(at);
        for (int next = at + 2; next < end; next += 2) {
            name.append('.').append(reading.name(next));
        }
        return name.toString();
    }

    /** The names that stand from a token on with commas between. */
    public List<String> names(int at) {
        List<String> names = new ArrayList<>();
        int next = at;
        while (!reading.name(next).isEmpty()) {
            names.add(name(next));
            next = reading.afterName(next);
            next += reading.text(next).equals("*") ? 1 : 0;
            if (!reading.text(next).equals(",")) {
                break;
            }
            next = reading.word(next + 1).equals("only") ? next + 2 : next + 1;
        }
        return names;
    }

    /** Whether the migration made the relation of this name itself; with and without a schema it may be the same one. */
    public boolean isNew(String relation) {
        return made.stream().anyMatch(one -> isSame(one, relation));
    }

    /** Where one of them has no schema, the schemas are taken to be the same. */
    private static boolean isSame(String one, String other) {
        return one.equals(other)
                || (other.indexOf('.') < 0 && one.endsWith("." + other))
                || (one.indexOf('.') < 0 && other.endsWith("." + one));
    }

    /** The table of ALTER TABLE, CREATE INDEX, CREATE TRIGGER and the like that was there before the migration, as far as names tell. */
    public Optional<String> oldTable() {
        return table().filter(name -> !isNew(name));
    }

    /** The table that the statement alters, indexes or guards; empty for another kind of statement. */
    public Optional<String> table() {
        if (begins("alter", "table")) {
            return named(afterOptions(2));
        }
        for (int at = 0; at < reading.size(); at++) {
            if (reading.word(at).equals("on") && isOnTable()) {
                return named(reading.word(at + 1).equals("only") ? at + 2 : at + 1);
            }
        }
        return Optional.empty();
    }

    private boolean isOnTable() {
        String kind = reading.word(1).equals("unique") ? reading.word(2) : reading.word(1);
        return (reading.word(0).equals("create")
                        && Set.of("index", "trigger", "policy", "constraint", "or")
                                .contains(kind))
                || (Set.of("drop", "alter").contains(reading.word(0))
                        && Set.of("trigger", "policy").contains(kind));
    }

    /** The relation that CREATE TABLE, VIEW or MATERIALIZED VIEW makes. */
    public Optional<String> creates() {
        if (!begins("create")) {
            return Optional.empty();
        }
        int at = 1;
        while (Set.of(
                        "or",
                        "replace",
                        "global",
                        "local",
                        "temporary",
                        "temp",
                        "unlogged",
                        "recursive",
                        "materialized",
                        "foreign")
                .contains(reading.word(at))) {
            at++;
        }
        return Set.of("table", "view").contains(reading.word(at)) ? named(afterOptions(at + 1)) : Optional.empty();
    }

    /** The index that CREATE INDEX makes, with the schema of its table; empty when it has no name. */
    Optional<String> indexes() {
        int at = begins("create", "unique") ? 2 : 1;
        if (!begins("create") || !reading.word(at).equals("index")) {
            return Optional.empty();
        }
        at = afterOptions(reading.word(at + 1).equals("concurrently") ? at + 2 : at + 1);
        return reading.word(at).equals("on") ? Optional.empty() : named(at);
    }

    /** The new name of a table that the migration has made. */
    Optional<String> renames() {
        List<Integer> actions = actions();
        return actions.size() == 1
                        && reading.isPhrase(actions.get(0), "rename", "to")
                        && table().filter(this::isNew).isPresent()
                ? named(actions.get(0) + 2)
                : Optional.empty();
    }

    private Optional<String> named(int at) {
        String name = name(at);
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    /** The number of the token after IF [NOT] EXISTS and ONLY. */
    public int afterOptions(int at) {
        int next = at;
        while (Set.of("if", "not", "exists", "only").contains(reading.word(next))) {
            next++;
        }
        return next;
    }

    /** The numbers of the tokens with which the actions of ALTER TABLE begin; none for another statement. */
    public List<Integer> actions() {
        List<Integer> actions = new ArrayList<>();
        if (begins("alter", "table")) {
            int at = reading.afterName(afterOptions(2));
            at += reading.text(at).equals("*") ? 1 : 0;
            actions.add(at);
            for (; at < reading.size(); at++) {
                if (reading.isOpen(at)) {
                    at = reading.afterParentheses(at) - 1;
                } else if (reading.text(at).equals(",")) {
                    actions.add(at + 1);
                }
            }
        }
        return actions;
    }

    /** The actions with which ALTER TABLE adds something to a table that was there before the migration. */
    public List<Integer> additions() {
        return oldTable().isEmpty()
                ? List.of()
                : actions().stream()
                        .filter(at -> reading.word(at).equals("add"))
                        .toList();
    }

    /** Whether such an action adds a column. */
    public boolean addsColumn(int action) {
        return !Set.of("constraint", "check", "unique", "primary", "foreign", "exclude", "not")
                .contains(reading.word(action + 1));
    }

    /** Whether these words follow one another from a token on up to the next comma that is in no parentheses. */
    public boolean actionHas(int action, String... words) {
        for (int at = action; at < reading.size() && !reading.text(at).equals(","); at++) {
            if (reading.isPhrase(at, words)) {
                return true;
            }
            if (reading.isOpen(at)) {
                at = reading.afterParentheses(at) - 1;
            }
        }
        return false;
    }
}
