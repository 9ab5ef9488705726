package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Session;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a history makes of an empty database, kept after that database is gone.
 *
 * @param inventory its digests
 * @param facts gives the facts of a list that the history has made or changed
 * @param given the identities of what was there before and is unchanged
 * @param roles the names of the roles that the history has made
 * @param kept what is kept beside the database
 */
public record Stock(
        Inventory inventory,
        Function<String, List<Placed>> facts,
        Set<String> given,
        Set<String> roles,
        List<Placed> kept)
        implements Side {
    public Stock {
        given = Set.copyOf(given);
        roles = Set.copyOf(roles);
        kept = List.copyOf(kept);
    }

    /**
     * Takes everything of the session's database.
     *
     * @param users roles that were made for the history, not by it
     */
    public static Stock take(Stocktaking stocktaking, Session session, Bottom bottom, Set<String> users) {
        Inventory inventory = stocktaking.inventory(session);
        List<Placed> all = stocktaking.rows(session, inventory.places());
        Set<String> roles = bottom.without(Stocktaking.roles(session));
        roles.removeAll(users);
        Set<String> changed = all.stream()
                .filter(fact -> !bottom.holds(fact))
                .map(fact -> fact.row().identity())
                .collect(Collectors.toSet());
        Set<String> given = all.stream()
                .map(fact -> fact.row().identity())
                .filter(identity -> !changed.contains(identity))
                .collect(Collectors.toSet());
        Map<String, List<Placed>> byList =
                all.stream().collect(Collectors.groupingBy(fact -> fact.row().list()));
        return new Stock(
                inventory,
                list -> byList.getOrDefault(list, List.of()),
                given,
                roles,
                stocktaking.beside(session, roles));
    }

    @Override
    public List<Placed> rows(Map<String, Set<String>> chosen) {
        return chosen.entrySet().stream()
                .flatMap(e -> facts.apply(e.getKey()).stream()
                        .filter(f -> e.getValue().contains(f.schema())))
                .toList();
    }

    @Override
    public List<Placed> beside(Set<String> wanted) {
        return kept;
    }

    /** The identities of what the history has made or changed in some schemas. */
    Set<String> made(Collection<String> schemas) {
        Set<String> made = new HashSet<>();
        inventory.digests().keySet().stream()
                .filter(key -> schemas.contains(key.schema()))
                .map(Inventory.Key::list)
                .distinct()
                .forEach(list -> facts.apply(list).stream()
                        .filter(f -> schemas.contains(f.schema()))
                        .forEach(f -> made.add(f.row().identity())));
        made.removeAll(given);
        return made;
    }
}
