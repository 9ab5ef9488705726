package dev.lockkeeper.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** docs/connection.md names everything that an address may hold, and nothing else. */
@Tag("RUN-15")
class ConnectionPageTest {
    private final List<String> lines = read();

    private static List<String> read() {
        try {
            return Files.readAllLines(Path.of(System.getProperty("lockkeeper.root"), "docs", "connection.md"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void every_parameter_and_its_variable_have_a_row() {
        assertThat(lines.stream()
                        .filter(line -> line.startsWith("| `") && line.split("\\|", -1).length == 5)
                        .filter(line -> !line.contains("example.org") && !line.equals("| form | example |"))
                        .map(line -> line.split("\\|", -1)[1].strip() + line.split("\\|", -1)[2].strip()))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Parameter.values())
                        .map(p -> "`" + p.key() + "`" + (p.variable() == null ? "" : "`" + p.variable() + "`"))
                        .toList());
    }

    @Test
    void every_name_of_the_driver_is_listed() {
        String text = String.join("\n", lines);
        String section = text.substring(
                text.indexOf("## Names of the JDBC driver"), text.indexOf("`useSpnego`") + "`useSpnego`".length());
        Set<String> listed = new TreeSet<>();
        Matcher name = Pattern.compile("`(\\w+)`").matcher(section);
        while (name.find()) {
            listed.add(name.group(1));
        }
        assertThat(listed).isEqualTo(new TreeSet<>(Names.DRIVER));
    }
}
