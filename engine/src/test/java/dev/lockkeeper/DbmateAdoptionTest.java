package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.plan.Request;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A history that dbmate itself wrote; skipped where the program {@code dbmate} is missing. */
@ExtendWith(Workshops.class)
@Tag("MIG-09")
class DbmateAdoptionTest {
    @BeforeAll
    static void dbmate_is_installed() {
        OtherProgram.require("dbmate", "install npm's package dbmate");
    }

    @Test
    void history_is_taken_over_and_goes_on(Workshop workshop, @TempDir Path elsewhere) {
        for (String table : List.of("a", "b")) {
            file(workshop, table);
        }
        OtherProgram.run(
                workshop,
                elsewhere,
                "dbmate",
                "--migrations-dir",
                workshop.folder().toString(),
                "--no-dump-schema",
                "up");
        file(workshop, "c");
        Newcomer newcomer = Newcomer.in(workshop, null);
        assertThat(newcomer.adoptUntouched("public.schema_migrations").origin()).isEqualTo("dbmate");
        assertThat(newcomer.history()).containsExactly("202401010000001|dbmate", "202401010000002|dbmate");
        assertThat(Workshop.run(newcomer.lockkeeper(), Request.apply()).steps()).hasSize(1);
        assertThat(workshop.tables()).containsExactly("a", "b", "c", "schema_migrations");
    }

    private static void file(Workshop workshop, String table) {
        workshop.write(
                "20240101000000" + (table.charAt(0) - 'a' + 1) + "_" + table + ".sql",
                "-- migrate:up\ncreate table public." + table + " (id int);\n\n-- migrate:down\ndrop table public."
                        + table + ";\n");
    }
}
