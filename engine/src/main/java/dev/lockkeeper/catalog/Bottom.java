package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Session;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a database and its server hold before a history begins: what a prelude has made, and what the server made itself. */
public final class Bottom {
    private final Set<Placed> facts;
    private final Set<String> roles;

    private Bottom(Set<Placed> facts, Set<String> roles) {
        this.facts = facts;
        this.roles = roles;
    }

    public static Bottom of(Stocktaking stocktaking, Session session) {
        List<Placed> facts =
                stocktaking.rows(session, stocktaking.inventory(session).places());
        return new Bottom(new HashSet<>(facts), Stocktaking.roles(session));
    }

    boolean holds(Placed fact) {
        return facts.contains(fact);
    }

    /** The roles that were not there. */
    Set<String> without(Set<String> now) {
        Set<String> made = new HashSet<>(now);
        made.removeAll(roles);
        return made;
    }
}
