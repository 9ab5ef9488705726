package dev.lockkeeper.describe.dictionary;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("DOC-01")
class FileNameTest {
    @Test
    void plain_names_are_their_own_file_names() {
        assertThat(List.of("orders", "order_2", "a-b", "_x"))
                .allSatisfy(name -> assertThat(FileName.of(name)).isEqualTo(name));
    }

    @Test
    void others_are_spelled_so_that_no_disk_and_no_url_takes_them_for_something_else() {
        assertThat(FileName.of("..")).isEqualTo("~2e~~2e~");
        assertThat(FileName.of("a/b c")).isEqualTo("a~2f~b~20~c");
        assertThat(FileName.of("Orders")).isEqualTo("Orders~1");
        assertThat(FileName.of("oRDERS")).isEqualTo("oRDERS~3e");
        assertThat(FileName.of("con")).isEqualTo("con~0");
        assertThat(FileName.of("Lpt1")).isEqualTo("Lpt1~1");
        assertThat(FileName.of("types")).isEqualTo("types~0");
        assertThat(FileName.of("README")).isEqualTo("README~3f");
        assertThat(FileName.of("é")).isEqualTo("~e9~");
        assertThat(FileName.of("🦄")).isEqualTo("~1f984~");
    }

    @Test
    void no_two_names_share_one_on_a_disk_that_does_not_know_large_letters() {
        String signs = "aAbB~019fF._-/éÉ e\u0301🦄";
        int[] points = signs.codePoints().toArray();
        Random random = new Random(13);
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            StringBuilder name = new StringBuilder();
            int length = 1 + random.nextInt(6);
            for (int j = 0; j < length; j++) {
                name.appendCodePoint(points[random.nextInt(points.length)]);
            }
            String small = FileName.of(name.toString()).toLowerCase(Locale.ROOT);
            assertThat(small).matches("[a-z0-9_~-]+");
            String other = names.putIfAbsent(small, name.toString());
            assertThat(other == null || other.contentEquals(name))
                    .as(name + " and " + other)
                    .isTrue();
        }
    }

    @Test
    void the_longest_names_are_names_that_disks_take() {
        for (String part : List.of("A", ".", "é", "🦄")) {
            String name = part.repeat(63 / part.getBytes(StandardCharsets.UTF_8).length);
            assertThat(FileName.of(name).length()).isLessThanOrEqualTo(252);
        }
    }
}
