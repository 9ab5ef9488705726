package dev.lockkeeper.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds apply against psql: the same scripts, each file in a session of its own, leave the same database, or apply has
 * refused them and kept nothing, for a reason that {@link Refusal} lists. Needs psql on the path.
 */
@Tag("RUN-01")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DifferentialTest {
    private static final int VERSION = Integer.getInteger("lockkeeper.postgres", 18);
    private static final long SEED = Long.getLong("lockkeeper.seed", 9);
    private static final int MIXTURES = Integer.getInteger("lockkeeper.mixtures", 60);
    private static final Pattern ONLY = Pattern.compile(System.getProperty("lockkeeper.case", ".*"));

    private final Map<String, Integer> endings = new TreeMap<>();
    private @Nullable Arena arena;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        assumeTrue(hasPsql(), "psql is not installed, so nothing is compared with it");
        arena = new Arena(VERSION, folder.toRealPath().resolve("migrations"));
    }

    @AfterAll
    void stop() throws Exception {
        if (arena != null) {
            arena.close();
        }
        System.out.println("lockkeeper.seed=" + SEED + ", PostgreSQL " + VERSION + ": " + endings);
    }

    private static boolean hasPsql() throws InterruptedException {
        try {
            return new ProcessBuilder("psql", "--version").start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    @TestFactory
    Stream<DynamicTest> apply_leaves_what_psql_leaves() {
        List<AwkwardCase> cases = Generator.cases(VERSION, SEED, MIXTURES);
        assertThat(cases).hasSizeGreaterThanOrEqualTo(200);
        return cases.stream()
                .filter(awkward -> ONLY.matcher(awkward.title()).matches())
                .map(awkward -> DynamicTest.dynamicTest(awkward.title(), () -> compare(awkward)));
    }

    private void compare(AwkwardCase awkward) throws Exception {
        Arena place = java.util.Objects.requireNonNull(arena);
        long t0 = System.nanoTime();
        Ending theirs = place.psql(awkward, awkward.scripts().size());
        long t1 = System.nanoTime();
        Ending ours = place.apply(awkward);
        long t2 = System.nanoTime();
        endings.merge("ms psql", (int) ((t1 - t0) / 1000000), Integer::sum);
        endings.merge("ms ours", (int) ((t2 - t1) / 1000000), Integer::sum);
        Refusal refusal = Refusal.of(awkward, ours);
        if (refusal != null) {
            count("refused " + ours.code());
            assertThat(ours.apart(place.psql(awkward, Math.max(0, ours.failed()))))
                    .as("a refused script leaves nothing\n%s\nours: %s", awkward, ours.told())
                    .isEmpty();
            return;
        }
        boolean same = theirs.failed() == ours.failed()
                && String.valueOf(theirs.state()).equals(String.valueOf(ours.state()));
        List<String> apart = theirs.apart(ours);
        count(!same || !apart.isEmpty() ? "different" : theirs.isDone() ? "equal" : "fails equally");
        assertThat(same && apart.isEmpty())
                .as(
                        "roots %s\npsql: %s\nours: %s\napart: %s\n%s\n%s",
                        awkward.roots(),
                        theirs.told(),
                        ours.told(),
                        String.join("\n", apart),
                        apart.isEmpty() ? "" : place.differences(awkward),
                        awkward)
                .isTrue();
    }

    private void count(String ending) {
        endings.merge(ending, 1, Integer::sum);
    }
}
