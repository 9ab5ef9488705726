package dev.lockkeeper.adopt;

import dev.lockkeeper.history.ForeignTable;
import dev.lockkeeper.history.OtherTool;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Chooses the one history to take over. */
final class OtherHistories {
    private OtherHistories() {}

    /**
     * The table that was meant.
     *
     * @param named a tool or a table; null when there is only one
     * @throws dev.lockkeeper.problem.LockkeeperException {@code other-tool-unclear} when it is none or more than one
     */
    static ForeignTable choose(List<ForeignTable> found, @Nullable String named) {
        List<ForeignTable> meant = found.stream()
                .filter(t -> named == null
                        || t.tool().key().equals(named)
                        || t.name().equals(named)
                        || t.table().equals(named))
                .toList();
        if (meant.size() == 1 && meant.get(0).tool() != OtherTool.UNREADABLE) {
            return meant.get(0);
        }
        String tools = OtherTool.readable().stream().map(OtherTool::key).collect(Collectors.joining(", "));
        if (meant.isEmpty()) {
            String what = named == null ? "another tool" : named;
            throw Problem.of(Code.OTHER_TOOL_UNCLEAR, "there is no history of " + what + " that has rows")
                    .because(
                            found.isEmpty()
                                    ? "looked for: " + tools + "; in every schema that this user may read"
                                    : "found: " + list(found))
                    .help("name the right database, or take this one as it is with lockkeeper baseline VERSION")
                    .asException();
        }
        if (meant.size() == 1) {
            throw Problem.of(
                            Code.OTHER_TOOL_UNCLEAR,
                            "the history in " + meant.get(0).name() + " is not read")
                    .because("adopt reads: " + tools)
                    .help("take the database as it is with lockkeeper baseline VERSION")
                    .asException();
        }
        throw Problem.of(Code.OTHER_TOOL_UNCLEAR, "more than one history was found: " + list(meant))
                .help("name the tool or its table: --from " + meant.get(0).name())
                .asException();
    }

    private static String list(List<ForeignTable> tables) {
        return tables.stream().map(t -> t.tool().key() + " in " + t.name()).collect(Collectors.joining(", "));
    }
}
