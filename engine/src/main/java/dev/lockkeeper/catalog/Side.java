package dev.lockkeeper.catalog;

import dev.lockkeeper.database.Session;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One of two databases that are compared: a live one, or one that was kept. */
public sealed interface Side permits Side.Live, Stock {
    /** Its digests. */
    Inventory inventory();

    /** The facts of some lists in some schemas. */
    List<Placed> rows(Map<String, Set<String>> chosen);

    /** What is kept beside it, for some roles. */
    List<Placed> beside(Set<String> roles);

    /** A database that somebody is connected to. */
    record Live(Stocktaking stocktaking, Session session, Inventory inventory) implements Side {
        /** Takes its inventory. */
        public static Live of(Stocktaking stocktaking, Session session) {
            return new Live(stocktaking, session, stocktaking.inventory(session));
        }

        /**
         * Takes its inventory in two sessions at a time.
         *
         * @param another with the same database; it is not used afterwards
         */
        public static Live of(Stocktaking stocktaking, Session session, Session another) {
            return new Live(stocktaking, session, stocktaking.inventory(session, another));
        }

        @Override
        public List<Placed> rows(Map<String, Set<String>> chosen) {
            return stocktaking.rows(session, chosen);
        }

        @Override
        public List<Placed> beside(Set<String> roles) {
            return stocktaking.beside(session, roles);
        }
    }
}
