package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockkeeper.project.Target;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import java.util.stream.Stream;

/** A migration tool of another language, if this machine has it. */
final class OtherProgram {
    private OtherProgram() {}

    /** Skips the test where the program is missing, and says how to get it. */
    static void require(String program, String advice) {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        assumeTrue(found, program + " is not on the PATH: " + advice);
    }

    static void run(Workshop workshop, Path folder, String program, String... arguments) {
        Target target = workshop.target();
        String password = target.credentials(new Properties()).getProperty("password");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(program), Arrays.stream(arguments))
                        .toList())
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", password);
        builder.environment().put("SQITCH_FULLNAME", "Ann B");
        builder.environment().put("SQITCH_EMAIL", "ann@example.org");
        builder.environment()
                .put(
                        "DATABASE_URL",
                        "postgres://" + target.user() + ":" + password + "@" + target.host() + ":" + target.port() + "/"
                                + target.database() + "?sslmode=disable&search_path=public");
        try {
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
