package dev.lockkeeper.fix;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.sql.Reading;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** CREATE INDEX, DROP INDEX and REINDEX with CONCURRENTLY. */
final class IndexWays {
    private IndexWays() {}

    /** Whether it is one of these statements. */
    static boolean concerns(Statement statement) {
        List<String> words = statement.words();
        return (words.size() > 1
                        && (words.get(0).equals("reindex")
                                || (words.get(0).equals("drop") && words.get(1).equals("index"))
                                || (words.get(0).equals("create")
                                        && (words.get(1).equals("index")
                                                || words.get(1).equals("unique")))))
                || words.equals(List.of("reindex"));
    }

    static Way of(Done done, ScriptText script) {
        Statement statement = done.seen().statement();
        Reading reading = Reading.of(statement.sql());
        if (IntStream.range(0, reading.size()).anyMatch(at -> reading.word(at).equals("concurrently"))) {
            return new Way.ByHand("it says CONCURRENTLY already");
        }
        if (done.seen().effects().stream().anyMatch(one -> one.traits().is("relkind", "I"))) {
            return new Way.ByHand("CONCURRENTLY is refused for the index of a partitioned table");
        }
        return switch (reading.word(0)) {
            case "create" -> concurrently(statement, reading, reading.word(1).equals("unique") ? 2 : 1);
            case "reindex" -> concurrently(statement, reading, reading.isOpen(1) ? reading.afterParentheses(1) : 1);
            default -> drop(done, statement, reading, script);
        };
    }

    /** @param at the number of the token behind which the word goes */
    private static Way concurrently(Statement statement, Reading reading, int at) {
        return Way.Safer.alone(Edit.insert(statement.start() + reading.end(at), keyword(reading, " concurrently")));
    }

    private static Way drop(Done done, Statement statement, Reading reading, ScriptText script) {
        int last = reading.size() - 1;
        if (reading.word(last).equals("cascade")) {
            return new Way.ByHand("CONCURRENTLY is refused together with CASCADE");
        }
        boolean several = IntStream.range(0, reading.size())
                .anyMatch(at -> reading.text(at).equals(","));
        if (!several) {
            return concurrently(statement, reading, 1);
        }
        if (script.hasTokens(statement)) {
            return new Way.ByHand("it drops several indexes whose names hold tokens");
        }
        String exists = reading.isPhrase(2, "if", "exists") ? keyword(reading, "if exists ") : "";
        List<String> drops = done.effects(Effect.Change.DROPPED, "index")
                .map(index -> keyword(reading, "drop index concurrently ") + exists + index.object())
                .toList();
        return new Way.Safer(
                List.of(new Edit(statement.start(), statement.end(), drops.get(0))),
                List.of(),
                drops.subList(1, drops.size()),
                true);
    }

    /** In capitals where the statement begins so. */
    static String keyword(Reading reading, String words) {
        String first = reading.text(0);
        return Character.isUpperCase(first.charAt(first.length() - 1)) ? words.toUpperCase(Locale.ROOT) : words;
    }
}
