package dev.lockkeeper.analytics.judge;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether the role that computes sees every row, where row security is on: an event that it does not see would be taken for one that is gone.
 * Without a role a hidden row is an error of the server, and nothing has to be asked.
 *
 * <p>A policy lets every row be seen when it asks nothing of the row: then its condition is one without the table, too.
 */
record Sight(Site site, Rollup rollup) {
    List<Problem> problems() {
        if (site.role() == null) {
            return List.of();
        }
        return site.snapshot(() -> {
            List<Problem> problems = new ArrayList<>();
            blind(rollup.source(), "see", "r", problems);
            blind(rollup.target(), "see", "r", problems);
            blind(rollup.target(), "update", "w", problems);
            blind(rollup.target(), "delete", "d", problems);
            return problems;
        });
    }

    /** @param letter of the command in pg_policy */
    private void blind(Rollup.Table table, String what, String letter, List<Problem> problems) {
        String relation = "to_regclass(" + literal(table.name().quoted()) + ")";
        if (!"t".equals(site.value("select row_security_active(" + relation + ")"))) {
            return;
        }
        boolean shown = false;
        String hides = null;
        for (@Nullable
        String[] policy : site.query("select p.polname, p.polpermissive, pg_get_expr(p.polqual, p.polrelid)"
                + " from pg_policy p where p.polrelid = " + relation + " and p.polcmd in (" + literal(letter)
                + ", '*') and (p.polroles = '{0}' or exists (select from unnest(p.polroles) r (oid) where"
                + " pg_has_role(current_user, r.oid, 'usage'))) order by p.polname")) {
            boolean always = asksNothing(policy[2]);
            shown |= "t".equals(policy[1]) && always;
            if ("f".equals(policy[1]) && policy[2] != null && !always) {
                hides = policy[0];
            }
        }
        if (shown && hides == null) {
            return;
        }
        String role = String.valueOf(site.role());
        problems.add(
                Problem.of(Code.ANALYTICS_UNFIT, "role " + role + " may not " + what + " every row of " + table.name())
                        .at(table.place())
                        .because(
                                hides == null
                                        ? "row security is on, and no policy for it is true whatever the row: a row that it does not "
                                                + what + " would be taken for one that is gone"
                                        : "policy " + hides + " restricts it to some rows")
                        .help("create a policy for it that asks nothing of the row: create policy NAME on "
                                + table.name().quoted() + " to " + identifier(role)
                                + " using (true); or give the role BYPASSRLS"));
    }

    /** Whether the condition of a policy holds where there is no row at all. */
    private boolean asksNothing(@Nullable String condition) {
        if (condition == null) {
            return false;
        }
        try {
            return site.tried(() -> "t".equals(site.value("select (" + condition + ")")));
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            return false;
        }
    }
}
