package dev.lockkeeper.stewardship.classification;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.catalog.model.Check;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks the server whether a column takes a plain text: it is cast to the type of the column, and the CHECK constraints that mention the
 * column are computed for it. Nothing is written.
 */
final class PlainTexts {
    private static final List<String> TEXTS = List.of("anna@example.org", "secret", "Correct horse 9");

    private PlainTexts() {}

    /** Protected columns that take one of them. */
    static Set<ColumnName> taken(Session session, Scene scene) {
        Set<ColumnName> taken = new HashSet<>();
        scene.classified()
                .filter(one -> Scene.holds(one.relation()))
                .flatMap(Scene.Classified::columns)
                .filter(column -> column.entry().protection() != null)
                .filter(column -> TEXTS.stream().anyMatch(text -> takes(session, column, text)))
                .forEach(column -> taken.add(column.name()));
        return taken;
    }

    private static boolean takes(Session session, ClassifiedColumn column, String text) {
        Relation relation = column.relation();
        String conditions = relation.checks().stream()
                .filter(check -> check.validated() && check.enforced())
                .filter(check -> check.columns().contains(column.column().name()))
                .map(Check::expression)
                // what is not known is no refusal: NULL passes a CHECK
                .map(expression -> "((" + expression + ") is not false)")
                .collect(Collectors.joining(" and "));
        String row = relation.columns().stream()
                .map(other -> (other.name().equals(column.column().name()) ? "s.v" : "null") + "::"
                        + other.type().spelled() + " as " + identifier(other.name()))
                .collect(Collectors.joining(", "));
        try {
            return "t"
                    .equals(session.query("select " + (conditions.isEmpty() ? "true" : conditions) + " from (select "
                                    + row + " from (values (" + literal(text) + ")) s (v)) t")
                            .get(0)[0]);
        } catch (SqlFailure e) {
            // a domain that refuses the text, or a type that cannot hold it (PostgreSQL, appendix A)
            return !e.error().sqlState().equals("23514")
                    && !e.error().sqlState().startsWith("22");
        }
    }
}
