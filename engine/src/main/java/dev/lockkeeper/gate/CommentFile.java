package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.PlainText;
import dev.lockkeeper.source.JsonFields;
import dev.lockkeeper.source.ScriptReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Comments as files beside their plan, one file each, so that two persons never write the same one. */
public final class CommentFile {
    private static final String ENDING = ".comment";

    private static final JsonFields.Form FORM = new JsonFields.Form(
            Code.COMMENT_FILE,
            "comment",
            "take the file as it was written, or remove it and have its author comment again: lockkeeper plan comment");

    private CommentFile() {}

    /**
     * What lies beside a plan.
     *
     * @param comments on the plan, whether or not they count
     * @param others files that hold comments on other plans, as their signatures show
     */
    public record Found(List<Comment> comments, List<String> others) {
        public Found {
            comments = List.copyOf(comments);
            others = List.copyOf(others);
        }
    }

    /**
     * The comments that lie beside a plan file: files whose names begin with its own and end with {@code .comment}. None of them is passed
     * over in silence.
     *
     * @param digest of the plan
     * @throws LockkeeperException {@code comment-file} also for one that names another plan without a signature of that, {@code
     *     file-unreadable}
     */
    public static Found beside(Path plan, String digest) {
        List<Comment> comments = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Path file : Beside.files(plan, ENDING)) {
            Comment comment = read(ScriptReader.display(file), Beside.read(file, Code.COMMENT_FILE));
            if (comment.plan().equals(digest)) {
                comments.add(comment);
            } else if (comment.key().isPresent()) {
                others.add(comment.source());
            } else {
                throw FORM.bad(comment.source(), "the comment names another plan, and its signature is not of that")
                        .because("it was altered, and may have been a question about this plan")
                        .asException();
            }
        }
        return new Found(comments, others);
    }

    /**
     * Reads the text of a file.
     *
     * @param source its name, to be told
     * @throws LockkeeperException {@code comment-file} when it is not whole, of another form, or hides something from who reads it
     */
    public static Comment read(String source, String text) {
        JsonFields fields = JsonFields.read(source, text, FORM);
        String schema = fields.text("schema");
        if (!schema.equals(Comment.SCHEMA)) {
            throw fields.bad("the file is of the form " + schema + ", and " + Comment.SCHEMA + " is needed")
                    .asException();
        }
        @Nullable String thread = fields.textOrNull("thread");
        if (thread != null) {
            requirePlain(fields, "thread", thread);
        }
        Comment comment = new Comment(
                source,
                plain(fields, "plan"),
                plain(fields, "component"),
                plain(fields, "step"),
                plain(fields, "file"),
                fields.count("line"),
                thread,
                plain(fields, "text"),
                plain(fields, "by"),
                instant(fields),
                fields.text("signature"));
        fields.end();
        return comment;
    }

    private static String plain(JsonFields fields, String name) {
        String text = fields.text(name);
        requirePlain(fields, name, text);
        return text;
    }

    private static void requirePlain(JsonFields fields, String name, String text) {
        PlainText.objection(text, Comment.LONGEST).ifPresent(objection -> {
            throw fields.bad("the field " + name + " " + objection).asException();
        });
    }

    private static Instant instant(JsonFields fields) {
        String text = fields.text("at");
        try {
            Instant instant = Instant.parse(text);
            if (instant.toString().equals(text)) {
                return instant;
            }
        } catch (DateTimeException e) {
            // reported below like a time in another form
        }
        throw fields.bad("the field at is not a time: " + text).asException();
    }

    /** The text of the file. */
    public static String text(Comment comment) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartObject();
            out.writeStringProperty("schema", Comment.SCHEMA);
            out.writeStringProperty("plan", comment.plan());
            out.writeStringProperty("component", comment.component());
            out.writeStringProperty("step", comment.step());
            out.writeStringProperty("file", comment.file());
            out.writeNumberProperty("line", comment.line());
            out.writeStringProperty("thread", comment.thread());
            out.writeStringProperty("text", comment.text());
            out.writeStringProperty("by", comment.by());
            out.writeStringProperty("at", comment.at().toString());
            out.writeStringProperty("signature", comment.signature());
            out.writeEndObject();
        }
        return text + "\n";
    }

    /**
     * Writes a comment beside its plan.
     *
     * @return where it stands
     * @throws LockkeeperException {@code file-exists}, {@code file-unreadable}
     */
    public static Path write(Path plan, Comment comment) {
        Path file = Beside.file(plan, comment.by() + "." + comment.id(), ENDING);
        NewFile.write(file, text(comment));
        return file;
    }
}
