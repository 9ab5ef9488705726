package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Desk.Extension.class)
@Tag("PROOF-03")
class RehearseCommandTest {
    private static Desk shop(Desk desk) {
        return desk.write("lockkeeper.yaml", "convention: flyway\n")
                .write("migrations/V1__orders.sql", """
                        create schema shop;
                        create table shop.orders (id int primary key, total int not null);
                        """)
                .write("migrations/V2__total.sql", """
                        alter table shop.orders alter column total type bigint;
                        update shop.orders set total = total * 100;
                        """)
                .write("rows.sql", "insert into shop.orders values (1, 5), (2, 6), (3, 7);\n");
    }

    @Test
    void what_is_told_is_what_the_page_shows(Desk desk) throws IOException {
        Desk.Outcome outcome = shop(desk)
                .run(
                        "rehearse",
                        "--after",
                        "1",
                        "--data",
                        desk.folder().resolve("rows.sql").toString());
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        String page = Files.readString(Document.ROOT.resolve("docs/rehearse.md"));
        String example = page.substring(page.indexOf("  2  total"), page.indexOf("```\n\n| word"));
        assertThat(desk.normalized(outcome.out()).replace("DIR/", ""))
                .startsWith(example)
                .contains("Rehearsed on PostgreSQL 18.", ": 1 migration, 2 statements.");
    }

    @Test
    void statement_that_fails_ends_it_and_what_ran_before_is_told(Desk desk) {
        shop(desk).write("migrations/V3__no.sql", "alter table shop.orders add n int;\nselect 1 / 0;\n");
        Desk.Outcome outcome = desk.run("rehearse");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(desk.normalized(outcome.out()).replace("DIR/", ""))
                .contains("migrations/V3__no.sql:1:1  alter table shop.orders add n int")
                .contains("error[statement-failed]: division by zero", "migrations/V3__no.sql:2:1")
                .contains("3 migrations, 5 statements.");
        Desk.Outcome json = desk.run("rehearse", "--output", "json");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.out())
                .startsWith("{\"schema\":\"lockkeeper/rehearsal/v1\"")
                .contains("\"relation\":\"shop.orders\",\"index\":false,\"mode\":\"ACCESS EXCLUSIVE\"")
                .contains("\"sqlState\":\"22012\"");
    }

    @Test
    void version_that_is_not_there_and_a_file_that_is_missing_are_refused(Desk desk) {
        shop(desk);
        assertThat(desk.run("rehearse", "--after", "7").err()).contains("there is no migration of version 7");
        assertThat(desk.run("rehearse", "--data", "none.sql").exitCode()).isEqualTo(2);
    }
}
