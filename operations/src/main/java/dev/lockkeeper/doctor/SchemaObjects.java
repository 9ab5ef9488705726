package dev.lockkeeper.doctor;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Objects of the database that are there and do not do what they are for. */
final class SchemaObjects implements Check {
    private static final String OWN =
            " n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)' ";

    @Override
    public String what() {
        return "indexes, constraints, triggers and statistics";
    }

    @Override
    public Part part() {
        return Part.CATALOG;
    }

    @Override
    public void look(Patient patient, Chart chart) {
        indexes(patient, chart);
        constraints(patient, chart);
        triggers(patient, chart);
        statistics(patient, chart);
        unvacuumed(patient, chart);
    }

    /** One that is being built is not valid yet. */
    private static void indexes(Patient patient, Chart chart) {
        @Nullable
        String[] building =
                patient.row("select count(*), current_user from pg_stat_progress_create_index where datname ="
                        + " current_database() and relid is null");
        if (!"0".equals(building[0])) {
            // what others build is hidden from a plain role, and would be taken for left behind
            chart.unseen(
                    Part.CATALOG,
                    "indexes that are not valid",
                    "another role builds one now; run: grant pg_read_all_stats to "
                            + identifier(String.valueOf(building[1])) + ";");
            return;
        }
        for (@Nullable
        String[] row : patient.rows("select format('%I.%I', n.nspname, i.relname), format('%I.%I', n.nspname,"
                + " t.relname), i.relkind = 'I', i.relname ~ '_cc(new|old)[0-9]*$', x.indisunique and not exists (select from pg_constraint k where k.conindid ="
                + " i.oid) from pg_index x join pg_class i on i.oid ="
                + " x.indexrelid join pg_class t on t.oid = x.indrelid join pg_namespace n on n.oid = i.relnamespace where"
                + " not x.indisvalid and" + OWN + "and not exists (select from pg_stat_progress_create_index p where"
                + " p.index_relid = x.indexrelid or p.relid = x.indrelid) order by 1")) {
            boolean parts = "t".equals(row[2]);
            boolean left = "t".equals(row[3]);
            boolean unique = "t".equals(row[4]);
            chart.found(
                    Symptom.INDEX_INVALID,
                    String.valueOf(row[0]),
                    "the index " + row[0] + " of " + row[1] + " is not valid",
                    parts
                            ? "attach an index of each partition that has none: alter index " + row[0]
                                    + " attach partition INDEX"
                            : unique && !left
                                    ? "look for rows that have the same values: while there are some, to build it anew fails and"
                                            + " leaves one more index behind; then drop it, and build it in a migration"
                                    : "build it anew, or drop it; lockkeeper status tells whether a run has left it behind",
                    parts
                            ? new String[0]
                            : new String[] {
                                (left || unique ? "drop" : "reindex") + " index concurrently " + row[0] + ";"
                            });
        }
    }

    /** One of a partition is told by its parent's; since 18 one may be there that is not to be enforced. */
    private static void constraints(Patient patient, Chart chart) {
        for (@Nullable
        String[] row : patient.rows("select quote_ident(c.conname), case when c.contypid <> 0 then 'domain '"
                + " || format_type(c.contypid, null) else 'table ' || format('%I.%I', n.nspname, t.relname) end from"
                + " pg_constraint c join pg_namespace n on n.oid = c.connamespace left join pg_class t on t.oid = c.conrelid"
                + " where not c.convalidated and c.coninhcount = 0 and c.conparentid = 0 and" + OWN
                + "and coalesce(to_jsonb(c) ->> 'conenforced', 'true') = 'true' order by 2, 1")) {
            chart.found(
                    Symptom.CONSTRAINT_UNVALIDATED,
                    String.valueOf(row[0]),
                    "the constraint " + row[0] + " of " + row[1] + " was never validated",
                    "look for rows that break it, and validate it in a migration",
                    "alter " + row[1] + " validate constraint " + row[0] + ";");
        }
    }

    /** The triggers of the server itself carry out foreign keys. */
    private static void triggers(Patient patient, Chart chart) {
        for (@Nullable
        String[] row : patient.rows("select format('%I.%I', n.nspname, t.relname), case when g.tgisinternal then"
                + " '' else quote_ident(g.tgname) end, g.tgisinternal, string_agg(distinct k.conname, ', '),"
                // the server names them itself, without a comma
                + " string_agg(distinct quote_ident(g.tgname), ','), g.tgenabled from pg_trigger g"
                + " join pg_class t on t.oid = g.tgrelid join pg_namespace n on n.oid = t.relnamespace left join pg_constraint k"
                + " on k.oid = g.tgconstraint where g.tgenabled in ('D', 'R') and" + OWN
                // of the record more is told, and elsewhere
                + "and n.nspname <> " + literal(patient.record()) + " "
                + "group by 1, 2, 3, 6 order by 1, 2")) {
            if ("t".equals(row[2])) {
                chart.found(
                        Symptom.TRIGGER_DISABLED,
                        String.valueOf(row[0]),
                        "the foreign keys " + row[3] + " of " + row[0] + " are "
                                + (ofReplica(row[5]).isEmpty() ? "not enforced" : "enforced" + ofReplica(row[5])),
                        "switch them on; rows that came meanwhile were not looked at",
                        Stream.of(String.valueOf(row[4]).split(","))
                                // not all: a trigger that is enabled always would not be any more
                                .map(one -> "alter table " + row[0] + " enable trigger " + one + ";")
                                .toArray(String[]::new));
            } else {
                idle("trigger", row[0], row[1], row[5], chart);
            }
        }
        for (@Nullable
        String[] row :
                patient.rows("select format('%I.%I', n.nspname, t.relname), quote_ident(r.rulename), r.ev_enabled from"
                        + " pg_rewrite r join pg_class t on t.oid = r.ev_class join pg_namespace n on n.oid = t.relnamespace where"
                        + " r.ev_enabled in ('D', 'R') and" + OWN + "order by 1, 2")) {
            idle("rule", row[0], row[1], row[2], chart);
        }
    }

    private static void idle(
            String kind, @Nullable String table, @Nullable String name, @Nullable String how, Chart chart) {
        chart.found(
                Symptom.TRIGGER_DISABLED,
                String.valueOf(table),
                "the " + kind + " " + name + " of " + table
                        + (ofReplica(how).isEmpty() ? " is switched off" : " acts" + ofReplica(how)),
                // which of the two it was is not there any more
                "switch it on as the scripts have it, enable or enable always, which lockkeeper drift --sql says; or drop it in a"
                        + " migration if nobody needs it");
    }

    private static String ofReplica(@Nullable String how) {
        return "R".equals(how) ? " in sessions of a replica alone" : "";
    }

    /** Parts of a partitioned table have the setting each for itself. */
    private static void unvacuumed(Patient patient, Chart chart) {
        for (@Nullable
        String[] row : patient.rows(
                "select format('%I.%I', n.nspname, c.relname), c.relkind from pg_class c join pg_namespace n on n.oid ="
                        + " c.relnamespace, pg_options_to_table(c.reloptions) o where c.relkind in ('r', 'm') and o.option_name ="
                        // what is kept is the word as it was written
                        + " 'autovacuum_enabled' and not o.option_value::boolean and" + OWN + "order by 1")) {
            chart.found(
                    Symptom.TABLE_UNVACUUMED,
                    String.valueOf(row[0]),
                    row[0] + " is left out of autovacuum",
                    "reset it, unless a job of yours vacuums and analyzes the table",
                    "alter " + ("m".equals(row[1]) ? "materialized view " : "table ") + row[0]
                            + " reset (autovacuum_enabled);");
        }
    }

    private static void statistics(Patient patient, Chart chart) {
        for (@Nullable
        String[] row : patient.rows("select format('%I.%I', s.schemaname, s.relname), s.n_live_tup from"
                + " pg_stat_user_tables s join pg_class c on c.oid = s.relid where c.reltuples < 0 and s.last_analyze is null and"
                + " s.last_autoanalyze is null and s.n_live_tup >= "
                + patient.limits().rows() + " order by 1")) {
            chart.found(
                    Symptom.TABLE_UNANALYZED,
                    String.valueOf(row[0]),
                    row[0] + " has some " + row[1] + " rows and no statistics",
                    "gather them, and see why autovacuum has not",
                    "analyze " + row[0] + ";");
        }
    }
}
