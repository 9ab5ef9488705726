package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** docs/troubleshooting.md: its queries are understood, and what it quotes is said by the program. */
@ExtendWith(Desk.Extension.class)
@Tag("USE-01")
class TroubleshootingPageTest {
    private final Document page = Document.named("docs/troubleshooting.md");

    @Test
    void every_query_is_understood_by_the_server(Desk desk) {
        List<String> queries = page.blocks().stream()
                .filter(block -> block.language().equals("sql"))
                .flatMap(block -> block.lines().stream())
                .toList();
        assertThat(queries).hasSizeGreaterThan(3);
        queries.forEach(desk::execute);
    }

    @Test
    void every_sentence_of_a_connection_that_is_quoted_stands_in_the_program() throws Exception {
        String refusals = Files.readString(
                        Document.ROOT.resolve("engine/src/main/java/dev/lockkeeper/database/Refusal.java"))
                .replaceAll("\"\\s*\\+\\s*\"", "");
        String table =
                String.join("\n", page.lines()).replaceAll("(?s)^.*?## It does not connect|Which address.*$", "");
        Matcher quoted = Pattern.compile("`([^`]+)`")
                .matcher(table.replaceAll("(?m)^(\\| .*?) \\|.*$", "$1").replaceAll("(?m)^[^|].*$", ""));
        int count = 0;
        while (quoted.find()) {
            String part = quoted.group(1).replaceFirst("^the host NAME ", "");
            assertThat(refusals).contains(part);
            count++;
        }
        assertThat(count).isGreaterThan(12);
    }
}
