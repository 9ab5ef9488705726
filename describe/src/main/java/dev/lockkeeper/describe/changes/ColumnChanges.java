package dev.lockkeeper.describe.changes;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.TypeRef;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What columns have apart. */
record ColumnChanges(Telling telling, String relation, boolean view) {
    /** Gives the new names of columns that are called otherwise, by their old ones. */
    Map<String, String> tell(List<Column> before, List<Column> after) {
        Pairs<Column> pairs = Pairs.of(before, after, Column::name);
        Map<String, String> renamed = Renames.columns(pairs);
        for (Column gone : pairs.removed()) {
            String now = renamed.get(gone.name());
            if (now == null) {
                telling.removed("column", name(gone), gone.type().spelled(), true);
            } else {
                telling.renamed("column", name(gone), relation + "." + now);
            }
        }
        for (Column one : pairs.added()) {
            if (renamed.containsValue(one.name())) {
                before.stream()
                        .filter(gone -> one.name().equals(renamed.get(gone.name())))
                        .forEach(gone -> tell(gone, one, renamed));
            } else {
                boolean demanded = !view && !one.isOptional();
                telling.added(
                        "column",
                        name(one),
                        one.type().spelled() + (demanded ? ", every new row needs it" : ""),
                        demanded);
            }
        }
        pairs.both().forEach(pair -> tell(pair.before(), pair.after(), renamed));
        order(before, after, pairs, renamed);
        return renamed;
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
                after.required() ? "is now required" : "may be null now");
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

    /** Told when everything else is as it was: a new column may stand anywhere in a database that has another history. */
    private void order(List<Column> before, List<Column> after, Pairs<Column> pairs, Map<String, String> renamed) {
        List<String> old =
                pairs.both().stream().map(pair -> pair.before().name()).toList();
        List<String> was =
                before.stream().map(Column::name).filter(old::contains).toList();
        List<String> now =
                after.stream().map(Column::name).filter(old::contains).toList();
        if (renamed.isEmpty() && !was.equals(now)) {
            telling.changed(
                    view ? "view" : "table",
                    relation,
                    "order of columns",
                    String.join(", ", was),
                    String.join(", ", now),
                    false);
        }
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
