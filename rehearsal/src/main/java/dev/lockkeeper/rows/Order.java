package dev.lockkeeper.rows;

import dev.lockkeeper.rows.Table.Column;
import dev.lockkeeper.rows.Table.Reference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** Tables in the order in which they can be filled: parents first, as far as there is such an order. */
final class Order {
    private Order() {}

    /** Where tables refer to each other in a circle, a reference that may be NULL comes later, or else the first by name begins. */
    static List<Table> of(List<Table> tables) {
        Map<Long, Table> waiting = new LinkedHashMap<>();
        tables.forEach(table -> waiting.put(table.oid(), table));
        List<Table> order = new ArrayList<>();
        while (!waiting.isEmpty()) {
            List<Table> ready = ready(waiting, (table, reference) -> true);
            if (ready.isEmpty()) {
                ready = ready(waiting, Order::isRequired);
            }
            if (ready.isEmpty()) {
                ready = List.of(waiting.values().iterator().next());
            }
            ready.forEach(table -> waiting.remove(table.oid()));
            order.addAll(ready);
        }
        return order;
    }

    private static List<Table> ready(Map<Long, Table> waiting, BiPredicate<Table, Reference> counts) {
        return waiting.values().stream()
                .filter(table -> parents(table, counts).stream().noneMatch(waiting::containsKey))
                .toList();
    }

    /** Whether none of its columns may be NULL, so that there must be a parent. */
    static boolean isRequired(Table table, Reference reference) {
        Set<String> required = table.columns().stream()
                .filter(Column::required)
                .map(Column::name)
                .collect(Collectors.toSet());
        return required.containsAll(reference.columns());
    }

    private static Set<Long> parents(Table table, BiPredicate<Table, Reference> counts) {
        Set<Long> parents = new HashSet<>();
        table.references().stream()
                .filter(r -> counts.test(table, r))
                .filter(r -> r.parent() != table.oid())
                .forEach(r -> parents.add(r.parent()));
        return parents;
    }
}
