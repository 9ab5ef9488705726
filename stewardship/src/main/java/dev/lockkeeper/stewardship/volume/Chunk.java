package dev.lockkeeper.stewardship.volume;

import dev.lockkeeper.database.Quote;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Some rows of a table, one after the other, as the server takes them. */
final class Chunk {
    private Chunk() {}

    /** As COPY reads them in its text form (manual, "COPY", "File Formats"). */
    static byte[] copied(TablePlan plan, long from, long to) {
        StringBuilder text = new StringBuilder((int) (to - from) * 64);
        MadeRow row = plan.row();
        Draw draw = new Draw();
        int columns = plan.columns().size();
        for (long number = from; number < to; number++) {
            plan.make(number, row, draw);
            for (int i = 0; i < columns; i++) {
                if (i > 0) {
                    text.append('\t');
                }
                append(text, row.get(i));
            }
            text.append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder text, @Nullable String value) {
        if (value == null) {
            text.append("\\N");
            return;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                default -> text.append(c);
            }
        }
    }

    /** As the list behind VALUES. */
    static String listed(TablePlan plan, long from, long to) {
        StringBuilder text = new StringBuilder((int) (to - from) * 64);
        MadeRow row = plan.row();
        Draw draw = new Draw();
        int columns = plan.columns().size();
        for (long number = from; number < to; number++) {
            plan.make(number, row, draw);
            text.append(number == from ? "(" : ",(");
            for (int i = 0; i < columns; i++) {
                String value = row.get(i);
                text.append(i == 0 ? "" : ",").append(value == null ? "null" : Quote.literal(value));
            }
            text.append(')');
        }
        return text.toString();
    }

    static String names(TablePlan plan) {
        return plan.columns().stream().map(Quote::identifier).collect(Collectors.joining(", "));
    }
}
