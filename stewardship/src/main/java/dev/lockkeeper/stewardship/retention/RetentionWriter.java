package dev.lockkeeper.stewardship.retention;

import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;

/** What would go or went, for people and for programs. */
public final class RetentionWriter {
    /** The name and version of the form. */
    public static final String SCHEMA = "lockkeeper/retain/v1";

    private final Style style;

    public RetentionWriter(Style style) {
        this.style = style;
    }

    /** What would go from a table. */
    public String text(Due due) {
        StringBuilder line =
                new StringBuilder("  " + style.strong(Style.line(due.job().table())) + ": ");
        String what = due.partitions().isEmpty()
                ? ""
                : " in " + counted(due.partitions().size(), "partition");
        // which of them a function takes is known to the function alone
        String most = due.job().retention().call() == null ? "" : "at most ";
        line.append(due.rows() == 0 ? "nothing" : most + counted(due.rows(), "row") + what)
                .append(due.rows() == 0 ? " to go" : " would be " + done(due.job()))
                .append(" (from before ")
                .append(due.job().cutoff())
                .append(')');
        if (due.held() > 0) {
            line.append(", ").append(counted(due.held(), "row")).append(" under a hold");
        }
        return line.toString();
    }

    /** What went from a table. */
    public List<String> text(Gone gone) {
        List<String> lines = new ArrayList<>();
        lines.add("  " + style.strong(Style.line(gone.job().table())) + ": "
                + (gone.rows() == 0 && gone.partitions().isEmpty()
                        ? "nothing to go"
                        : counted(gone.rows(), "row") + " " + done(gone.job()) + " in " + batches(gone.batches()))
                + (gone.left() == 0 ? "" : ", " + counted(gone.left(), "row") + " left that others had locked"));
        gone.partitions().forEach(partition -> lines.add("    partition " + Style.line(partition)));
        gone.files().forEach(file -> lines.add("    archive " + file));
        return lines;
    }

    private static String done(Job job) {
        return switch (job.retention().strategy()) {
            case DELETE -> "deleted";
            case ANONYMIZE -> "anonymized";
            case ARCHIVE -> "archived and deleted";
        };
    }

    private static String batches(int count) {
        return count + (count == 1 ? " batch" : " batches");
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** What would go, as fields of an object. */
    public static void json(Json json, Due due) {
        head(json, due.job());
        json.put("rows", due.rows())
                .put("atMost", due.job().retention().call() != null)
                .put("held", due.held())
                .texts("partitions", due.partitions());
    }

    /** What went, as fields of an object. */
    public static void json(Json json, Gone gone) {
        head(json, gone.job());
        json.put("rows", gone.rows())
                .put("left", gone.left())
                .put("batches", gone.batches())
                .texts("partitions", gone.partitions())
                .texts("archives", gone.files());
    }

    private static void head(Json json, Job job) {
        json.put("table", job.table())
                .put("strategy", job.retention().strategy().key())
                .put("before", job.cutoff());
    }
}
