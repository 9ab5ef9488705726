package dev.lockkeeper.rehearsal;

import dev.lockkeeper.source.Migration;
import java.util.ArrayList;
import java.util.List;

/** Writes a long history of the usual kinds of change. */
final class LongHistory {
    private LongHistory() {}

    /**
     * A history of about 3 KB a migration: tables with constraints, indexes and comments, then functions, views,
     * columns.
     */
    static List<Migration> of(int migrations) {
        List<Migration> all = new ArrayList<>();
        for (int i = 1; i <= migrations; i++) {
            all.add(
                    switch (i % 5) {
                        case 0 -> function(i);
                        case 1, 2 -> table(i);
                        case 3 -> columns(i);
                        default -> view(i);
                    });
        }
        return all;
    }

    private static Migration table(int i) {
        StringBuilder up = new StringBuilder("create table t" + i
                + " (\n  id bigint generated always as identity constraint t" + i + "_pkey primary key");
        for (int c = 1; c <= 10; c++) {
            up.append(",\n  column_number_")
                    .append(c)
                    .append(" text not null default 'value ")
                    .append(c)
                    .append("'");
        }
        up.append(",\n  constraint t").append(i).append("_check check (column_number_1 <> '')\n);\n");
        for (int c = 1; c <= 10; c++) {
            up.append("comment on column t")
                    .append(i)
                    .append(".column_number_")
                    .append(c)
                    .append(" is 'What column number ")
                    .append(c)
                    .append(" of table ")
                    .append(i)
                    .append(" is for, told at some length so that readers understand it without asking.';\n");
        }
        for (int c = 1; c <= 3; c++) {
            up.append("create index t")
                    .append(i)
                    .append("_c")
                    .append(c)
                    .append("_idx on t")
                    .append(i)
                    .append(" (column_number_")
                    .append(c)
                    .append(");\n");
        }
        return Histories.migration(Integer.toString(i), up.toString(), "drop table t" + i);
    }

    private static Migration columns(int i) {
        String table = "t" + (i - 1);
        return Histories.migration(
                Integer.toString(i),
                "alter table " + table + " add extra_" + i + " int; create index " + table + "_extra_" + i + " on "
                        + table + " (extra_" + i + ");" + " -- padding".repeat(250),
                "alter table " + table + " drop extra_" + i);
    }

    private static Migration view(int i) {
        String table = "t" + (i - 2);
        return Histories.migration(
                Integer.toString(i),
                "create view v" + i + " as select id, column_number_1, column_number_2 from " + table + ";"
                        + " -- padding".repeat(250),
                "drop view v" + i);
    }

    private static Migration function(int i) {
        return Histories.migration(
                Integer.toString(i),
                "create function f" + i + "(n int) returns int language plpgsql as $$\nbegin\n"
                        + "  -- a step of the calculation\n  n := n + 1;\n".repeat(60) + "  return n;\nend $$",
                "drop function f" + i + "(int)");
    }
}
