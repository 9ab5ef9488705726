package dev.lockkeeper.sql;

import org.jspecify.annotations.Nullable;

/** Reads what the commands say that run in no transaction (manual, part VI, their synopses in PostgreSQL 15 to 18). */
final class EffectReader {
    private static final Effect UNKNOWN = new Effect.Unknown();

    private final Words words;

    EffectReader(Words words) {
        this.words = words;
    }

    Effect read() {
        if (words.accept("vacuum")
                || words.accept("analyze")
                || words.accept("analyse")
                || words.accept("cluster")
                || words.accept("checkpoint")
                || words.accept("discard")
                || words.accept("alter", "system")) {
            return new Effect.Repeatable();
        }
        if (words.accept("create")) {
            return created();
        }
        if (words.accept("drop")) {
            return dropped();
        }
        if (words.accept("alter")) {
            return altered();
        }
        return words.accept("reindex") ? rebuilt() : UNKNOWN;
    }

    private Effect created() {
        Effect.Thing thing = thing();
        if (thing != null) {
            String name = words.part();
            return name == null ? UNKNOWN : new Effect.Created(thing, name);
        }
        boolean unique = words.accept("unique");
        return words.accept("index", "concurrently") ? built(unique) : UNKNOWN;
    }

    private Effect built(boolean unique) {
        boolean unlessThere = words.accept("if", "not", "exists");
        String name = null;
        if (!words.accept("on")) {
            name = words.part();
            if (name == null || !words.accept("on")) {
                return UNKNOWN;
            }
        }
        String table = relation();
        IndexForm form = table == null ? null : form(unique);
        return table == null || form == null ? UNKNOWN : new Effect.IndexBuilt(name, table, form, unlessThere);
    }

    private @Nullable IndexForm form(boolean unique) {
        String method = "btree";
        if (words.accept("using")) {
            String said = words.part();
            if (said == null) {
                return null;
            }
            method = said.startsWith("\"") ? said.substring(1, said.length() - 1) : Words.folded(said);
            // the server puts the one for the other (DefineIndex in commands/indexcmds.c)
            method = method.equals("rtree") ? "gist" : method;
        }
        int keys = words.list();
        if (keys == 0) {
            return null;
        }
        int included = words.accept("include") ? words.list() : 0;
        boolean nullsEqual = words.accept("nulls", "not", "distinct");
        return new IndexForm(unique, method, keys, keys + included, words.acceptLater("where"), nullsEqual);
    }

    private Effect dropped() {
        Effect.Thing thing = thing();
        if (thing != null) {
            words.accept("if", "exists");
            String name = words.part();
            return name == null ? UNKNOWN : new Effect.Dropped(thing, name);
        }
        if (!words.accept("index", "concurrently")) {
            return UNKNOWN;
        }
        words.accept("if", "exists");
        String name = words.name();
        // the server refuses more than one at a time
        return name == null || words.accept(",") ? UNKNOWN : new Effect.IndexDropped(name);
    }

    private Effect altered() {
        if (words.accept("database")) {
            String name = words.part();
            if (name == null || !words.accept("set", "tablespace")) {
                return UNKNOWN;
            }
            String tablespace = words.part();
            return tablespace == null ? UNKNOWN : new Effect.DatabaseMoved(name, tablespace);
        }
        if (words.accept("subscription")) {
            boolean again = words.part() != null
                    && (words.accept("refresh")
                            || words.accept("set")
                            || words.accept("connection")
                            || words.accept("enable")
                            || words.accept("disable"));
            return again ? new Effect.Repeatable() : UNKNOWN;
        }
        if (!words.accept("table")) {
            return UNKNOWN;
        }
        words.accept("if", "exists");
        String table = relation();
        String partition = table != null && words.accept("detach", "partition") ? words.name() : null;
        return table == null || partition == null || !words.accept("concurrently")
                ? UNKNOWN
                : new Effect.PartitionDetached(table, partition);
    }

    private Effect rebuilt() {
        boolean concurrently = words.accept("(") && words.option("concurrently");
        Effect.Scale scale = words.accept("index")
                ? Effect.Scale.INDEX
                : words.accept("table")
                        ? Effect.Scale.TABLE
                        : words.accept("schema")
                                ? Effect.Scale.SCHEMA
                                : words.accept("database") || words.accept("system") ? Effect.Scale.DATABASE : null;
        concurrently |= words.accept("concurrently");
        if (scale == null) {
            return UNKNOWN;
        }
        if (scale == Effect.Scale.DATABASE) {
            // the server takes no other database than the one it is connected to
            return new Effect.IndexesRebuilt(scale, null, concurrently);
        }
        String name = scale == Effect.Scale.SCHEMA ? words.part() : words.name();
        return name == null ? UNKNOWN : new Effect.IndexesRebuilt(scale, name, concurrently);
    }

    private Effect.@Nullable Thing thing() {
        return words.accept("database")
                ? Effect.Thing.DATABASE
                : words.accept("tablespace")
                        ? Effect.Thing.TABLESPACE
                        : words.accept("subscription") ? Effect.Thing.SUBSCRIPTION : null;
    }

    /** The synopsis of a table that may have descendants: {@code ONLY name}, {@code ONLY (name)} or {@code name *}. */
    private @Nullable String relation() {
        boolean parenthesis = words.accept("only") && words.accept("(");
        String name = words.name();
        if (parenthesis) {
            return words.accept(")") ? name : null;
        }
        words.accept("*");
        return name;
    }
}
