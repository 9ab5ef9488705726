package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The crash law: whatever fault meets a run at whatever moment, the same command again ends where an undisturbed run does. */
@Tag("RUN-02")
@Tag("RUN-03")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CrashMatrix {
    private static final Pattern SAID = Pattern.compile("note: (?:kept: (?<kept>\\d[\\d, ]*) (?:is|are) .*"
            + "|kept: the statements of (?:the rollback of )?version (?<half>\\d).*|(?<fate>aborted|not begun|unknown): (?:whether )?(?:the rollback of )?version"
            + " (?<of>\\d).*)");
    private static final String ONLY = System.getProperty("lockkeeper.moment", "");

    private final Map<Moment, List<String>> undisturbed = new EnumMap<>(Moment.class);
    private final Map<Moment, Map<Fault, String>> table = new EnumMap<>(Moment.class);
    private final boolean rollback;
    private final String section;
    private @Nullable RestartableServer server;

    /** @param section of the document that shows what was seen */
    CrashMatrix(boolean rollback, String section) {
        this.rollback = rollback;
        this.section = section;
    }

    @BeforeAll
    void startServer() {
        server = new RestartableServer();
    }

    @AfterAll
    void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    private CrashSite site() {
        return new CrashSite(java.util.Objects.requireNonNull(server));
    }

    @TestFactory
    Stream<DynamicTest> every_fault_at_every_moment_ends_where_an_undisturbed_run_does() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Moment moment : Moment.values()) {
            if (moment.isRollback() != rollback
                    || (!ONLY.isEmpty() && !moment.name().matches(ONLY))) {
                continue;
            }
            for (Fault fault : Fault.values()) {
                tests.add(DynamicTest.dynamicTest(moment.title() + ": " + fault.title(), () -> cell(moment, fault)));
            }
        }
        if (ONLY.isEmpty()) {
            tests.add(DynamicTest.dynamicTest(
                    "the document shows what was seen",
                    () -> Golden.checkSection("docs/reliability.md", section, matrix())));
        }
        return tests.stream();
    }

    private void cell(Moment moment, Fault fault) throws Exception {
        String impossible = fault.impossible(moment);
        if (impossible != null) {
            put(moment, fault, impossible);
            return;
        }
        List<String> expected = undisturbed(moment);
        try (CrashSite site = site()) {
            moment.prepare(site);
            moment.arrange(site);
            Desk.@Nullable Outcome outcome = null;
            if (fault == Fault.KILL) {
                Process process = site.startProcess(moment.command());
                moment.await(site);
                Fault.kill(site, process);
            } else {
                CompletableFuture<Desk.Outcome> run = site.start(moment.command());
                moment.await(site);
                outcome = fault.strike(site, moment, run);
            }
            if (fault != Fault.STALL) {
                // also while something still holds the scripts
                site.awaitNoSessions();
            }
            site.letGo();
            site.proxy().cut();
            site.proxy().resume();
            site.awaitNothingLeft();
            assertTruth(site, moment, outcome);
            put(moment, fault, sight(site, moment, outcome));

            Desk.Outcome again = site.run(moment.command());
            assertThat(again.exitCode()).as(again.err()).isZero();
            assertThat(site.state()).isEqualTo(expected);
            assertThat(site.rows("select * from lockkeeper.journal")).isEmpty();
            site.awaitNothingLeft();
        }
    }

    private List<String> undisturbed(Moment moment) throws Exception {
        List<String> known = undisturbed.get(moment);
        if (known != null) {
            return known;
        }
        try (CrashSite site = site()) {
            moment.prepare(site);
            Desk.Outcome outcome = site.run(moment.command());
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            List<String> state = site.state();
            undisturbed.put(moment, state);
            return state;
        }
    }

    /** Before anybody runs anything again, history, schema and what the command said agree. */
    private static void assertTruth(CrashSite site, Moment moment, Desk.@Nullable Outcome outcome) {
        if (moment.isTransactional()) {
            assertThat(site.isInEffect()).as("the script's effect").isEqualTo(site.isRecorded());
        } else if (moment.isRollback() != site.isRecorded()) {
            assertThat(site.isInEffect()).as("effect of a finished step").isEqualTo(site.isRecorded());
        }
        if (outcome != null) {
            boolean finished = site.isRecorded() != moment.isRollback();
            String step = moment.isRollback() ? "the rollback of version 2" : "version 2";
            if (outcome.exitCode() == 0 || outcome.err().contains("finished: " + step)) {
                assertThat(finished).as(outcome.err()).isTrue();
            }
            if (outcome.err().contains("aborted: " + step)) {
                assertThat(finished).as(outcome.err()).isFalse();
            }
        }
    }

    private static String sight(CrashSite site, Moment moment, Desk.@Nullable Outcome outcome) {
        if (outcome == null) {
            boolean finished = site.isRecorded() != moment.isRollback();
            return "killed: "
                    + (finished
                            ? "2 kept"
                            : !moment.begins()
                                    ? "nothing begun"
                                    : moment.isTransactional() ? "2 aborted" : "2 goes on");
        }
        if (outcome.exitCode() == 0) {
            return "done";
        }
        Matcher code = Pattern.compile("error\\[([a-z-]+)]").matcher(outcome.err());
        assertThat(code.find()).as(outcome.err()).isTrue();
        List<String> said = new ArrayList<>();
        Matcher note = SAID.matcher(outcome.err());
        while (note.find()) {
            said.add(
                    note.group("kept") != null
                            ? note.group("kept") + " kept"
                            : note.group("half") != null
                                    ? note.group("half") + " goes on"
                                    : note.group("of") + " " + note.group("fate"));
        }
        if (outcome.err().contains("before any work began")) {
            said.add("nothing begun");
        }
        assertThat(said).as(outcome.err()).isNotEmpty();
        return "`" + code.group(1) + "`: " + String.join(", ", said);
    }

    private void put(Moment moment, Fault fault, String seen) {
        table.computeIfAbsent(moment, m -> new EnumMap<>(Fault.class)).put(fault, seen);
    }

    private String matrix() {
        StringBuilder text = new StringBuilder("| moment |");
        for (Fault fault : Fault.values()) {
            text.append(' ').append(fault.title()).append(" |");
        }
        text.append("\n|---|").append("---|".repeat(Fault.values().length)).append('\n');
        table.forEach((moment, cells) -> text.append("| ")
                .append(moment.title())
                .append(" | ")
                .append(cells.values().stream().collect(Collectors.joining(" | ")))
                .append(" |\n"));
        return text.toString();
    }
}
