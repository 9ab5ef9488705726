package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A history that Supabase's program itself wrote; skipped where the program {@code supabase} is missing. */
@ExtendWith(Workshops.class)
@Tag("MIG-09")
class SupabaseAdoptionTest {
    private static final String FIRST =
            "-- the first\ncreate table public.a (id int);\n\n/* rows */ insert into public.a values (1), (2);\n";
    private static final String SECOND = "create function public.f() returns int language plpgsql as $$ begin return 1;"
            + " end $$;\ncreate table public.b (t text default ';');\n";

    @BeforeAll
    static void supabase_is_installed() {
        OtherProgram.require("supabase", "install npm's package supabase");
    }

    private static void pushed(Workshop workshop, Path elsewhere) throws IOException {
        Path migrations = Files.createDirectories(elsewhere.resolve("supabase/migrations"));
        Files.writeString(elsewhere.resolve("supabase/config.toml"), "project_id = \"shop\"\n");
        Files.writeString(migrations.resolve("20240101000001_a.sql"), FIRST);
        Files.writeString(migrations.resolve("20240101000002_b.sql"), SECOND);
        OtherProgram.run(workshop, elsewhere, "sh", "-c", "supabase db push --db-url \"$DATABASE_URL\" --yes");
        workshop.write("20240101000001_a.sql", FIRST)
                .write("20240101000002_b.sql", SECOND)
                .write("20240101000003_c.sql", "create table public.c (id int);\n");
        for (String version : new String[] {"1_a", "2_b", "3_c"}) {
            workshop.write("rollbacks/2024010100000" + version + ".sql", "select 1;\n");
        }
    }

    @Test
    void statements_are_verified_and_the_history_goes_on(Workshop workshop, @TempDir Path elsewhere)
            throws IOException {
        pushed(workshop, elsewhere);
        Newcomer newcomer = Newcomer.in(workshop, null);
        var adoption = newcomer.adoptUntouched("supabase_migrations.schema_migrations");
        assertThat(adoption.origin()).isEqualTo("supabase");
        assertThat(adoption.taken()).hasSize(2).allMatch(taken -> taken.verified());
        assertThat(Workshop.run(newcomer.lockkeeper(), Request.apply()).steps()).hasSize(1);
        assertThat(workshop.tables()).containsExactly("a", "b", "c");
    }

    @Test
    void edited_file_is_found_by_its_statements(Workshop workshop, @TempDir Path elsewhere) throws IOException {
        pushed(workshop, elsewhere);
        workshop.write("20240101000002_b.sql", SECOND.replace("return 1", "return 2"));
        Newcomer newcomer = Newcomer.in(workshop, null);
        assertThat(workshop.problem(() -> newcomer.adoptUntouched("supabase_migrations.schema_migrations"))
                        .code())
                .isEqualTo(Code.MIGRATION_ALTERED);
    }
}
