package dev.lockkeeper.apply;

import java.util.Locale;

/**
 * One thing that the server said about what a statement concerns.
 *
 * @param oid 0 where there is none
 * @param of the OID of what it belongs to; 0 where it belongs to nothing
 * @param name may be empty
 * @param mark its state; may be empty
 */
record Fact(Role role, long oid, long of, String name, String mark) {
    /** Why it is in the record. */
    enum Role {
        /** The table of an index to be built; of its schema, marked with its relkind. */
        TABLE,
        /** An index that is there before; of its table. Marked with its file and whether it is valid. */
        INDEX,
        /** The bare name of the index to be built or dropped, folded and cut by the server. */
        WANTED,
        /** What has that name before in the table's schema; of the table whose index it is. Marked with its relkind. */
        NAMED,
        /** The index to be dropped; of its table. Marked with whether it is valid. */
        DOOMED,
        /** What a REINDEX names: a relation, a schema, or the database. */
        REBUILT,
        /** A copy that some earlier REINDEX has left; of its table. */
        COPY,
        /** A partitioned table that a partition shall leave. */
        PARENT,
        /** The partition; of the table that it is attached to. Marked with whether it is half detached. */
        PARTITION,
        /** A database, tablespace or subscription; a database is of its tablespace. */
        THING,
        /** The tablespace that a database shall move to. */
        GOAL;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
