package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The reference schemas are judged and proven like any other project, whatever is found in them is explained
 * in its file, and their documents are true.
 */
@ExtendWith(Desk.Extension.class)
@Tag("PROOF-04")
@Tag("DOC-01")
@Tag("DOC-03")
@Tag("DOC-05")
class ReferenceSchemasTest {
    @ParameterizedTest
    @Tag("IP-12")
    @CsvSource({
        "week-planner, 105, 11",
        "player-engagement, 123, 15",
        "prediction-market, 103, 10",
        "inference-platform, 206, 19",
    })
    void pass_check_with_every_column_classified_and_no_finding_that_nobody_has_explained(
            String schema, int columns, int tables, Desk desk) {
        String folder = Document.ROOT.resolve("schemas").resolve(schema).toString();
        Desk.Outcome outcome = desk.run("check", "--project", folder, "--fail-on", "note");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.out())
                .contains(
                        "more passed over for the reasons in the files",
                        "the documents tell what is in the migrations",
                        "the pictures are those of the migrations",
                        "the types are those of the migrations",
                        columns + " of " + columns + " columns in " + tables + " tables classified",
                        "Passed.");
    }
}
