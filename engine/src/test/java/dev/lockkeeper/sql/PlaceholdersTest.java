package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceholdersTest {
    private static final Map<String, String> VALUES = Map.of("low", "'1'", "high", "'9'");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            :low                                       | '1'
            where i > :low and i <= :high              | where i > '1' and i <= '9'
            i between:low and:high;                    | i between'1' and'9';
            a[:low]                                    | a['1']
            select :other, :lower                      | select :other, :lower
            select 1::low, x::low::high                | select 1::low, x::low::high
            select : low, low, ::: low                 | select : low, low, ::: low
            select ':low', ":low", $$ :low $$, e':low' | select ':low', ":low", $$ :low $$, e':low'
            select 1 /* :low */ + :high                | select 1 /* :low */ + '9'
            """)
    void names_after_one_colon_stand_for_values(String sql, String replaced) {
        assertThat(Placeholders.replace(sql, VALUES)).isEqualTo(replaced);
    }

    @Test
    void the_names_that_occur_are_those_that_are_asked_for() {
        Set<String> names = Set.of("low", "high");
        assertThat(Placeholders.in("where i > :low and i <= :high and j = :other", names))
                .containsExactlyInAnyOrder("low", "high");
        assertThat(Placeholders.in("where i > :low and i <= ':high'", names)).containsExactly("low");
        assertThat(Placeholders.in("where i > 1::low", names)).isEmpty();
    }
}
