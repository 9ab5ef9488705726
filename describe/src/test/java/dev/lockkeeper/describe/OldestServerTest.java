package dev.lockkeeper.describe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.describe.dictionary.Dictionary;
import dev.lockkeeper.describe.dictionary.Labels;
import dev.lockkeeper.describe.erd.ErdFiles;
import dev.lockkeeper.describe.erd.Selection;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.describe.model.ModelFile;
import dev.lockkeeper.describe.types.Contract;
import dev.lockkeeper.describe.types.Describer;
import dev.lockkeeper.describe.types.Exposure;
import dev.lockkeeper.describe.types.Language;
import dev.lockkeeper.describe.types.Output;
import dev.lockkeeper.describe.types.Profile;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A database that the oldest server can hold is described there as by the newest. */
class OldestServerTest {
    private static Documented oldest;
    private static Documented newest;

    @BeforeAll
    static void read() {
        try (Modeled old = new Modeled(15);
                Modeled young = new Modeled(18)) {
            oldest = old.of(Modeled.HOSTILE);
            newest = young.of(Modeled.HOSTILE);
        }
    }

    @Test
    @Tag("DOC-01")
    void dictionary_is_the_same_but_for_how_the_server_prints_columns_in_views() {
        assertThat(plain(ModelFile.write(oldest)))
                .isEqualTo(ModelFile.write(newest))
                .contains("wide_pk");
        Map<String, String> pages = new TreeMap<>(new Dictionary("d", oldest, Labels.none()).markdown(Map.of()));
        pages.replaceAll((path, text) -> plain(text));
        assertThat(pages).isEqualTo(new Dictionary("d", newest, Labels.none()).markdown(Map.of()));
    }

    /** Before PostgreSQL 16 columns of a view are named with their table, also where there is one. */
    private static String plain(String text) {
        return text.replaceAll("\\b(?:wide|seen)\\.(?=code\\b|id AS)", "");
    }

    @Test
    @Tag("DOC-02")
    void pictures_are_the_same() {
        assertThat(ErdFiles.of(oldest.model(), Selection.of(oldest.model()), "d"))
                .isEqualTo(ErdFiles.of(newest.model(), Selection.of(newest.model()), "d"));
    }

    @Test
    @Tag("DOC-04")
    void types_and_their_contract_are_the_same() {
        var old = Describer.describe(oldest.model(), Exposure.ALL);
        var young = Describer.describe(newest.model(), Exposure.ALL);
        Output output = new Output(Set.of(Language.values()), Profile.JSON, "types", "types");
        assertThat(output.files(old)).isEqualTo(output.files(young)).hasSizeGreaterThan(10);
        assertThat(Contract.of(old)).isEqualTo(Contract.of(young));
    }
}
