package dev.lockkeeper.stewardship.classification;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.catalog.model.Key;
import dev.lockkeeper.catalog.model.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What anonymizing makes of a row, as SQL. */
public final class Rows {
    private Rows() {}

    /** The columns of the primary key; empty when there is none. */
    public static List<String> key(Relation relation) {
        return relation.primaryKey().map(Key::columns).orElse(List.of());
    }

    /** What is assigned to the columns that are replaced; empty when none is. */
    public static Optional<String> assignments(Relation relation, TableEntry entry, String alias) {
        List<String> parts = new ArrayList<>();
        replaced(relation, entry)
                .forEach(column -> parts.add(identifier(column.column().name()) + " = " + value(column, alias)));
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", parts));
    }

    /** The condition for rows that still have something that is to be replaced. */
    public static String unchanged(Relation relation, TableEntry entry, String alias) {
        List<String> parts = new ArrayList<>();
        // as text: a type such as json has no equality
        replaced(relation, entry)
                .forEach(column ->
                        parts.add(alias + "." + identifier(column.column().name()) + "::text is distinct from ("
                                + value(column, alias) + ")::text"));
        return parts.isEmpty() ? "false" : "(" + String.join(" or ", parts) + ")";
    }

    private static String value(ClassifiedColumn column, String alias) {
        Replacement erase = column.entry().erase();
        if (erase == null) {
            throw new IllegalStateException("only columns that are replaced are asked for");
        }
        return erase.sql(column.column(), alias, key(column.relation()));
    }

    private static List<ClassifiedColumn> replaced(Relation relation, TableEntry entry) {
        return new Scene.Classified(relation, entry)
                .columns()
                .filter(column -> column.entry().isReplaced())
                .toList();
    }
}
