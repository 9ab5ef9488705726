package dev.lockkeeper.bench.hazards;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Prints which hazards linters find, after a server has confirmed that they are hazards. */
public final class HazardBench {
    private final List<Case> cases;

    private HazardBench(List<Case> cases) {
        this.cases = cases;
    }

    /** Run in the root of the repository, after {@code package}; see docs/benchmarks.md. Names of cases run those alone. */
    public static void main(String[] arguments) throws IOException, SQLException {
        Path folder = Path.of("bench/hazards");
        List<String> chosen = List.of(arguments);
        List<Case> cases = Case.all(folder.resolve("cases")).stream()
                .filter(one -> chosen.isEmpty() || chosen.stream().anyMatch(one.name()::startsWith))
                .toList();
        boolean confirmed;
        try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.version(18)
                .withBinaries(Path.of("embedded/target/binaries").toAbsolutePath()))) {
            Shop.open(server, folder);
            confirmed = new HazardBench(cases).run(server);
        }
        if (!confirmed) {
            System.exit(1);
        }
    }

    private boolean run(EmbeddedPostgres server) {
        List<String> disagreements = new Prober(server).disagreements(cases);
        if (!disagreements.isEmpty()) {
            System.err.println("The server does not agree with these labels:");
            disagreements.forEach(System.err::println);
            return false;
        }
        List<Linter> linters = new ArrayList<>(List.of(new Lockkeeper(server), new Lockkeeper(null)));
        squawk().ifPresentOrElse(linters::add, () -> System.err.println("squawk is not on the PATH and is left out"));
        for (Linter linter : linters) {
            print(
                    linter,
                    "harm that the server shows",
                    cases.stream().filter(one -> !one.isByCatalog()).toList());
            print(
                    linter,
                    "style and what only the catalog shows",
                    cases.stream().filter(Case::isByCatalog).toList());
        }
        return true;
    }

    private static void print(Linter linter, String about, List<Case> cases) {
        Score score = Score.of(linter, cases);
        System.out.println("\n## " + linter.name() + ": " + about + "\n\n" + score.markdown());
        score.faults().forEach(fault -> System.out.println("- " + fault));
    }

    private static Optional<Squawk> squawk() {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return Stream.of(path.split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "squawk"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Squawk::new);
    }
}
