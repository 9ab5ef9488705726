package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Names;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.stewardship.classification.rule.TellingName;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A first classification file, from the catalogs and from names. It is a draft: what it leaves open is marked with TODO, which no word
 * of the file is, so that nobody takes it for a decision.
 */
public final class Suggestion {
    private static final Set<String> SECRETS = Set.of("password", "passwd", "secret", "token", "pin", "cvv");
    private static final Set<String> PERSONS = Set.of(
            "user",
            "users",
            "person",
            "persons",
            "people",
            "customer",
            "customers",
            "account",
            "accounts",
            "member",
            "members",
            "player",
            "players",
            "employee",
            "employees",
            "patient",
            "patients");

    private final Model model;
    private final Set<ObjectName> platform;
    private final StringBuilder text = new StringBuilder();

    private Suggestion(Model model, Set<ObjectName> platform) {
        this.model = model;
        this.platform = platform;
    }

    /**
     * The text of a first file.
     *
     * @param platform tables that are others'
     */
    public static String of(Model model, Set<ObjectName> platform) {
        Suggestion suggestion = new Suggestion(model, platform);
        suggestion.write();
        return suggestion.text.toString();
    }

    private void write() {
        line("# A first draft, made from the catalogs and from names. Replace each TODO by a decision.");
        line("version: 1");
        Optional<Relation> person = model.relations().stream()
                .filter(Scene::holds)
                .filter(one -> isPerson(one.name().name()) && one.primaryKey().isPresent())
                .findFirst();
        person.ifPresent(table -> {
            line("subjects:");
            line("  person: {table: " + quoted(Names.spelled(table.name())) + ", key: ["
                    + String.join(
                            ", ",
                            Rows.key(table).stream().map(Suggestion::quoted).toList()) + "], find_by: ["
                    + String.join(
                            ", ",
                            table.columns().stream()
                                    .map(Column::name)
                                    .filter(name -> TellingName.word(name).isPresent())
                                    .map(Suggestion::quoted)
                                    .toList())
                    + "]}");
        });
        line("tables:");
        model.relations().stream()
                .filter(Scene::holds)
                .filter(table -> !platform.contains(table.name()))
                .forEach(table -> table(table, person));
    }

    private static boolean isPerson(String table) {
        List<String> words = List.of(table.toLowerCase(Locale.ROOT).split("[^a-z]+"));
        return !words.isEmpty() && PERSONS.contains(words.get(words.size() - 1));
    }

    private void table(Relation table, Optional<Relation> person) {
        line("  " + quoted(Names.spelled(table.name())) + ":");
        boolean own = person.filter(one -> one.name().equals(table.name())).isPresent();
        person.filter(one -> !own).flatMap(one -> link(table, one.name())).ifPresent(columns -> {
            line("    subject: {person: " + columns + "}");
            line("    erase: TODO");
        });
        if (own) {
            line("    erase: anonymize");
        }
        line("    retention: {days: TODO, from: " + from(table) + ", strategy: " + (own ? "anonymize" : "delete")
                + (table.partitioning() != null
                                && table.partitioning().strategy().equals("RANGE")
                        ? ", by: partition"
                        : "")
                + "}");
        line("    columns:");
        table.columns().forEach(column -> line("      " + quoted(column.name()) + ": " + column(column)));
    }

    /** The columns of a foreign key that leads to the person, in one step. */
    private static Optional<String> link(Relation table, ObjectName person) {
        return table.foreignKeys().stream()
                .filter(key -> key.target().equals(person))
                .map(ForeignKey::columns)
                .findFirst()
                .map(columns -> columns.size() == 1
                        ? quoted(columns.get(0))
                        : "["
                                + String.join(
                                        ", ",
                                        columns.stream().map(Suggestion::quoted).toList()) + "]");
    }

    private static String from(Relation table) {
        return table.columns().stream()
                .filter(column -> Set.of("date", "timestamp", "timestamptz")
                        .contains(column.type().name().name()))
                .min(Comparator.comparingInt(column -> column.name().startsWith("created") ? 0 : 1))
                .map(column -> quoted(column.name()))
                .orElse("TODO");
    }

    private static String column(Column column) {
        Optional<String> word = TellingName.word(column.name());
        if (word.isEmpty()) {
            return column.type().isBuiltIn() && isText(column.type()) ? "TODO" : DataClass.INTERNAL.key();
        }
        String erase = column.required() ? "placeholder" : "null";
        return SECRETS.contains(word.get())
                ? "{class: restricted, protect: TODO, erase: " + erase + "}"
                : "{class: confidential, pii: " + word.get() + ", erase: " + erase + "}";
    }

    private static boolean isText(TypeRef type) {
        return Set.of("text", "varchar", "bpchar", "json", "jsonb", "xml", "bytea")
                .contains(type.name().name());
    }

    /** As YAML takes any name. */
    private static String quoted(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_.]*") && !name.matches("(?i)null|true|false|yes|no|on|off|y|n")
                ? name
                : "'" + name.replace("'", "''") + "'";
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
