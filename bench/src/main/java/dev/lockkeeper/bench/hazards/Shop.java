package dev.lockkeeper.bench.hazards;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/** The database that all cases start with. */
final class Shop {
    private Shop() {}

    /** Makes every database that a server creates from now on hold it. */
    static void open(EmbeddedPostgres server, Path folder) throws IOException, SQLException {
        try (Connection connection = server.connect("template1")) {
            Queries.execute(connection, Files.readString(folder.resolve("base.sql")));
        }
    }
}
