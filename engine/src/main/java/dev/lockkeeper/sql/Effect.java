package dev.lockkeeper.sql;

import org.jspecify.annotations.Nullable;

/**
 * What a statement that runs in no transaction is about to change, as far as its text tells. Names are SQL that the server
 * resolves itself ({@code to_regclass}, {@code parse_ident}): quoted where the statement quotes them, unicode escapes
 * already read, never cut or folded here, because that depends on the encoding of the database.
 */
public sealed interface Effect {
    /**
     * {@code CREATE INDEX CONCURRENTLY}. The index is there from the start, but invalid until it is whole (manual, CREATE
     * INDEX, "Building Indexes Concurrently").
     *
     * @param name null when the server chooses one
     * @param unlessThere whether it says IF NOT EXISTS
     */
    record IndexBuilt(@Nullable String name, String table, IndexForm form, boolean unlessThere) implements Effect {}

    /** {@code DROP INDEX CONCURRENTLY}. The index may be invalid for a while before it is gone. */
    record IndexDropped(String name) implements Effect {}

    /**
     * {@code REINDEX}. Run concurrently it makes copies whose names end in {@code _ccnew} or {@code _ccold} and which stay,
     * invalid, after an interruption (manual, REINDEX, "Rebuilding Indexes Concurrently").
     *
     * @param name null for the whole of the database that one is connected to
     */
    record IndexesRebuilt(Scale scale, @Nullable String name, boolean concurrently) implements Effect {}

    /** How much a REINDEX concerns. */
    enum Scale {
        INDEX,
        TABLE,
        SCHEMA,
        /** {@code REINDEX DATABASE} and {@code REINDEX SYSTEM}. */
        DATABASE
    }

    /**
     * {@code ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY}. An interruption leaves the partition half detached (manual,
     * ALTER TABLE, "DETACH PARTITION").
     */
    record PartitionDetached(String table, String partition) implements Effect {}

    /** {@code CREATE DATABASE}, {@code CREATE TABLESPACE} or {@code CREATE SUBSCRIPTION}. */
    record Created(Thing thing, String name) implements Effect {}

    /** {@code DROP DATABASE}, {@code DROP TABLESPACE} or {@code DROP SUBSCRIPTION}. */
    record Dropped(Thing thing, String name) implements Effect {}

    /** What has a name but belongs to no schema. */
    enum Thing {
        DATABASE,
        TABLESPACE,
        /** Of the database that one is connected to. */
        SUBSCRIPTION
    }

    /** {@code ALTER DATABASE ... SET TABLESPACE}. */
    record DatabaseMoved(String name, String tablespace) implements Effect {}

    /** Nothing that a second run would not do again, such as VACUUM. */
    record Repeatable() implements Effect {}

    /** Something that the statement alone does not tell: it may have committed several times on its way. */
    record Unknown() implements Effect {}

    /**
     * Whether the statement waits for transactions that are older than itself and holds up nobody meanwhile, so that a limit
     * on waiting for locks would only leave it half-done.
     */
    default boolean isConcurrent() {
        return this instanceof IndexBuilt
                || this instanceof IndexDropped
                || this instanceof PartitionDetached
                || (this instanceof IndexesRebuilt rebuilt && rebuilt.concurrently());
    }

    /** The effect of a statement; {@link Unknown} when it is none of those above or its text is not understood. */
    static Effect of(Statement statement) {
        return new EffectReader(new Words(statement.sql())).read();
    }
}
