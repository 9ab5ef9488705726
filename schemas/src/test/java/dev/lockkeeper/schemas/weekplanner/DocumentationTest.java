package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.HouseRules;
import dev.lockkeeper.schemas.Migrated;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class DocumentationTest extends HouseRules {
    DocumentationTest() {
        super(Migrated.of("week-planner"), "public", "planner");
    }

    @Test
    @Tag("WP-09")
    void every_table_has_an_index_that_begins_with_the_column_of_its_policy() throws SQLException {
        assertThat(lines("""
                select c.relname from pg_class c
                left join pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id'
                where c.relnamespace = any ({schemas}) and c.relforcerowsecurity and not exists (
                    select from pg_index i
                    where i.indrelid = c.oid and i.indisvalid and i.indpred is null and i.indkey[0] = a.attnum
                )
                """)).isEmpty();
    }
}
