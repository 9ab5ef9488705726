package dev.lockkeeper.library;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Assertions;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Hooks;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.RuleSettings;
import dev.lockkeeper.project.Signers;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Tokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What was said so far; the defaults are those of the project file. Immutable. */
record Settings(
        String project,
        String component,
        String history,
        @Nullable Location location,
        @Nullable ClassLoader loader,
        @Nullable Convention convention,
        Map<String, String> tokens,
        boolean strictTokens,
        boolean downsRequired,
        boolean outOfOrder,
        boolean ignoreOtherHistory,
        Patience patience,
        Duration runnerLock,
        boolean acceptLoss,
        Consumer<Event> listener) {
    static Settings standard() {
        return new Settings(
                "project",
                "main",
                "lockkeeper",
                null,
                null,
                null,
                Map.of(),
                false,
                true,
                false,
                false,
                Patience.standard(),
                Duration.ofSeconds(60),
                false,
                event -> {});
    }

    /** The same with something said anew. */
    Settings with(Consumer<Change> said) {
        Change change = new Change(this);
        said.accept(change);
        return change.settings();
    }

    /** Settings while something is said: a record cannot be made without naming all its parts. */
    static final class Change {
        String project;
        String component;
        String history;

        @Nullable
        Location location;

        @Nullable
        ClassLoader loader;

        @Nullable
        Convention convention;

        final Map<String, String> tokens;
        boolean strictTokens;
        boolean downsRequired;
        boolean outOfOrder;
        boolean ignoreOtherHistory;
        Duration lock;
        Duration statement;
        Duration transaction;
        int attempts;
        Duration runnerLock;
        boolean acceptLoss;
        Consumer<Event> listener;

        private Change(Settings now) {
            project = now.project;
            component = now.component;
            history = now.history;
            location = now.location;
            loader = now.loader;
            convention = now.convention;
            tokens = new HashMap<>(now.tokens);
            strictTokens = now.strictTokens;
            downsRequired = now.downsRequired;
            outOfOrder = now.outOfOrder;
            ignoreOtherHistory = now.ignoreOtherHistory;
            lock = now.patience.lock();
            statement = now.patience.statement();
            transaction = now.patience.transaction();
            attempts = now.patience.attempts();
            runnerLock = now.runnerLock;
            acceptLoss = now.acceptLoss;
            listener = now.listener;
        }

        private Settings settings() {
            return new Settings(
                    project,
                    component,
                    history,
                    location,
                    loader,
                    convention,
                    Map.copyOf(tokens),
                    strictTokens,
                    downsRequired,
                    outOfOrder,
                    ignoreOtherHistory,
                    new Patience(lock, statement, transaction, attempts),
                    runnerLock,
                    acceptLoss,
                    listener);
        }
    }

    Tokens replaced() {
        return new Tokens(tokens.keySet(), tokens, strictTokens);
    }

    /** What the engine knows a project by; its folder is read by the {@link Location}. */
    Project asProject() {
        return new Project(
                project,
                history,
                18,
                strictTokens,
                patience,
                null,
                List.of(asComponent()),
                Map.of(),
                Map.of(),
                RuleSettings.NONE,
                List.of(),
                false,
                Signers.nobody(),
                null,
                null,
                null,
                null);
    }

    Component asComponent() {
        return new Component(
                component,
                Path.of(""),
                convention,
                new HashMap<>(tokens),
                null,
                downsRequired,
                outOfOrder,
                ignoreOtherHistory,
                Hooks.none(),
                Assertions.none(),
                List.of(),
                List.of(),
                null);
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException {@code usage} for another word */
    static boolean word(String key, String given, String no, String yes) {
        Objects.requireNonNull(given, key);
        if (!given.equals(no) && !given.equals(yes)) {
            throw unknown(key, given, List.of(no, yes)).asException();
        }
        return given.equals(yes);
    }

    static Problem unknown(String key, String given, List<String> known) {
        return Problem.of(Code.USAGE, key + " is not " + given)
                .help(Nearest.to(given, known)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("known are " + String.join(", ", known)));
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException {@code usage} for less than nothing */
    static Duration duration(String key, Duration given) {
        if (given.isNegative() || given.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
            throw Problem.of(Code.USAGE, key + " is not " + given)
                    .help("give a duration from zero, which means none, to 24 days")
                    .asException();
        }
        return given;
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException {@code usage} for what is no name */
    static String name(String key, String given) {
        if (!Component.isName(given)) {
            throw Problem.of(Code.USAGE, given + " is not a name for " + key)
                    .help("a name has up to 63 letters, digits, underscores, dots and hyphens")
                    .asException();
        }
        return given;
    }
}
