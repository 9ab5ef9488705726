package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
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

    /** Words of what one person alone has, so that it can be looked for everywhere after the person was forgotten. */
    private static final Set<String> IDENTIFYING =
            Set.of("email", "mail", "phone", "mobile", "fax", "ssn", "iban", "passport");

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

    private static final Set<String> OPEN =
            Set.of("text", "varchar", "bpchar", "json", "jsonb", "xml", "bytea", "inet", "cidr", "macaddr", "macaddr8");

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

    /** The text of the file of a project that has no tables yet. */
    public static String empty() {
        return of(new Model(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of()), Set.of());
    }

    private void write() {
        List<Relation> tables = model.relations().stream()
                .filter(Scene::holds)
                .filter(table -> !platform.contains(table.name()))
                .toList();
        if (tables.isEmpty()) {
            line(
                    "# What the data are. There are no tables yet; lockkeeper classify suggest shows the entries of those that come,");
            line("# such as  shop.orders: {owner: sales, retention: {keep: why they stay}, columns: {id: internal}}");
            line("version: 1");
            line("tables: {}");
            return;
        }
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
                                    .filter(column -> word(column)
                                            .filter(IDENTIFYING::contains)
                                            .isPresent())
                                    .map(Column::name)
                                    .map(Suggestion::quoted)
                                    .toList())
                    + "]}");
        });
        line("tables:");
        tables.forEach(table -> table(table, person));
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

    private String column(Column column) {
        Optional<String> word = word(column);
        if (word.isEmpty()) {
            return isOpen(column.type()) ? "TODO" : DataClass.INTERNAL.key();
        }
        String erase = column.required() ? "placeholder" : "null";
        return SECRETS.contains(word.get())
                ? "{class: restricted, protect: TODO, erase: " + erase + "}"
                : "{class: confidential, pii: " + word.get() + ", erase: " + erase + "}";
    }

    /** The word of its name that tells, else that of its domain: {@code recipient app.email} is an address too. */
    private static Optional<String> word(Column column) {
        return TellingName.word(column.name())
                .or(() -> column.type().isBuiltIn()
                        ? Optional.empty()
                        : TellingName.word(column.type().name().name()));
    }

    /** Whether values may say anything: texts and documents, what has several fields, and addresses of networks. */
    private boolean isOpen(TypeRef type) {
        if (type.isBuiltIn()) {
            return OPEN.contains(type.name().name());
        }
        return model.type(type.name())
                .map(known -> known instanceof UserType.Domain domain
                        ? isOpen(domain.base())
                        : !(known instanceof UserType.Enumeration))
                .orElse(true);
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
