package dev.lockkeeper.differential;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that apply refuses although psql runs it.
 *
 * @param fragment a pattern for the name of the piece that is refused
 * @param code the name of our problem, or a pattern for it
 * @param why the reason
 */
record Refusal(String fragment, String code, String why) {
    static final List<Refusal> LIST = List.of(
            new Refusal(
                    "unique-index-fails",
                    "statement-failed|partly-applied",
                    "the invalid index that psql leaves slows every writer, and is dropped"),
            new Refusal("own-.*transaction", "transaction-command", "a script has one transaction, which is ours"),
            new Refusal(
                    "(grant|revoke)-without-right",
                    ".*",
                    "the server does nothing and only warns, which is not what the script wants"),
            new Refusal(
                    "savepoint.*",
                    "transaction-command",
                    "a savepoint at the top of a script belongs to a transaction that is not the script's"),
            new Refusal("transaction-.*", "transaction-command", "a script has one transaction, which is ours"),
            new Refusal("unterminated-string", "unterminated", "the file is cut off"),
            new Refusal(
                    ".*",
                    "text-setting",
                    "a script that sets how its own text or its dates are read or shown, where the driver stands between"),
            new Refusal(
                    ".*",
                    "session-needed",
                    "a script that runs statement by statement could not go on without what lives in one session"),
            new Refusal(
                    ".*", "not-granted", "the server does nothing and only warns, which is not what the script wants"),
            new Refusal(".*", "strings-unclear", "the database reads plain strings otherwise than the script is read"),
            new Refusal(
                    ".*reindex.*partition.*|.*partition.*reindex.*",
                    "statement-failed|partly-applied",
                    "only the catalog tells that it runs in no transaction, and what came before it could happen twice"),
            new Refusal(
                    "leaves-role-setting-role",
                    "partly-applied",
                    "the script has given the login another role, which may not write the record"),
            new Refusal(
                    "variable-of-psql|echo-of-psql|generated-commands|condition-of-psql",
                    "backslash-command",
                    "the server does not know commands of psql"));

    /** The entry that allows an ending; null when there is none. */
    static @Nullable Refusal of(AwkwardCase awkward, Ending ending) {
        if (ending.isDone() || ending.code() == null) {
            return null;
        }
        String code = ending.code();
        return LIST.stream()
                .filter(refusal -> Pattern.matches(refusal.code, code))
                .filter(refusal ->
                        awkward.fragments().stream().anyMatch(f -> Pattern.matches(refusal.fragment, f.name())))
                .findFirst()
                .orElse(null);
    }
}
