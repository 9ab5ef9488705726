package dev.lockkeeper.describe.changes;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What only seems to have gone and come: the same thing by another name. */
final class Renames {
    private Renames() {}

    /** The new names of tables by their old ones: a table that is gone and one that is new have the same columns, and no other table has. */
    static Map<ObjectName, ObjectName> tables(Pairs<Relation> pairs) {
        Map<ObjectName, ObjectName> renamed = new HashMap<>();
        for (Relation gone : pairs.removed()) {
            List<Relation> like =
                    pairs.added().stream().filter(one -> isLike(gone, one)).toList();
            long rivals =
                    pairs.removed().stream().filter(one -> isLike(gone, one)).count();
            if (like.size() == 1 && rivals == 1) {
                renamed.put(gone.name(), like.get(0).name());
            }
        }
        return renamed;
    }

    private static boolean isLike(Relation one, Relation other) {
        return one.kind() == other.kind() && shape(one).equals(shape(other));
    }

    private static List<List<Object>> shape(Relation relation) {
        return relation.columns().stream()
                .map(column -> List.<Object>of(column.number(), column.name(), column.type()))
                .toList();
    }

    /** A definition as it reads when columns are called otherwise; only good to be compared with one. */
    static String applied(String definition, Map<String, String> renamed) {
        String text = definition;
        for (Map.Entry<String, String> one : renamed.entrySet()) {
            text = text.replaceAll(
                    "(?<![\\p{L}\\p{N}_$])" + Pattern.quote(one.getKey()) + "(?![\\p{L}\\p{N}_$])",
                    Matcher.quoteReplacement(one.getValue()));
        }
        return text;
    }
}
