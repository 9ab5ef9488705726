package dev.lockkeeper.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "create role a login password 'h''x y' valid until 'now' | create role a login password '******' valid until 'now'",
                "alter role a PASSWORD E'hx' | alter role a PASSWORD E'**'",
                "alter role a password $p$hx$p$ | alter role a password ********",
                "create user mapping for a server s options (user 'u', password 'hx') | create user mapping for a server s"
                        + " options (user 'u', password '**')",
                "alter user mapping for a server s options (set \"password\" 'hx') | alter user mapping for a server s"
                        + " options (set \"password\" '**')",
                "connection 'host=h password=hx user=u' | connection 'host=h password=** user=u'",
                "connection 'host=h password = ''h x'' user=u' | connection 'host=h password = ''***'' user=u'",
                "dblink('postgresql://me:hx@host/db') | dblink('postgresql://me:**@host/db')",
                "alter role a password '\ud83d\udd11x' valid | alter role a password '**' valid",
                "execute 'alter role a password ''hx'' valid' | execute 'alter role a password ''**'' valid'",
                "create table password (word text) | create table password (word text)",
                "the password of a role was 'not' shown | the password of a role was 'not' shown"
            })
    void passwords_are_stars_and_the_rest_stays(String line, String shown) {
        assertThat(Secrets.masked(line)).isEqualTo(shown);
    }

    @Test
    void column_still_points_at_its_word_behind_a_password() {
        Place place = new Place("V1.sql", 1, 28, "alter role a password '\ud83d\udd11x' valid forever");
        assertThat(Objects.requireNonNull(place.sourceLine()).substring(place.column() - 1))
                .isEqualTo("valid forever");
    }
}
