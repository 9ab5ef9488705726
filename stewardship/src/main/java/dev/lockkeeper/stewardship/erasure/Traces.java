package dev.lockkeeper.stewardship.erasure;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.stewardship.classification.ColumnEntry;
import dev.lockkeeper.stewardship.classification.Forgetting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks for values of a person in every table and materialized view of a database, whether a file speaks of it or not: in texts,
 * documents, bytes and lists, also within longer texts.
 */
public final class Traces {
    /** Shorter texts stand in too many others by chance: they are found where they are the whole value. */
    private static final int LONG = 5;

    private static final String VALUE = "value";
    private static final String WHOLE = "whole";
    private static final String WITHIN = "within";

    private static final Set<String> TEXTS = Set.of(
            "text",
            "varchar",
            "bpchar",
            "name",
            "citext",
            "json",
            "jsonb",
            "xml",
            "hstore",
            "uuid",
            "inet",
            "cidr",
            "macaddr",
            "macaddr8",
            "tsvector",
            "bytea");

    private final Session session;
    private final Model model;

    Traces(Session session, Model model) {
        this.session = session;
        this.model = model;
    }

    /** The values by which a person is looked for, as texts: read before it is forgotten. */
    public static List<String> values(Session session, ErasurePlan plan) {
        return values(session, plan, plan.subject().findBy());
    }

    /** What stands in their place now: of a person who was forgotten before, that is what was read. */
    static List<String> replaced(Session session, ErasurePlan plan) {
        return plan.own()
                .map(own -> values(
                        session,
                        plan,
                        plan.subject().findBy().stream()
                                .filter(name -> own.entry()
                                        .column(name)
                                        .filter(ColumnEntry::isReplaced)
                                        .isPresent())
                                .toList()))
                .orElse(List.of());
    }

    private static List<String> values(Session session, ErasurePlan plan, List<String> columns) {
        Set<String> values = new LinkedHashSet<>();
        if (plan.own().isPresent() && !columns.isEmpty()) {
            String texts = columns.stream()
                    .map(column -> "t." + identifier(column) + "::text")
                    .collect(Collectors.joining(", "));
            for (@Nullable
            String[] row : session.query(
                    "select " + texts + " from " + plan.subject().table().quoted() + " t where "
                            + plan.own().get().condition())) {
                for (String value : row) {
                    if (value != null && !value.isBlank()) {
                        values.add(value);
                    }
                }
            }
        }
        return List.copyOf(values);
    }

    /**
     * Where the values are found.
     *
     * @param plan whose kept rows may have them
     * @return how many rows, by columns; the values are not told
     */
    Map<String, Long> find(ErasurePlan plan, Collection<String> values) {
        Map<String, Long> found = new TreeMap<>();
        if (values.isEmpty()) {
            return found;
        }
        seek(values);
        for (Relation relation : model.relations()) {
            if (relation.isTable() || relation.kind() == Relation.Kind.MATERIALIZED_VIEW) {
                look(relation, plan, found);
            }
        }
        return found;
    }

    /** How many columns are looked at. */
    long columns() {
        return model.relations().stream()
                .filter(relation -> relation.isTable() || relation.kind() == Relation.Kind.MATERIALIZED_VIEW)
                .flatMap(relation -> relation.columns().stream())
                .filter(column -> isText(column.type()))
                .count();
    }

    private void look(Relation relation, ErasurePlan plan, Map<String, Long> found) {
        List<Column> columns = relation.columns().stream()
                .filter(column -> isText(column.type()))
                .toList();
        if (columns.isEmpty()) {
            return;
        }
        List<String> counts = new ArrayList<>();
        for (Column column : columns) {
            // the column may have a collation under which nothing can be looked for within texts
            String value = "lower(t." + identifier(column.name()) + "::text collate pg_catalog.\"default\")";
            counts.add("(count(*) filter (where " + value + " = any (" + sought(WHOLE) + ") or " + value + " like any ("
                    + sought(WITHIN) + ")))::text");
        }
        String kept = plan.parts().stream()
                .filter(part ->
                        part.way() == Forgetting.Way.KEEP && part.relation().equals(relation))
                .map(part -> " where (" + part.condition() + ") is not true")
                .findFirst()
                .orElse("");
        @Nullable
        String[] row = session.query("select " + String.join(", ", counts) + " from "
                        + relation.name().quoted() + " t" + kept)
                .get(0);
        for (int i = 0; i < columns.size(); i++) {
            long rows = Long.parseLong(String.valueOf(row[i]));
            if (rows > 0) {
                found.put(relation.name() + "." + columns.get(i).name(), rows);
            }
        }
    }

    private static String sought(String kind) {
        return "array(select s.v from " + Sought.TABLE + " s where s.kind = " + literal(kind) + ")";
    }

    /** Puts what is looked for: whole texts, and patterns of what stands within longer ones. */
    private void seek(Collection<String> values) {
        Set<String> whole = new LinkedHashSet<>();
        Set<String> within = new LinkedHashSet<>();
        for (String one : values) {
            if (one.length() < LONG) {
                whole.addAll(cases(one));
                digits(one).forEach(digits -> whole.add("\\x" + digits));
            } else {
                cases(one).forEach(text -> within.addAll(spellings(text)));
                within.addAll(digits(one));
            }
        }
        Sought.put(session, VALUE, values);
        Sought.put(session, WHOLE, whole);
        Sought.put(session, WITHIN, within);
        // the server may know other capitals than we do
        String others = " cross join lateral (values (lower(v)), (upper(v))) f (w) where kind = " + literal(VALUE)
                + " and char_length(v) ";
        String bytes = "encode(convert_to(f.w, 'UTF8'), 'hex')";
        session.execute("insert into " + Sought.TABLE + " select " + literal(WHOLE) + ", 0, '\\x' || " + bytes
                + " from "
                + Sought.TABLE + others + "< " + LONG + ";insert into " + Sought.TABLE + " select " + literal(WITHIN)
                + ", 0, " + bytes + " from " + Sought.TABLE + others + ">= " + LONG + ";update " + Sought.TABLE
                + " set v = lower(v) where kind = " + literal(WHOLE) + ";update " + Sought.TABLE
                + " set v = '%' || replace(replace(replace(lower(v), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'"
                + " where kind = " + literal(WITHIN));
    }

    /** A text in the cases in which it may stand: a server under the locale C folds ASCII alone. */
    private static Set<String> cases(String one) {
        return new LinkedHashSet<>(List.of(one, one.toLowerCase(Locale.ROOT), one.toUpperCase(Locale.ROOT)));
    }

    /** A text as the digits of its bytes. */
    private static Set<String> digits(String one) {
        Set<String> digits = new LinkedHashSet<>();
        cases(one).forEach(text -> digits.add(HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8))));
        return digits;
    }

    /**
     * How documents, lists, rows and markup print a text. Bytes may stand elsewhere as digits alone, or as base64.
     */
    private static Set<String> spellings(String one) {
        if (!one.matches("\\\\x([0-9a-f]{2}){4,}")) {
            String escaped = one.replace("\\", "\\\\").replace("\"", "\\\"");
            StringBuilder ascii = new StringBuilder();
            escaped.chars().forEach(c -> ascii.append(c < 128 ? Character.toString(c) : "\\u%04x".formatted(c)));
            return new LinkedHashSet<>(List.of(
                    one,
                    escaped,
                    ascii.toString(),
                    one.replace("\\", "\\\\").replace("\"", "\"\""),
                    one.replace("\\", "\\\\").replace("'", "''"),
                    one.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
                    one.replace("&", "&amp;")
                            .replace("<", "&lt;")
                            .replace(">", "&gt;")
                            .replace("\"", "&quot;")));
        }
        String digits = one.substring(2);
        String base64 = Base64.getEncoder()
                .withoutPadding()
                .encodeToString(HexFormat.of().parseHex(digits));
        return Set.of(digits, base64);
    }

    private boolean isText(TypeRef type) {
        if (type.isBuiltIn() || TEXTS.contains(type.name().name())) {
            return TEXTS.contains(type.name().name());
        }
        return model.type(type.name())
                .map(known -> known instanceof UserType.Domain domain
                        ? isText(domain.base())
                        : known instanceof UserType.Composite composite
                                && composite.fields().stream().anyMatch(field -> isText(field.type())))
                .orElse(true);
    }
}
