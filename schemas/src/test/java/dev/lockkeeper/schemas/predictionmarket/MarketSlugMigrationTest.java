package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The slug of a market comes in three steps; the last, under an exclusive lock, reads no row. */
@Tag("PM-05")
final class MarketSlugMigrationTest {
    private static final String INSERT = "insert into core.markets"
            + " (question, market_type, human_approval_audit_id) values ('Will it?', 'sports', ?::uuid)";

    @RegisterExtension
    final Migrated core = Given.core().to("006");

    @Test
    void markets_from_before_get_a_slug_and_new_ones_must_bring_theirs() throws SQLException {
        Session session = core.session();
        session.run(INSERT, Given.audit(session, "human", "approve"));
        core.up("007");
        assertThat(session.run(INSERT, Given.audit(session, "human", "approve")))
                .as("writers of the old version go on")
                .isEqualTo(1);
        core.up("008");

        assertThat(session.lines("select slug = 'market-' || id from core.markets"))
                .containsExactly("t", "t");
        assertThat(session.refused(INSERT, Given.audit(session, "human", "approve"))
                        .rule())
                .isEqualTo("23514 markets_slug_present");
        core.up("009");
        assertThat(session.lines("select conname from pg_constraint where conrelid = 'core.markets'::regclass"
                        + " and conname like 'markets_slug%' and contype <> 'n' order by 1"))
                .containsExactly("markets_slug_is_kebab_case", "markets_slug_key");
    }

    @Test
    void step_three_does_not_read_the_table() throws SQLException {
        Session session = core.session();
        core.up("008");
        String reads = "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_all_tables"
                + " where relid = 'core.markets'::regclass";
        for (int i = 0; i < 20; i++) {
            Given.market(session, "m" + i);
        }
        session.begin();
        session.script(core.reference().up("009"));
        assertThat(session.text(reads)).isEqualTo("0");
        session.abort();
        session.run("alter table core.markets drop constraint markets_slug_present");
        session.begin();
        session.run("alter table core.markets alter column slug set not null");
        assertThat(session.text(reads))
                .as("the naive way reads every row under an exclusive lock")
                .isEqualTo("20");
        session.abort();
    }

    @Test
    void the_rows_survive_the_way_down() throws SQLException {
        Session session = core.session();
        session.run(INSERT, Given.audit(session, "human", "approve"));
        List<String> rows = session.lines("select id || question || created_at from core.markets");
        core.up("009");
        core.down();
        core.down();
        core.down();

        assertThat(session.lines("select id || question || created_at from core.markets"))
                .isEqualTo(rows);
    }
}
