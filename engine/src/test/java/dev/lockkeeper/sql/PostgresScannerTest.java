package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.sql.PostgresScanner.Lexeme;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("MIG-04")
class PostgresScannerTest {
    private static final PostgresScanner SCANNER = new PostgresScanner();

    @Test
    void the_module_is_the_one_that_its_readme_names() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(PostgresScanner.bytes());
        try (var readme = Objects.requireNonNull(getClass().getResourceAsStream("postgres-scanner/README.md"))) {
            assertThat(new String(readme.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .contains(HexFormat.of().formatHex(digest));
        }
    }

    @Test
    void tokens_have_offsets_in_chars() {
        assertThat(SCANNER.scan("é😀 /* c */ E'a'").tokens())
                .containsExactly(new Lexeme(0, 3, "IDENT"), new Lexeme(12, 16, "SCONST"));
    }

    @Test
    void an_error_says_where_the_token_starts_and_leaves_the_scanner_usable() {
        var scan = SCANNER.scan("select é, 'abc");
        assertThat(scan.error()).contains("unterminated quoted string");
        assertThat(scan.errorOffset()).isEqualTo(10);
        assertThat(SCANNER.scan("select 1").tokens()).hasSize(2);
    }
}
