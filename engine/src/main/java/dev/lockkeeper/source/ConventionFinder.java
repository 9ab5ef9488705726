package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds out by which convention the files of a folder are named. */
final class ConventionFinder {
    private ConventionFinder() {}

    static Convention find(Path root, List<Path> files) {
        Map<Convention, Path> examples = new LinkedHashMap<>();
        for (Convention convention :
                List.of(Convention.FLYWAY, Convention.GOLANG_MIGRATE, Convention.TRAILING_ROLLBACK)) {
            files.stream()
                    .filter(f -> convention == Convention.FLYWAY || FolderListing.isDirectlyIn(root, f))
                    .filter(f -> convention
                            .up()
                            .matcher(String.valueOf(f.getFileName()))
                            .matches())
                    .findFirst()
                    .ifPresent(f -> examples.put(convention, f));
        }
        if (examples.size() > 1) {
            throw unclear(root, "the files follow more than one convention")
                    .because(examples.entrySet().stream()
                            .map(e -> e.getValue().getFileName() + " looks like "
                                    + e.getKey().key())
                            .collect(Collectors.joining(", ")))
                    .asException();
        }
        if (examples.isEmpty()) {
            throw unclear(root, files.isEmpty() ? "the folder has no .sql file" : "no file fits a known convention")
                    .because("known are " + String.join(", ", Convention.keys()))
                    .asException();
        }
        Convention found = examples.keySet().iterator().next();
        return found == Convention.TRAILING_ROLLBACK ? plain(root, files) : found;
    }

    private static Problem unclear(Path root, String message) {
        return Problem.of(Code.CONVENTION_UNCLEAR, message)
                .at(Place.of(ScriptReader.display(root)))
                .help("name it: convention: in lockkeeper.yaml, or --convention NAME");
    }

    /** Numbered files say only by their content, or by a folder, where their down scripts are. */
    private static Convention plain(Path root, List<Path> files) {
        boolean folder = !FolderListing.rollbackFolders(root).isEmpty();
        boolean trailing = !folder
                && files.stream()
                        .filter(f -> FolderListing.isDirectlyIn(root, f))
                        .anyMatch(f -> TrailingRollback.split(
                                        SourceText.whole(ScriptReader.display(f), ScriptReader.read(f)))
                                .isPresent());
        return trailing ? Convention.TRAILING_ROLLBACK : Convention.ROLLBACKS_FOLDER;
    }
}
