package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.report.Json;
import dev.lockkeeper.stewardship.volume.WrittenTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a package has brought.
 *
 * @param environment to which it was brought
 * @param files with their checksums, in their order
 * @param emptied tables that were emptied first
 * @param tables rows of YAML, one entry for each list of rows
 * @param statements how many rows the SQL files have changed, as far as the server counts them
 * @param generated tables whose rows were generated
 * @param before the digest of what was there before; null unless it was asked for
 * @param missing how many of the rows were not there before; 0 unless it was asked for
 * @param digest of what is there now
 */
public record SeedResult(
        String seedPackage,
        String environment,
        List<File> files,
        List<String> emptied,
        List<TableCount> tables,
        long statements,
        List<WrittenTable> generated,
        @Nullable String before,
        long missing,
        String digest) {
    public SeedResult {
        files = List.copyOf(files);
        emptied = List.copyOf(emptied);
        tables = List.copyOf(tables);
        generated = List.copyOf(generated);
    }

    /** A file that was run. */
    public record File(String name, String checksum) {}

    /** Whether what was there before is what the package brings; only after a check. */
    public boolean holds() {
        return digest.equals(before);
    }

    /** One sentence for people. */
    public String sentence() {
        long inserted = tables.stream().mapToLong(TableCount::inserted).sum();
        long updated = tables.stream().mapToLong(TableCount::updated).sum();
        long made = generated.stream().mapToLong(WrittenTable::rows).sum();
        return seedPackage + ": " + inserted + (inserted == 1 ? " row" : " rows") + " inserted, " + updated + " updated"
                + (statements == 0 ? "" : ", " + statements + " changed by SQL")
                + (made == 0 ? "" : ", " + made + " generated")
                + (emptied.isEmpty()
                        ? ""
                        : ", " + emptied.size() + (emptied.size() == 1 ? " table" : " tables") + " emptied first");
    }

    /** Its fields. */
    public void json(Json json) {
        json.put("package", seedPackage)
                .put("environment", environment)
                .array("files", files, (j, file) -> j.put("file", file.name()).put("checksum", file.checksum()))
                .texts("emptied", emptied)
                .array(
                        "tables",
                        tables,
                        (j, table) -> j.put("table", table.table())
                                .put("rows", table.rows())
                                .put("inserted", table.inserted())
                                .put("updated", table.updated()))
                .put("statementRows", statements)
                .array(
                        "generated",
                        generated,
                        (j, table) -> j.put("table", table.table())
                                .put("rows", table.rows())
                                .put("digest", table.digest()))
                .put("digest", digest);
    }
}
