package dev.lockkeeper.describe.changes;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.TypeRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What columns have apart.
 *
 * @param lineage whether the second state came of the first one by statements, so that a column keeps its number and nothing else has it
 */
record ColumnChanges(Telling telling, String relation, boolean view, boolean lineage) {
    /** Gives the new names of columns that are called otherwise, by their old ones. */
    Map<String, String> tell(List<Column> before, List<Column> after) {
        Pairs<Column> pairs = lineage && !view && keepsNumbers(before, after)
                ? Pairs.of(before, after, Column::number)
                : Pairs.of(before, after, Column::name);
        Map<String, String> renamed = new HashMap<>();
        for (Pairs.Pair<Column> pair : pairs.both()) {
            if (!pair.before().name().equals(pair.after().name())) {
                renamed.put(pair.before().name(), pair.after().name());
                telling.renamed("column", name(pair.before()), name(pair.after()));
            }
        }
        pairs.removed()
                .forEach(gone ->
                        telling.removed("column", name(gone), gone.type().spelled(), true));
        for (Column one : pairs.added()) {
            boolean demanded = !view && !one.isOptional();
            String more = demanded ? ", every new row needs it" : "";
            telling.added("column", name(one), one.type().spelled() + more, demanded);
        }
        pairs.both().forEach(pair -> tell(pair.before(), pair.after(), renamed));
        if (!lineage) {
            order(before, after, pairs);
        }
        return renamed;
    }

    /** Not when the table was made anew under its name with its columns elsewhere. */
    private static boolean keepsNumbers(List<Column> before, List<Column> after) {
        Set<String> old = before.stream().map(Column::name).collect(Collectors.toSet());
        Set<String> now = after.stream().map(Column::name).collect(Collectors.toSet());
        return Pairs.of(before, after, Column::number).both().stream()
                .allMatch(pair -> pair.before().name().equals(pair.after().name())
                        || (!now.contains(pair.before().name())
                                && !old.contains(pair.after().name())));
    }

    private void tell(Column before, Column after, Map<String, String> renamed) {
        String name = name(after);
        telling.changed(
                "column",
                name,
                "type",
                before.type().spelled(),
                after.type().spelled(),
                !widens(before.type(), after.type()));
        telling.said(
                "column",
                name,
                "not null",
                before.required(),
                after.required(),
                after.required(),
                after.required()
                        ? after.unproven() ? "is now required of new rows" : "is now required"
                        : "may be null now");
        telling.changed(
                "column", name, "making", making(before), making(after), after.isComputed() && !before.isComputed());
        String was = before.defaulted();
        telling.changed(
                "column",
                name,
                after.isGenerated() ? "expression" : "default",
                was == null ? null : Renames.applied(was, renamed),
                after.defaulted(),
                was != null && after.defaulted() == null && after.required());
        telling.changed("column", name, "collation", before.collation(), after.collation(), false);
        telling.comment("column", name, before.comment(), after.comment());
        telling.grants("column", name, before.grants(), after.grants());
    }

    /** Of the columns that both have: a new one may stand anywhere. */
    private void order(List<Column> before, List<Column> after, Pairs<Column> pairs) {
        Set<String> both =
                pairs.both().stream().map(pair -> pair.after().name()).collect(Collectors.toSet());
        telling.changed(
                view ? "view" : "table", relation, "order of columns", order(before, both), order(after, both), false);
    }

    private static String order(List<Column> columns, Set<String> both) {
        return columns.stream().map(Column::name).filter(both::contains).collect(Collectors.joining(", "));
    }

    private String name(Column column) {
        return relation + "." + column.name();
    }

    private static String making(Column column) {
        return switch (column.making()) {
            case GIVEN -> "given";
            case IDENTITY_BY_DEFAULT -> "a number unless given";
            case IDENTITY_ALWAYS -> "always a number";
            case GENERATED_STORED -> "generated and stored";
            case GENERATED_VIRTUAL -> "generated when read";
        };
    }

    /** Whether every value of the one is one of the other, and spelled in the same way. */
    static boolean widens(TypeRef from, TypeRef to) {
        boolean text = from.isBuiltIn() && to.isBuiltIn() && from.array() == to.array();
        String old = from.name().name();
        String now = to.name().name();
        if (text && old.equals("varchar") && (now.equals("text") || now.equals("varchar"))) {
            return within(from.length(), to.length());
        }
        if (text && old.equals("text") && now.equals("varchar")) {
            return to.length().isEmpty();
        }
        return text
                && old.equals("numeric")
                && now.equals("numeric")
                && (to.precision().isEmpty()
                        || (from.scale().equals(to.scale()) && within(from.precision(), to.precision())));
    }

    private static boolean within(OptionalInt from, OptionalInt to) {
        return to.isEmpty() || (from.isPresent() && from.getAsInt() <= to.getAsInt());
    }
}
