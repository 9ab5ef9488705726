package dev.lockkeeper.stewardship.seed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.stewardship.Servers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Packages on the oldest server. */
@Servers.Oldest
class SeedingOldestTest {
    @RegisterExtension
    final Yard yard = new Yard();

    @Test
    void rows_come_once_on_the_oldest_server_and_are_found_again() {
        yard.variables.put("SEED_KEY", "k1");
        yard.sql(SeedingTest.TENANTS).yaml(SeedingTest.SEED);
        SeedResult first = yard.seed();

        assertThat(yard.rows("select current_setting('server_version_num')::int / 10000"))
                .containsExactly("15");
        assertThat(first.tables()).extracting(TableCount::inserted).containsExactly(2L, 2L);
        assertThat(yard.seed().digest()).isEqualTo(first.digest());
        assertThat(yard.seed(SeedMode.CHECK).holds()).isTrue();
    }

    @Test
    void generated_rows_come_on_the_oldest_server() {
        yard.sql(
                        "create table app.customers (id bigint generated always as identity primary key, mail text not null unique)")
                .yaml("""
                        volume:
                          tables: [{table: app.customers, rows: 500, columns: {mail: {email: shop.example}}}]
                        """);
        assertThat(yard.seed().generated()).extracting(table -> table.rows()).containsExactly(500L);
        assertThat(yard.rows("select count(distinct mail) from app.customers")).containsExactly("500");
    }
}
