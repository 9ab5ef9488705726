package dev.lockkeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server ends with its owner, however that ends, and leaves nothing behind. */
@Tag("USE-01")
class LifetimeTest {
    private static final Path SERVERS =
            Cache.open(null, Account.current(), System.getenv()).ofServer();

    @ParameterizedTest
    @EnumSource
    void nothing_is_left_when_the_owner_ends_by_itself(Child.Ending ending) throws Exception {
        for (var storage : List.of(Storage.MEMORY, Storage.DISK)) {
            var child = start(ending, storage);
            var trace = Child.trace(child);
            trace.isThere();
            assertThat(remains(child.pid())).isNotEmpty();
            child.getOutputStream().close();
            trace.vanishes();
            assertThat(remains(child.pid())).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "DISK"})
    void nothing_is_left_when_the_owner_is_killed(Storage storage) throws Exception {
        var child = start(Child.Ending.RETURN, storage);
        var trace = Child.trace(child);
        child.destroyForcibly();
        trace.vanishes();
        assertThat(remains(child.pid())).isEmpty();
    }

    @Test
    void nothing_is_left_when_the_owner_is_killed_at_any_instant_of_the_start() throws Exception {
        var killed = new ArrayList<Long>();
        var random = new Random(20261120);
        for (int round = 0; round < 12; round++) {
            var child = start(Child.Ending.RETURN, Storage.MEMORY);
            // a running clock, not a state that could be awaited: the instant is meant to be arbitrary
            child.waitFor(random.nextInt(700), TimeUnit.MILLISECONDS);
            child.destroyForcibly().waitFor();
            killed.add(child.pid());
        }
        // a supervisor that has its pipe cut cleans up; a lease that has no supervisor yet waits for the next start
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            EmbeddedPostgres.start().close();
            for (var pid : killed) {
                assertThat(remains(pid)).isEmpty();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "DISK"})
    void what_is_left_when_owner_and_supervisor_are_killed_goes_with_the_next_start(Storage storage) throws Exception {
        var child = start(Child.Ending.RETURN, storage);
        var trace = Child.trace(child);
        trace.supervisor().destroyForcibly();
        child.destroyForcibly().waitFor();
        assertThat(trace.postmaster().isAlive()).isTrue();
        EmbeddedPostgres.start().close();
        trace.vanishes();
        assertThat(remains(child.pid())).isEmpty();
    }

    @Test
    void closing_takes_everything_away_though_the_supervisor_was_killed() throws Exception {
        var server = EmbeddedPostgres.start();
        var trace = Trace.of(server);
        trace.supervisor().destroyForcibly();
        await().until(() -> !trace.supervisor().isAlive());
        server.close();
        trace.isGone();
    }

    @Test
    void a_start_leaves_the_living_servers_of_others_alone() throws Exception {
        var child = start(Child.Ending.RETURN, Storage.MEMORY);
        var other = Child.trace(child);
        try (var mine = EmbeddedPostgres.start()) {
            EmbeddedPostgres.start().close();
            other.isThere();
            Trace.of(mine).isThere();
        }
        child.getOutputStream().close();
        other.vanishes();
    }

    @Test
    void a_server_that_nobody_refers_to_lives_on_with_its_connections() throws Exception {
        try (var connection = EmbeddedPostgres.start().connect("postgres")) {
            // an unreferenced pipe or lock would be closed by now
            System.gc();
            var other = start(Child.Ending.CLOSE, Storage.MEMORY);
            Child.trace(other);
            assertThat(Query.one(connection, "SELECT 1")).isEqualTo("1");
            other.destroyForcibly();
        }
    }

    @Test
    void a_process_that_merely_has_the_number_of_a_dead_server_is_left_alone(@TempDir Path data) throws Exception {
        var innocent = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(data.resolve("postmaster.pid"), innocent.pid() + "\n" + data + "\n");
            assertThat(Remains.server(data)).isEmpty();
        } finally {
            innocent.destroyForcibly();
        }
    }

    @Test
    void an_interrupt_during_the_start_is_kept_and_leaves_nothing() throws Exception {
        var before = remains(ProcessHandle.current().pid());
        var interrupted = new CompletableFuture<Boolean>();
        var thread = new Thread(() -> {
            Thread.currentThread().interrupt();
            try {
                // whether it comes too late to stop the start is a matter of speed
                EmbeddedPostgres.start().close();
            } catch (EmbeddedPostgresException e) {
                assertThat(e).hasMessageContaining("interrupted");
            } finally {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        assertThat(interrupted.get(60, TimeUnit.SECONDS)).isTrue();
        thread.join();
        assertThat(remains(ProcessHandle.current().pid())).hasSameElementsAs(before);
    }

    private static Process start(Child.Ending ending, Storage storage) {
        return Child.start(ending, storage, Map.of());
    }

    /** The leases and data directories that bear the number of a process. */
    private static List<Path> remains(long pid) throws IOException {
        var found = new ArrayList<Path>();
        for (var place : List.of(SERVERS, MemoryDisk.DIRECTORY)) {
            try (var paths = Files.newDirectoryStream(place, "{,instance-,lockkeeper-}" + pid + "-*")) {
                paths.forEach(found::add);
            }
        }
        return found;
    }
}
