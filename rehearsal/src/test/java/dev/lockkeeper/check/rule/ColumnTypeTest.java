package dev.lockkeeper.check.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("PROOF-04")
class ColumnTypeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "integer | bigint",
                "bigint | numeric",
                "bigint | numeric(21,2)",
                "character varying(20) | character varying(40)",
                "character varying(20) | text",
                "character(3) | character varying(3)",
                "numeric(10,2) | numeric(12,4)",
                "timestamp(3) without time zone | timestamp with time zone",
                "date | timestamp with time zone",
                "uuid | text",
                "integer[] | bigint[]",
                "text | character varying",
                "public.mood | public.mood"
            })
    void type_with_room_for_all_values_is_told(String was, String now) {
        assertThat(ColumnType.of(was).fitsInto(ColumnType.of(now))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bigint | integer",
                "bigint | numeric(20,2)",
                "bigint | double precision",
                "character varying(20) | character varying(10)",
                "text | character varying(10)",
                "text | uuid",
                "numeric(10,2) | numeric(10,4)",
                "numeric | numeric(10,2)",
                "timestamp with time zone | date",
                "timestamp without time zone | timestamp(0) without time zone",
                "bigint[] | integer[]",
                "integer | integer[]",
                "public.mood | public.other"
            })
    void type_for_which_a_value_may_be_too_large_or_too_fine_is_told(String was, String now) {
        assertThat(ColumnType.of(was).fitsInto(ColumnType.of(now))).isFalse();
    }
}
