package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.adopt.Adoption;
import dev.lockkeeper.adopt.Predecessor;
import dev.lockkeeper.adopt.Taken;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lockkeeper in a database that another tool has migrated. */
record Newcomer(Workshop workshop, Lockkeeper lockkeeper) {
    static Newcomer in(Workshop workshop, @Nullable Convention convention) {
        return in(workshop, convention, Policy.strict());
    }

    static Newcomer in(Workshop workshop, @Nullable Convention convention, Policy policy) {
        return new Newcomer(
                workshop,
                Lockkeeper.of(workshop.folder(convention, Tokens.none()), workshop.target(), "lockkeeper", policy));
    }

    Adoption adopt() {
        return adopt(new Predecessor.Tool(null));
    }

    Adoption adopt(String from) {
        return adopt(new Predecessor.Tool(from));
    }

    Adoption baseline(String version) {
        return adopt(new Predecessor.Baseline(Version.parse(version).orElseThrow()));
    }

    private Adoption adopt(Predecessor predecessor) {
        return lockkeeper.adopt(predecessor, "we move house", Duration.ofSeconds(30), holder -> {});
    }

    List<Problem> refusals() {
        return Workshop.problemsOf(this::adopt);
    }

    /** Takes over, and holds that the other tool's table was not touched: its rows, their places and transactions. */
    Adoption adoptUntouched(String table) {
        String rows = "select ctid, xmin, xmax, t::text from " + table + " t order by ctid";
        List<String> before = workshop.rows(rows);
        assertThat(before).isNotEmpty();
        Adoption preview = lockkeeper.previewAdoption(new Predecessor.Tool(null));
        assertThat(workshop.rows("select to_regnamespace('lockkeeper') is null"))
                .as("a preview writes nothing")
                .containsExactly("t");
        Adoption adoption = adopt();
        assertThat(lines(adoption)).isEqualTo(lines(preview));
        assertThat(workshop.rows(rows)).isEqualTo(before);
        return adoption;
    }

    /** For each migration its version, and what was compared or why nothing was. */
    static List<String> lines(Adoption adoption) {
        return adoption.taken().stream().map(t -> line(t)).toList();
    }

    private static String line(Taken taken) {
        return taken.migration().version() + " " + taken.evidence().result() + " "
                + taken.evidence().how();
    }

    /** Version and origin of the history's rows in their order. */
    List<String> history() {
        return workshop.rows("select version, origin from lockkeeper.history order by id");
    }
}
