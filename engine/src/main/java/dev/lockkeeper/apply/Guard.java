package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.source.Directive;
import dev.lockkeeper.source.Directives;
import java.util.ArrayList;
import java.util.List;

/**
 * A statement that refuses to go on when what a directive demands is not so. It runs in the transaction of the script, in its
 * role and path; only the query of the directive resolves anything by that path.
 *
 * @param offset where in the script the directive stands
 * @param before whether it stands before the script, so that nothing has been done yet when it refuses
 * @param sql without a semicolon
 */
record Guard(int offset, boolean before, String sql) {
    /** The SQLSTATE of a refusal: assert_failure. */
    static final String REFUSED = "P0004";

    /** What goes before a script. */
    static List<Guard> before(Directives directives) {
        List<Guard> guards = new ArrayList<>();
        directives
                .before()
                .forEach(d -> guards.add(new Guard(d.offset(), true, check(d.query(), directives.binding()))));
        for (int i = 0; i < directives.rows().size(); i++) {
            Directive.Rows rows = directives.rows().get(i);
            guards.add(new Guard(
                    rows.offset(),
                    true,
                    block(
                            "n bigint := 0;",
                            count(rows.table()) + "perform pg_catalog.set_config(" + literal(setting(i))
                                    + ", n::pg_catalog.text, false);")));
        }
        return guards;
    }

    /** What goes after a script. */
    static List<Guard> after(Directives directives) {
        List<Guard> guards = new ArrayList<>();
        directives
                .after()
                .forEach(d -> guards.add(new Guard(d.offset(), false, check(d.query(), directives.binding()))));
        for (int i = 0; i < directives.rows().size(); i++) {
            Directive.Rows rows = directives.rows().get(i);
            String sql =
                    directives.binding() ? contract(rows, setting(i)) : block("n bigint := 0;", count(rows.table()));
            guards.add(new Guard(rows.offset(), false, sql));
        }
        return guards;
    }

    /** The setting that keeps the count of a table until the script has ended. */
    static String setting(int index) {
        return "lockkeeper.rows_" + (index + 1);
    }

    private static String check(String query, boolean binding) {
        return block(
                "good boolean;",
                "execute " + literal(query) + " into good; if " + binding
                        + " and good is not true then raise exception using errcode = '" + REFUSED + "', message = "
                        + literal("check failed: " + query) + "; end if;");
    }

    private static String contract(Directive.Rows rows, String setting) {
        String change = "(n operator(pg_catalog.-) was)";
        String least = rows.least() == null ? "false" : change + " operator(pg_catalog.<) " + rows.least() + "::bigint";
        String most = rows.most() == null ? "false" : change + " operator(pg_catalog.>) " + rows.most() + "::bigint";
        return block(
                "n bigint := 0; kept pg_catalog.text := pg_catalog.current_setting(" + literal(setting)
                        + ", true); was bigint;",
                "if pg_catalog.length(kept) operator(pg_catalog.>) 0 then was := kept; end if; " + count(rows.table())
                        + "if was is null then raise exception using errcode = '" + REFUSED
                        + "', message = 'the count from before the script was lost', hint = 'a script with a contract must"
                        + " not reset all settings, and a step that was begun takes no new contract'; elsif " + least
                        + " or " + most
                        + " then raise exception using errcode = '" + REFUSED + "', message = pg_catalog.format("
                        + literal("%s had %s rows and now has %s; the script allows "
                                + rows.allowed().replace("%", "%%"))
                        + ", "
                        + literal(rows.table())
                        + ", was, n), hint = 'rows that others committed meanwhile count as well;"
                        + " on a table in use, allow a range'; end if;");
    }

    /** A table that is not there has no rows. */
    private static String count(String table) {
        return "if pg_catalog.to_regclass(" + literal(table) + ") is not null then execute "
                + literal("select pg_catalog.count(*) from " + table) + " into n; end if; ";
    }

    private static String block(String declarations, String body) {
        String code = "declare " + declarations + " begin " + body + " end";
        StringBuilder tag = new StringBuilder("$lockkeeper");
        while (code.contains(tag)) {
            tag.append('_');
        }
        return "do " + tag + "$ " + code + " " + tag + "$";
    }
}
