package dev.lockkeeper.catalog.model;

import java.util.List;

/**
 * What is sent to subscribers.
 *
 * @param everything whether it has all tables, also those to come
 */
public record Publication(String name, boolean everything, List<Published> tables) {
    public Publication {
        tables = List.copyOf(tables);
    }

    /** A table of a publication; without a list of columns it has all of them. */
    public record Published(ObjectName table, List<String> columns) {
        public Published {
            columns = List.copyOf(columns);
        }
    }
}
