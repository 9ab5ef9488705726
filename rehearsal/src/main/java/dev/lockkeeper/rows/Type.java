package dev.lockkeeper.rows;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A data type as pg_type describes it.
 *
 * @param kind the letter of typtype: b base, c composite, d domain, e enum, m multirange, p pseudo, r range
 * @param category the letter of typcategory
 * @param part the type of an array's elements, of a range's bounds or below a domain; 0 for none
 * @param partMod the typmod that a domain gives the type below it
 * @param required whether a domain takes no NULL
 * @param labels of an enum, in their order
 * @param fields the types of the attributes of a composite type
 * @param checks the conditions of a domain; null when it has none
 */
record Type(
        String name,
        boolean builtIn,
        String kind,
        String category,
        long part,
        int partMod,
        boolean required,
        List<String> labels,
        List<Long> fields,
        @Nullable String checks) {
    Type {
        labels = List.copyOf(labels);
        fields = List.copyOf(fields);
    }
}
