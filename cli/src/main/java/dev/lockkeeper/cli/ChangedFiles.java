package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Files that differ from a commit of git. */
final class ChangedFiles {
    private ChangedFiles() {}

    /**
     * Those of the folders of some files, also the ones that git does not know yet.
     *
     * @param commit any name that git understands for one, such as {@code origin/main}
     * @throws LockkeeperException {@code usage} with git's own words when it does not understand it
     */
    static Set<Path> since(String commit, Collection<Path> files) {
        Set<Path> folders = new HashSet<>();
        files.forEach(file -> folders.add(real(file).getParent()));
        Set<Path> changed = new HashSet<>();
        for (Path folder : folders) {
            // the three dots of a merge base are for the caller to write; an option would be no commit
            changed.addAll(
                    git(folder, "diff", "--name-only", "--relative", "-z", "--end-of-options", commit, "--", "."));
            changed.addAll(git(folder, "ls-files", "--others", "--exclude-standard", "-z", "--", "."));
        }
        return changed;
    }

    /** A path that can be compared. */
    static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file.toAbsolutePath().normalize();
        }
    }

    private static Set<Path> git(Path folder, String... arguments) {
        try {
            ProcessBuilder builder = new ProcessBuilder();
            builder.command().add("git");
            builder.command().add("-C");
            builder.command().add(folder.toString());
            builder.command().addAll(List.of(arguments));
            Path said = Files.createTempFile("lockkeeper-git", ".txt");
            try {
                Process process = builder.redirectError(said.toFile()).start();
                String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (process.waitFor() != 0) {
                    throw refused(Files.readString(said).strip());
                }
                Set<Path> files = new HashSet<>();
                Pattern.compile("\0")
                        .splitAsStream(out)
                        .filter(name -> !name.isEmpty())
                        .forEach(name -> files.add(real(folder.resolve(name))));
                return files;
            } finally {
                Files.deleteIfExists(said);
            }
        } catch (IOException e) {
            throw Problem.of(Code.USAGE, "git could not be asked what has changed: " + e.getMessage())
                    .help("install git, or choose with --after VERSION")
                    .asException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.of(Code.USAGE, "git was interrupted").asException(e);
        }
    }

    private static LockkeeperException refused(String said) {
        return Problem.of(
                        Code.USAGE,
                        "git does not say what has changed: "
                                + said.lines().findFirst().orElse("no reason given"))
                .help(
                        "name a commit that is in this clone (a job may have to fetch it first), or choose with --after VERSION")
                .asException();
    }
}
