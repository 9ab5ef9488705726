package dev.lockkeeper.gate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who has written scripts, by what git knows: author and committer of the last commit of each file. Names are mail addresses in
 * lower case, mapped by {@code .mailmap}. Nobody signs what git says here: it keeps honest people apart, not forgers.
 *
 * @param names sorted; empty without a repository
 * @param unknown why some are not known; null when all are
 */
public record Authors(List<String> names, @Nullable String unknown) {
    private static final Pattern LINES = Pattern.compile("\n");
    private static final String COMMIT = "commit:";

    public Authors {
        names = List.copyOf(names);
    }

    /** Asks git in the folder of the project. */
    public static Authors of(Path folder, Collection<Path> scripts) {
        Git git = new Git(folder);
        Optional<String> root = git.ask("rev-parse", "--show-toplevel", "--is-shallow-repository");
        if (root.isEmpty() || scripts.isEmpty()) {
            return new Authors(List.of(), null);
        }
        List<String> said = lines(root.get());
        if (said.size() > 1 && said.get(1).equals("true")) {
            return new Authors(
                    List.of(), "the repository is a shallow clone, whose oldest commit seems to have made every file");
        }
        List<String> log = new ArrayList<>(
                List.of("log", "--no-show-signature", "--format=" + COMMIT + "%aE%x00%cE", "--name-only", "-z", "--"));
        scripts.forEach(script -> log.add(script.toAbsolutePath().toString()));
        return git.ask(log.toArray(String[]::new))
                .map(Authors::lastOfEach)
                .orElseGet(() -> new Authors(List.of(), "git does not tell who has committed the scripts"));
    }

    /** The first commit that names a file is its last one. */
    private static Authors lastOfEach(String log) {
        Set<String> seen = new HashSet<>();
        Set<String> names = new TreeSet<>();
        List<String> people = List.of();
        List<String> parts =
                Pattern.compile("\0").splitAsStream(log).map(String::strip).toList();
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            if (part.startsWith(COMMIT)) {
                people = List.of(part.substring(COMMIT.length()), i + 1 < parts.size() ? parts.get(i + 1) : "");
                i++;
            } else if (!part.isEmpty() && seen.add(part)) {
                people.stream()
                        .filter(p -> !p.isBlank())
                        .map(p -> p.toLowerCase(Locale.ROOT))
                        .forEach(names::add);
            }
        }
        return new Authors(List.copyOf(names), null);
    }

    /** Who works in a folder, by git's word; empty when it has none. */
    public static Optional<String> self(Path folder) {
        return new Git(folder).ask("config", "user.email").map(String::strip).filter(mail -> !mail.isEmpty());
    }

    private static List<String> lines(String text) {
        return LINES.splitAsStream(text).map(String::strip).toList();
    }

    /** A folder in which git is asked. */
    private record Git(Path folder) {
        /** What it prints; empty when it fails, or is not installed. */
        Optional<String> ask(String... arguments) {
            List<String> command = new ArrayList<>(List.of("git", "-c", "core.fsmonitor=false", "--no-pager"));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toAbsolutePath().toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("LC_ALL", "C");
            try {
                Process process = builder.start();
                process.getOutputStream().close();
                String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return process.waitFor() == 0 ? Optional.of(said) : Optional.empty();
            } catch (IOException e) {
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }
}
