package dev.lockkeeper.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
 * refused them and kept nothing of the refused one, for a reason that {@link Refusal} lists. Needs psql on the path.
 */
@Tag("RUN-01")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DifferentialTest {
    private static final int VERSION = Integer.getInteger("lockkeeper.postgres", 18);
    private static final long SEED = Long.getLong("lockkeeper.seed", 9);
    private static final int MIXTURES = Integer.getInteger("lockkeeper.mixtures", 40);
    private static final Pattern ONLY = Pattern.compile(System.getProperty("lockkeeper.case", ".*"));
    /** Users belong to a server, so each of two threads has a server of its own. */
    private static final int THREADS = 2;

    private final Map<String, Integer> endings = new ConcurrentSkipListMap<>();
    private final BlockingQueue<Arena> arenas = new ArrayBlockingQueue<>(THREADS);
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        assumeTrue(hasPsql(), "psql is not installed, so nothing is compared with it");
        for (int i = 0; i < THREADS; i++) {
            arenas.add(new Arena(VERSION, folder.toRealPath().resolve("migrations" + i)));
        }
    }

    @AfterAll
    void stop() throws Exception {
        threads.shutdownNow();
        for (Arena arena : arenas) {
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
        List<DynamicTest> tests = new ArrayList<>();
        for (AwkwardCase awkward : cases) {
            if (ONLY.matcher(awkward.title()).matches()) {
                Future<String> verdict = threads.submit((Callable<String>) () -> {
                    Arena arena = arenas.take();
                    try {
                        return compare(arena, awkward);
                    } finally {
                        arenas.add(arena);
                    }
                });
                tests.add(DynamicTest.dynamicTest(
                        awkward.title(), () -> assertThat(verdict.get()).isEmpty()));
            }
        }
        return tests.stream();
    }

    /** What the two have apart; empty when nothing. */
    private String compare(Arena arena, AwkwardCase awkward) throws Exception {
        Ending theirs = arena.psql(awkward, awkward.scripts().size());
        Ending ours = arena.apply(awkward);
        @Nullable Refusal refusal = Refusal.of(awkward, ours);
        if (refusal != null) {
            count("refused " + ours.code());
            List<String> kept = arena.psql(awkward, ours.failed()).apart(ours);
            return kept.isEmpty() ? "" : told(arena, awkward, theirs, ours, kept) + "\na refused script keeps nothing";
        }
        boolean same = theirs.failed() == ours.failed()
                && String.valueOf(theirs.state()).equals(String.valueOf(ours.state()));
        List<String> apart = theirs.apart(ours);
        count(!same || !apart.isEmpty() ? "different" : theirs.isDone() ? "equal" : "fails equally");
        return same && apart.isEmpty() ? "" : told(arena, awkward, theirs, ours, apart);
    }

    private static String told(Arena arena, AwkwardCase awkward, Ending theirs, Ending ours, List<String> apart)
            throws Exception {
        return "roots %s\npsql: %s\nours: %s\napart: %s\n%s\n%s"
                .formatted(
                        awkward.roots(),
                        theirs.told(),
                        ours.told(),
                        String.join("\n", apart),
                        theirs.isDone() && ours.isDone() ? arena.differences(awkward) : "",
                        awkward);
    }

    private void count(String ending) {
        endings.merge(ending, 1, Integer::sum);
    }
}
