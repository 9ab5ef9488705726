package dev.lockkeeper.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanFileTest {
    private static final String SUM = "sha256-lf:" + "0".repeat(64);
    private static final PlanFile PLAN = new PlanFile(
            "1.2.3",
            "shop",
            "production",
            "anna@example.com",
            List.of("ben@example.com"),
            Instant.parse("2026-06-01T12:00:00.123Z"),
            Instant.parse("2026-06-08T12:00:00.123Z"),
            null,
            List.of(new PlanPart(
                    "main",
                    Direction.UP,
                    null,
                    new DatabaseIdentity("7301", 16384, "shop \"x\"\n", 18),
                    "sha256:" + "1".repeat(64),
                    Map.of("schema", "sha256:" + "2".repeat(64)),
                    List.of(new PlannedStep("7", "ütf \u2603", "m/V7__x.sql", SUM, SUM, SUM, 0, 3, "transaction")))));

    private static PlanFile read(String text) {
        return PlanFileReader.read("plan.json", text);
    }

    private static Problem refusal(String text) {
        return catchThrowableOfType(LockkeeperException.class, () -> read(text))
                .problems()
                .get(0);
    }

    @Test
    void what_is_written_is_what_is_read() {
        String text = PlanFileWriter.text(PLAN);
        assertThat(read(text)).isEqualTo(PLAN);
        assertThat(PlanFileWriter.text(read(text))).isEqualTo(text);
        assertThat(text.lines().count()).isGreaterThan(30);
    }

    @Test
    void a_file_that_was_cut_off_anywhere_is_refused_with_the_place() {
        String text = PlanFileWriter.text(PLAN);
        // the line feed at the end is none of the plan
        for (int end = 0; end < text.length() - 1; end++) {
            Problem problem = refusal(text.substring(0, end));
            assertThat(problem.code()).as("cut at %d", end).isEqualTo(Code.PLAN_FILE);
            assertThat(problem.place()).isNotNull();
        }
        Problem middle = refusal(text.substring(0, text.indexOf("\"maker\"") + 5));
        assertThat(middle.message()).contains("Unexpected end");
        assertThat(String.valueOf(middle.place())).isEqualTo("plan.json:7:8");
    }

    @Test
    void a_file_that_was_altered_in_any_value_is_refused() {
        String text = PlanFileWriter.text(PLAN);
        for (String[] change : new String[][] {
            {"1.2.3", "1.2.4"},
            {"\"shop\"", "\"ship\""},
            {"production", "staging"},
            {"anna@", "emma@"},
            {"ben@", "len@"},
            {"2026-06-08", "2036-06-08"},
            {"\"up\"", "\"down\""},
            {"\"to\" : null", "\"to\" : \"7\""},
            {"7301", "7302"},
            {"16384", "16385"},
            {"\" : 18", "\" : 17"},
            {"1111\"", "1112\""},
            {"2222\"", "2223\""},
            {"0000\",", "0001\","},
            {"V7__x", "V7__y"},
            {"\"entry\" : 0", "\"entry\" : 1"},
            {"\"statements\" : 3", "\"statements\" : 4"},
            {"\"transaction\"", "\"statements\""}
        }) {
            assertThat(text).contains(change[0]);
            Problem problem = refusal(text.replaceFirst(java.util.regex.Pattern.quote(change[0]), change[1]));
            assertThat(problem.code()).as(change[0]).isEqualTo(Code.PLAN_ALTERED);
            assertThat(problem.why()).contains("its content has the digest sha256:", PLAN.digest());
        }
    }

    @Test
    void what_nobody_would_have_signed_is_refused() {
        String text = PlanFileWriter.text(PLAN);
        assertThat(refusal(text.replace("\"maker\"", "\"note\" : \"x\", \"maker\""))
                        .message())
                .isEqualTo("the field note is not known here");
        assertThat(refusal(text.replace("\"maker\"", "\"maker\" : \"x\", \"maker\""))
                        .message())
                .contains("Duplicate");
        assertThat(refusal(text + "{}").message()).isEqualTo("something follows the end of the plan");
        assertThat(refusal(text.replace("\"entry\" : 0", "\"entry\" : 0.5")).message())
                .isEqualTo("a plan holds no such value");
        assertThat(refusal("[]").message()).isEqualTo("the file holds no plan");
        assertThat(refusal("").message()).isEqualTo("the file is empty");
        assertThat(refusal(text.replaceFirst("\"digest\" : \"[^\"]*\",", "")).message())
                .isEqualTo("the field digest is missing");
    }

    @Test
    void a_file_of_another_form_is_refused_by_name() {
        Problem newer = refusal(PlanFileWriter.text(PLAN).replace("plan-file/v1", "plan-file/v2"));
        assertThat(newer.code()).isEqualTo(Code.PLAN_FILE);
        assertThat(newer.message())
                .isEqualTo("the file is of the form lockkeeper/plan-file/v2, and lockkeeper/plan-file/v1 is needed");
        assertThat(newer.why()).isEqualTo("another version of Lockkeeper has written it");
        assertThat(refusal("{\"schema\": \"lockkeeper/plan/v1\"}").why()).isNull();
    }

    @Test
    void a_plan_is_never_overwritten(@TempDir Path folder) throws java.io.IOException {
        Path file = folder.resolve("plan.json");
        PlanFileWriter.write(file, PLAN);
        assertThat(PlanFileReader.read(file)).isEqualTo(PLAN);
        LockkeeperException e = catchThrowableOfType(LockkeeperException.class, () -> PlanFileWriter.write(file, PLAN));
        assertThat(e.problems().get(0).code()).isEqualTo(Code.FILE_EXISTS);
        assertThat(Files.readString(file)).isEqualTo(PlanFileWriter.text(PLAN));
    }
}
